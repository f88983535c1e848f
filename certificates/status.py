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
    REDUCED = "reduced", _("Replaced by one with a smaller scope")
    RENEWED = "renewed", _("Renewed by a successor")
    # What happens to the certificate on which this one rests.
    BASE_STOPPED = "base_stopped", _("The certificate it rests on was stopped")
    BASE_BACK = "base_back", _("The certificate it rests on holds again")


class Status(models.TextChoices):
    NOT_YET = "not_yet", _("Not yet valid")
    VALID = "valid", _("Valid")
    NO_END = "no_end", _("Valid, does not expire")
    LAPSED = "lapsed", _("Lapsed")
    SUSPENDED = "suspended", _("Suspended")
    ON_HOLD = "on_hold", _("On hold")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SURRENDERED = "surrendered", _("Given back")
    REPLACED = "replaced", _("Replaced")
    REDUCED = "reduced", _("Reduced")
    RENEWED = "renewed", _("Renewed")


GOOD = frozenset({Status.VALID, Status.NO_END})

# Nothing comes after these: whatever else is recorded later, they stand.
FINAL = {
    Kind.WITHDRAWN: Status.WITHDRAWN,
    Kind.SURRENDERED: Status.SURRENDERED,
    Kind.REPLACED: Status.REPLACED,
    Kind.REDUCED: Status.REDUCED,
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


@dataclass(frozen=True, slots=True)
class _Told:
    """What the events up to an instant say, whatever the date."""

    final: Happened | None = None
    suspended: datetime | None = None
    held: datetime | None = None
    renewed: datetime | None = None


def _told(events: Iterable[Happened], at: datetime) -> _Told:
    suspended = held = renewed = None
    for event in sorted((e for e in events if e.at <= at), key=lambda e: e.at):
        if event.kind in FINAL:
            return _Told(event, suspended, held, renewed)
        if event.kind in (Kind.SUSPENDED, Kind.REINSTATED):
            suspended = event.at if event.kind == Kind.SUSPENDED else None
        if event.kind in (Kind.BASE_STOPPED, Kind.BASE_BACK):
            held = event.at if event.kind == Kind.BASE_STOPPED else None
        if event.kind == Kind.RENEWED:
            renewed = event.at
    return _Told(None, suspended, held, renewed)


def stopped_since(events: Iterable[Happened], at: datetime) -> datetime | None:
    """Since when events, and not dates, have kept it out of force; None where none does."""
    told = _told(events, at)
    if told.final:
        return told.final.at
    return told.suspended or told.held


def on_hold(events: Iterable[Happened], at: datetime) -> bool:
    """Is what it rests on stopped, as far as its own history tells?"""
    return _told(events, at).held is not None


def standing_at(
    *,
    awarded_on: date,
    expires_on: date | None,
    on: date,
    at: datetime,
    events: Iterable[Happened],
) -> Standing:
    """`on` is the body's date at the instant `at`; `expires_on` is the last valid day."""
    told = _told(events, at)
    if told.final:
        return Standing(FINAL[Kind(told.final.kind)], told.final.at)
    if on < awarded_on:
        return Standing(Status.NOT_YET)
    if told.suspended:
        return Standing(Status.SUSPENDED, told.suspended)
    by_date = _by_date(expires_on, on, told.renewed)
    if told.held and by_date.good:
        return Standing(Status.ON_HOLD, told.held)
    return by_date


def _by_date(expires_on: date | None, on: date, renewed: datetime | None) -> Standing:
    if expires_on is None:
        return Standing(Status.NO_END)
    if on <= expires_on:
        return Standing(Status.VALID)
    return Standing(Status.RENEWED if renewed else Status.LAPSED, renewed)
