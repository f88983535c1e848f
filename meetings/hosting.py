"""What hosts say about when and how they can be met."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.models import DayHours, DayOff, HostSettings, How, Kind, Weekday, WeeklyHours
from meetings.rows import administers
from meetings.slots import DAY, MIDNIGHT
from trail.flow import Refused
from trail.models import Event


class NotYourCalendar(Refused):
    """Only the host and administrators change a calendar."""


class HoursOverlap(Refused):
    """Two rows of one day lie over each other."""


LONGEST_ABSENCE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class HoursRow:
    weekday: int
    starts: time
    ends: time
    kinds: Sequence[Kind]

    def overlaps(self, later: "HoursRow") -> bool:
        same_day = self.weekday == later.weekday
        return same_day and (self.ends == MIDNIGHT or later.starts < self.ends)


@transaction.atomic
def set_hours(host: User, rows: Sequence[HoursRow], *, by: User, at: datetime) -> None:
    """These are the weekly hours from now on. Meetings that are booked stay."""
    _own(host, by, at)
    ordered = sorted(rows, key=lambda row: (row.weekday, row.starts))
    for row, later in pairwise(ordered):
        if row.overlaps(later):
            raise HoursOverlap(
                _("On %(day)s, %(first)s and %(second)s overlap. Change one of them.")
                % {
                    "day": Weekday(row.weekday).label,
                    "first": f"{row.starts:%H:%M}–{row.ends:%H:%M}",
                    "second": f"{later.starts:%H:%M}–{later.ends:%H:%M}",
                }
            )
    _lock_calendar(host)
    WeeklyHours.objects.filter(host=host).delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            host=host, weekday=row.weekday, starts=row.starts, ends=row.ends, kinds=list(row.kinds)
        )
        for row in ordered
    )
    Event.objects.record("set_hours", about=host, by=by, at=at, rows=len(ordered))


@transaction.atomic
def open_that_day(
    host: User,
    *,
    day: date,
    starts: time,
    ends: time,
    kinds: Sequence[Kind],
    by: User,
    at: datetime,
) -> DayHours:
    """On that one day these hours stand instead of the weekly ones. More of them add up."""
    _own(host, by, at)
    _to_come(host, day, at)
    _lock_calendar(host)
    if DayOff.objects.filter(host=host, day=day).exists():
        raise Refused(_("You have taken that day off. Work that day first."))
    row = HoursRow(day.weekday(), starts, ends, kinds)
    for other in DayHours.objects.filter(host=host, day=day):
        known = HoursRow(day.weekday(), other.starts, other.ends, [])
        first, second = sorted((row, known), key=lambda each: each.starts)
        if first.overlaps(second):
            raise HoursOverlap(
                _("You have said %(hours)s for that day already. Remove that first.")
                % {"hours": f"{other.starts:%H:%M}–{other.ends:%H:%M}"}
            )
    hours = DayHours.objects.create(host=host, day=day, starts=starts, ends=ends, kinds=list(kinds))
    Event.objects.record("open_that_day", about=host, by=by, at=at, day=day.isoformat())
    return hours


@transaction.atomic
def drop_day_hours(hours: DayHours, *, by: User, at: datetime) -> None:
    """These hours of one day are gone; with the last of them the weekly ones stand again."""
    _own(hours.host, by, at)
    hours.delete()
    Event.objects.record(
        "drop_day_hours", about=hours.host, by=by, at=at, day=hours.day.isoformat()
    )


@transaction.atomic
def take_days_off(
    host: User, *, first: date, last: date, note: str, by: User, at: datetime
) -> list[DayOff]:
    """Nobody can book on these days any more, the first and the last included. Meetings that are
    booked stay."""
    _own(host, by, at)
    _to_come(host, first, at)
    if last < first:
        raise Refused(_("The last day lies before the first."))
    if last - first > LONGEST_ABSENCE:
        raise Refused(_("That is more than a year. Choose an earlier last day."))
    _lock_calendar(host)
    days = {first + n * DAY for n in range((last - first).days + 1)}
    known = DayOff.objects.filter(host=host, day__in=days).values_list("day", flat=True)
    new = sorted(days - set(known))
    if not new:
        raise Refused(_("You have taken that day off already."))
    off = DayOff.objects.bulk_create(DayOff(host=host, day=day, note=note) for day in new)
    Event.objects.record(
        "take_days_off",
        about=host,
        by=by,
        at=at,
        first=first.isoformat(),
        last=last.isoformat(),
    )
    return off


@transaction.atomic
def work_again(host: User, *, first: date, last: date, by: User, at: datetime) -> int:
    """These days can be booked again. Returns how many were off."""
    _own(host, by, at)
    gone, _each = DayOff.objects.filter(host=host, day__gte=first, day__lte=last).delete()
    Event.objects.record(
        "work_again", about=host, by=by, at=at, first=first.isoformat(), last=last.isoformat()
    )
    return gone


@transaction.atomic
def set_rules(  # noqa: PLR0913 - a calendar is these things
    host: User,
    *,
    ways: Sequence[How],
    video_link: str,
    address: str,
    buffer_minutes: int,
    notice_hours: int,
    change_hours: int,
    horizon_days: int,
    daily_cap: int,
    by: User,
    at: datetime,
) -> HostSettings:
    """How the host is booked from now on. Meetings that are booked stay as they are."""
    _own(host, by, at)
    if not ways:
        raise Refused(_("Choose at least one way in which people can meet you."))
    if How.PLACE in ways and not address.strip():
        raise Refused(_("Say where people find you, or do not offer to meet in person."))
    numbers: dict[str, Any] = {
        "buffer_minutes": buffer_minutes,
        "notice_hours": notice_hours,
        "change_hours": change_hours,
        "horizon_days": horizon_days,
        "daily_cap": daily_cap,
    }
    places: dict[str, Any] = {
        "by_video": How.VIDEO in ways,
        "by_phone": How.PHONE in ways,
        "in_person": How.PLACE in ways,
        "video_link": video_link.strip(),
        "address": " ".join(address.split()),
    }
    rules, _new = HostSettings.objects.update_or_create(host=host, defaults={**places, **numbers})
    Event.objects.record("set_rules", about=host, by=by, at=at, **numbers)
    return rules


def _lock_calendar(host: User) -> None:
    """Until the transaction ends, nobody else writes in this calendar."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=host.pk)


def _to_come(host: User, day: date, at: datetime) -> None:
    if day < at.astimezone(host.zone).date():
        raise Refused(_("That day has passed. Choose one that is still to come."))


def _own(host: User, by: User, at: datetime) -> None:
    if by != host and not administers(by, at):
        raise NotYourCalendar(_("Only the host can change this calendar."))
