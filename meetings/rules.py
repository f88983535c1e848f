"""What may be booked, and the answers to whoever asks for something else."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from meetings.finding import Slot, calendars, free_slots, nearest
from meetings.models import MINUTES, Kind, Meeting
from meetings.slots_view import in_words
from trail.flow import Refused


class NotASlot(Refused):
    """The host meets nobody at that time."""


class TooSoon(Refused):
    """The time has passed, or the host needs more notice."""


class TooFar(Refused):
    """The host does not open the calendar that far ahead."""


class GuestBusy(Refused):
    """The guest has another meeting then."""


class SlotTaken(Refused):
    """Somebody was faster. Carries the nearest free times."""

    def __init__(self, slots: list[Slot], reader: User) -> None:
        self.nearest = slots
        super().__init__(taken_words(slots, reader))


def taken_words(slots: list[Slot], reader: User) -> str:
    """The kind answer to whoever comes second, on the reader's own clock."""
    if not slots:
        return _("That time was just taken, and no other is free at present.")
    times = "; ".join(in_words(slot.starts_at, reader) for slot in slots)
    return _("That time was just taken. Free near it: %(times)s.") % {"times": times}


def check_time(
    kind: Kind,
    host: User,
    guest: User,
    starts_at: datetime,
    *,
    by: User,
    at: datetime,
    exclude: Meeting | None = None,
) -> str:
    """Refuse a time that cannot be had, saying why. Returns where the host meets people."""
    known = calendars([host], kind, first=starts_at, last=starts_at, guest=guest, exclude=exclude)
    rule = known.rule(host)
    if starts_at <= at:
        raise TooSoon(_("That time has passed. Choose one that is still to come."))
    if starts_at < at + rule.notice:
        raise TooSoon(
            _("%(host)s needs %(hours)s hours of notice. Choose a later time.")
            % {"host": host.first_name_to_use, "hours": rule.notice_hours}
        )
    if starts_at > at + rule.horizon:
        raise TooFar(
            _("Times can be booked up to %(days)s days ahead. Choose an earlier one.")
            % {"days": rule.horizon_days}
        )
    if starts_at not in known.open(host, starts_at, starts_at):
        raise NotASlot(
            _("%(host)s does not meet people at that time. Choose one of the times shown.")
            % {"host": host.first_name_to_use}
        )
    ends_at = starts_at + timedelta(minutes=MINUTES[kind])
    if known.clashes(guest, starts_at, ends_at):
        raise GuestBusy(_("There is another meeting at that time. Choose a different one."))
    if starts_at not in known.free(host, starts_at, starts_at):
        raise taken(kind, host, guest, starts_at, by=by, at=at, exclude=exclude)
    return rule.place


def taken(
    kind: Kind,
    host: User,
    guest: User,
    starts_at: datetime,
    *,
    by: User,
    at: datetime,
    exclude: Meeting | None = None,
) -> SlotTaken:
    free = free_slots([host], kind, at=at, days=60, guest=guest, exclude=exclude)
    return SlotTaken(nearest(free, starts_at), by)
