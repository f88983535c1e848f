"""Free times as people read them: my time first, the host's beside it with the place's name."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.zones import offset_words
from meetings.clocks import place_of, zone_words
from meetings.finding import Slot, one_a_time
from meetings.models import How, Meeting


@dataclass(frozen=True, slots=True)
class Time:
    """One choice. `theirs` is empty where both clocks say the same."""

    value: str
    mine: str
    theirs: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting as one of the two, or an administrator, reads it."""

    meeting: Meeting
    other: User
    day: str
    span: str
    theirs: str
    zone: str
    place: str


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    at: datetime  # the first of its times
    words: str
    times: list[Time]

    @property
    def is_chosen(self) -> bool:
        return any(time.chosen for time in self.times)


def days(slots: Iterable[Slot], viewer: User, chosen: str = "") -> list[Day]:
    """Free times by the viewer's own days, each time once."""
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in one_a_time(slots):
        by_day[slot.starts_at.astimezone(viewer.zone).date()].append(slot)
    return [_day(day, by_day[day], viewer, chosen) for day in sorted(by_day)]


def line(meeting: Meeting, viewer: User) -> Line:
    """My time first, the other's beside it."""
    other = meeting.other(viewer)
    starts, ends = (t.astimezone(viewer.zone) for t in (meeting.starts_at, meeting.ends_at))
    return Line(
        meeting=meeting,
        other=other,
        day=date_format(starts, "l j F Y"),
        span=_("%(start)s to %(end)s") % {"start": clock(starts), "end": clock(ends)},
        theirs=_theirs(meeting.starts_at, other, viewer),
        zone=zone_words(viewer, meeting.starts_at),
        place=place_words(meeting),
    )


def place_words(meeting: Meeting) -> str:
    """Where they meet, in words."""
    if meeting.how == How.PHONE:
        return _("By phone: we call %(number)s") % {"number": meeting.place}
    return meeting.place or _("By video: your host sends the link before the meeting")


def in_words(moment: datetime, viewer: User) -> str:
    """“Thursday 15 May, 19:30”, on the viewer's clock."""
    mine = moment.astimezone(viewer.zone)
    return _("%(day)s, %(time)s") % {"day": _day_words(mine.date()), "time": clock(mine)}


def clock(moment: datetime) -> str:
    """The time on that clock, as the reader's language writes it: 19:30, 19 h 30."""
    return date_format(moment, "TIME_FORMAT")


def _day_words(day: date) -> str:
    return date_format(day, "l j F")


def _day(day: date, slots: list[Slot], viewer: User, chosen: str) -> Day:
    # When clocks go back, one hour comes twice: say which one is meant.
    shown = Counter(clock(slot.starts_at.astimezone(viewer.zone)) for slot in slots)
    times = []
    for slot in slots:
        local = slot.starts_at.astimezone(viewer.zone)
        mine = clock(local)
        if shown[mine] > 1:
            mine = f"{mine} ({offset_words(local)})"
        times.append(
            Time(
                value=slot.value,
                mine=mine,
                theirs=_theirs(slot.starts_at, slot.host, viewer),
                words=f"{_day_words(day)}, {mine}",
                chosen=slot.value == chosen,
            )
        )
    return Day(day, slots[0].starts_at, _day_words(day), times)


def _theirs(moment: datetime, other: User, viewer: User) -> str:
    """“08:30 St. John’s”, with the weekday where it is another one there."""
    mine, theirs = moment.astimezone(viewer.zone), moment.astimezone(other.zone)
    if mine.replace(tzinfo=None) == theirs.replace(tzinfo=None):
        return ""
    words = f"{clock(theirs)} {place_of(other)}"
    return words if mine.date() == theirs.date() else f"{date_format(theirs, 'D')} {words}"
