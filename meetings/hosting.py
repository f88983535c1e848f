"""What hosts say about when and how they can be met."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from meetings.models import DayOff, HostSettings, Kind, Weekday, WeeklyHours
from meetings.slots import MIDNIGHT
from trail.flow import Refused
from trail.models import Event


class NotYourCalendar(Refused):
    """Only the host and administrators change a calendar."""


class HoursOverlap(Refused):
    """Two rows of one day lie over each other."""


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
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=host.pk)
    WeeklyHours.objects.filter(host=host).delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            host=host, weekday=row.weekday, starts=row.starts, ends=row.ends, kinds=list(row.kinds)
        )
        for row in ordered
    )
    Event.objects.record("set_hours", about=host, by=by, at=at, rows=len(ordered))


@transaction.atomic
def take_day_off(host: User, *, day: date, note: str, by: User, at: datetime) -> DayOff:
    """Nobody can book on that day any more. Meetings that are booked stay."""
    _own(host, by, at)
    if day < at.astimezone(host.zone).date():
        raise Refused(_("That day has passed. Choose one that is still to come."))
    off, is_new = DayOff.objects.get_or_create(host=host, day=day, defaults={"note": note})
    if not is_new:
        raise Refused(_("You have taken that day off already."))
    Event.objects.record("take_day_off", about=host, by=by, at=at, day=day.isoformat())
    return off


@transaction.atomic
def work_that_day(off: DayOff, *, by: User, at: datetime) -> None:
    """The day can be booked again."""
    _own(off.host, by, at)
    off.delete()
    Event.objects.record("work_that_day", about=off.host, by=by, at=at, day=off.day.isoformat())


@transaction.atomic
def set_rules(
    host: User,
    *,
    place: str,
    buffer_minutes: int,
    notice_hours: int,
    horizon_days: int,
    daily_cap: int,
    by: User,
    at: datetime,
) -> HostSettings:
    """How the host is booked from now on."""
    _own(host, by, at)
    numbers: dict[str, Any] = {
        "buffer_minutes": buffer_minutes,
        "notice_hours": notice_hours,
        "horizon_days": horizon_days,
        "daily_cap": daily_cap,
    }
    rules, _new = HostSettings.objects.update_or_create(
        host=host, defaults={"place": place.strip(), **numbers}
    )
    Event.objects.record("set_rules", about=host, by=by, at=at, **numbers)
    return rules


def _own(host: User, by: User, at: datetime) -> None:
    if by != host and Role.ADMINISTRATOR not in by.roles_on(at.date()):
        raise NotYourCalendar(_("Only the host can change this calendar."))
