"""What a certificate is worth at any instant: derived from events and dates, never stored. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.dates import body_day


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
    # The way of a renewal: while a timely file is decided, the end does not end it.
    HANDED_IN = "handed_in", _("Renewal handed in")
    NOT_RENEWED = "not_renewed", _("Renewal ended without a new certificate")
    TAKEN_UP = "taken_up", _("Renewal is decided again")
    EXTENDED = "extended", _("Extended for a leave")


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
    ends_on: date | None = None  # of an extension: the last day from then on


@dataclass(frozen=True, slots=True)
class Standing:
    """The status at an instant, and since when it has been so where an event made it so;
    `handed_in` is when a renewal was handed in that is being decided then."""

    status: Status
    since: datetime | None = None
    handed_in: datetime | None = None

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
    handed_in: datetime | None = None
    extended_to: date | None = None


def _told(events: Iterable[Happened], at: datetime) -> _Told:
    suspended = held = renewed = None
    so_far = sorted((e for e in events if e.at <= at), key=lambda e: e.at)
    for event in so_far:
        if event.kind in FINAL:
            return _Told(event, suspended, held, renewed)
        if event.kind in (Kind.SUSPENDED, Kind.REINSTATED):
            suspended = event.at if event.kind == Kind.SUSPENDED else None
        if event.kind in (Kind.BASE_STOPPED, Kind.BASE_BACK):
            held = event.at if event.kind == Kind.BASE_STOPPED else None
        if event.kind == Kind.RENEWED:
            renewed = event.at
    return _Told(None, suspended, held, renewed, _handed_in(so_far), _extended_to(so_far))


def _handed_in(so_far: Iterable[Happened]) -> datetime | None:
    """When the renewal was handed in that is still being decided. One that is taken up again, on
    appeal, is as timely as it was."""
    handed = first = None
    for event in so_far:
        if event.kind == Kind.HANDED_IN:
            handed = first = event.at
        elif event.kind in (Kind.NOT_RENEWED, Kind.RENEWED):
            handed = None
        elif event.kind == Kind.TAKEN_UP:
            handed = first
    return handed


def _extended_to(so_far: Iterable[Happened]) -> date | None:
    days = [event.ends_on for event in so_far if event.kind == Kind.EXTENDED]
    return days[-1] if days else None


def renewal_of(events: Iterable[Happened], at: datetime) -> tuple[datetime | None, date | None]:
    """The renewal that is being decided at that instant, and the day to which leaves extend."""
    told = _told(events, at)
    return told.handed_in, told.extended_to


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
    """`on` is the body's date at the instant `at`; `expires_on` is the last valid day, as it was
    when it was awarded: a leave moves it."""
    told = _told(events, at)
    if told.final:
        return Standing(FINAL[Kind(told.final.kind)], told.final.at)
    if on < awarded_on:
        return Standing(Status.NOT_YET)
    if told.suspended:
        return Standing(Status.SUSPENDED, told.suspended)
    by_date = _by_date(told.extended_to or expires_on, on, told)
    if told.held and by_date.good:
        return Standing(Status.ON_HOLD, told.held)
    return by_date


def _by_date(ends_on: date | None, on: date, told: _Told) -> Standing:
    """A renewal that was handed in by the last day keeps it valid until it is decided."""
    if ends_on is None:
        return Standing(Status.NO_END)
    if told.renewed and on > ends_on:
        return Standing(Status.RENEWED, told.renewed)
    timely = told.handed_in is not None and body_day(told.handed_in) <= ends_on
    good = on <= ends_on or timely
    return Standing(Status.VALID if good else Status.LAPSED, handed_in=told.handed_in)
