"""What a certificate is worth at any instant: derived from events and dates, never stored. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What can happen to a certificate."""

    ISSUED = "issued", _("Issued")
    SUSPENDED = "suspended", _("Suspended")
    REINSTATED = "reinstated", _("Reinstated")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SURRENDERED = "surrendered", _("Given back by the holder")
    REPLACED = "replaced", _("Replaced by a corrected one")
    RENEWED = "renewed", _("Renewed by a successor")


class Status(models.TextChoices):
    NOT_YET = "not_yet", _("Not yet valid")
    VALID = "valid", _("Valid")
    NO_END = "no_end", _("Valid, does not expire")
    LAPSED = "lapsed", _("Lapsed")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REPLACED = "replaced", _("Replaced")
    RENEWED = "renewed", _("Renewed")


GOOD = frozenset({Status.VALID, Status.NO_END})

# Nothing comes after these: whatever else is recorded later, they stand.
FINAL = {
    Kind.WITHDRAWN: Status.WITHDRAWN,
    Kind.SURRENDERED: Status.WITHDRAWN,
    Kind.REPLACED: Status.REPLACED,
}


@dataclass(frozen=True, slots=True)
class Happened:
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The status at an instant, and since when it has been so where an event made it so."""

    status: Status
    since: datetime | None = None

    @property
    def good(self) -> bool:
        return self.status in GOOD


def standing_at(
    *,
    awarded_on: date,
    expires_on: date | None,
    on: date,
    at: datetime,
    events: Iterable[Happened],
) -> Standing:
    """`on` is the body's date at the instant `at`; `expires_on` is the last valid day."""
    suspended = renewed = None
    for event in sorted((e for e in events if e.at <= at), key=lambda e: e.at):
        if event.kind in FINAL:
            return Standing(FINAL[Kind(event.kind)], event.at)
        if event.kind in (Kind.SUSPENDED, Kind.REINSTATED):
            suspended = event.at if event.kind == Kind.SUSPENDED else None
        if event.kind == Kind.RENEWED:
            renewed = event.at
    if on < awarded_on:
        return Standing(Status.NOT_YET)
    if suspended:
        return Standing(Status.SUSPENDED, suspended)
    return _by_date(expires_on, on, renewed)


def _by_date(expires_on: date | None, on: date, renewed: datetime | None) -> Standing:
    if expires_on is None:
        return Standing(Status.NO_END)
    if on <= expires_on:
        return Standing(Status.VALID)
    return Standing(Status.RENEWED if renewed else Status.LAPSED, renewed)
