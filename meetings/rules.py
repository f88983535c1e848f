"""What may be booked, and the answers to whoever asks for something else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property, partial

from django.utils.translation import gettext as _

from accounts.models import User
from meetings.finding import Slot, calendars, near
from meetings.models import MINUTES, HostSettings, How, Kind, Meeting
from meetings.slots_view import in_words
from trail.flow import Refused


class NotFree(Refused):
    """That time cannot be had. Another one can."""

    @property
    def short(self) -> str:
        """What happened, for a page that shows other times itself."""
        return str(self)


class NotASlot(NotFree):
    """The host meets nobody at that time."""


class TooSoon(NotFree):
    """The time has passed, or the host needs more notice."""


class TooFar(NotFree):
    """The host does not open the calendar that far ahead."""


class GuestBusy(NotFree):
    """The guest has another meeting then."""


class SlotTaken(NotFree):
    """Somebody was faster. Knows the nearest free times, but looks for them only when they are
    read: by then this person's locks are gone, and nobody waits for the answer but themselves."""

    def __init__(self, find: Callable[[], list[Slot]], reader: User) -> None:
        self._find, self._reader = find, reader
        super().__init__()

    @cached_property
    def nearest(self) -> list[Slot]:
        return self._find()

    @property
    def short(self) -> str:
        return _("That time was just taken.")

    def __str__(self) -> str:
        return taken_words(self.nearest, self._reader)


class NotThatWay(Refused):
    """The host is not met by video, by phone or in person."""


class NoNumber(Refused):
    """We cannot call somebody whose number we do not know."""


def place_for(how: str, host: User, guest: User, rule: HostSettings, *, phone: str = "") -> str:
    """Where these two meet in that way: the host's room or address, or the guest's number."""
    if how not in rule.ways:
        raise NotThatWay(
            _("%(host)s does not meet people that way. Choose another.")
            % {"host": host.first_name_to_use}
        )
    if how != How.PHONE:
        return rule.where(how)
    number = phone.strip() or guest.phone
    if not number:
        raise NoNumber(_("Give the number on which we can call you."))
    return number


def change_until(meeting: Meeting) -> datetime:
    """Until then the guest moves or cancels by themselves; later they write to their host."""
    saved = HostSettings.objects.filter(host=meeting.host_id).first()
    rule = saved or HostSettings(host=meeting.host)
    return meeting.starts_at - rule.change_limit


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
    about: str = "",
) -> HostSettings:
    """Refuse a time that cannot be had, saying why. Returns how the host is booked.

    What the guest holds for the matter `about` does not stand in the way.
    """
    known = calendars(
        [host],
        kind,
        at=at,
        first=starts_at,
        last=starts_at,
        guest=guest,
        exclude=exclude,
        about=about,
    )
    rule = known.rule(host)
    in_reach(host, rule, starts_at, at)
    if starts_at not in known.open(host, starts_at, starts_at):
        raise NotASlot(
            _("%(host)s does not meet people at that time. Choose one of the times shown.")
            % {"host": host.first_name_to_use}
        )
    ends_at = starts_at + timedelta(minutes=MINUTES[kind])
    if known.clashes(guest, starts_at, ends_at):
        raise GuestBusy(_("There is another meeting at that time. Choose a different one."))
    if starts_at not in known.free(host, starts_at, starts_at):
        raise taken(kind, host, guest, starts_at, by=by, at=at, exclude=exclude, about=about)
    return rule


def in_reach(host: User, rule: HostSettings, starts_at: datetime, at: datetime) -> None:
    """Neither over, nor too soon, nor too far ahead."""
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


def taken(
    kind: Kind,
    host: User,
    guest: User,
    starts_at: datetime,
    *,
    by: User,
    at: datetime,
    exclude: Meeting | None = None,
    about: str = "",
) -> SlotTaken:
    """The refusal, with the way to other times."""
    find = partial(near, [host], kind, starts_at, at=at, guest=guest, exclude=exclude, about=about)
    return SlotTaken(find, by)
