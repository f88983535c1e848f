"""Free times as people read them: my time first, the host's beside it with the place's name."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.zones import offset_words
from meetings.clocks import place_of, zone_words
from meetings.finding import Slot, one_a_time
from meetings.models import How, Meeting, Support, Visit


@dataclass(frozen=True, slots=True)
class Time:
    """One choice. `theirs` is empty where both clocks say the same."""

    value: str
    mine: str
    theirs: str
    words: str


@dataclass(frozen=True, slots=True)
class Moment:
    """From when to when, on both clocks."""

    day: str
    span: str
    theirs: str
    zone: str


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
    needs: str


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    words: str
    times: list[Time]


def days(slots: Iterable[Slot], viewer: User) -> list[Day]:
    """Free times by the viewer's own days, each time once."""
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in one_a_time(slots):
        by_day[slot.starts_at.astimezone(viewer.zone).date()].append(slot)
    return [_day(day, by_day[day], viewer) for day in sorted(by_day)]


def week(slots: Iterable[Slot], first: date, viewer: User) -> list[Day]:
    """Seven days, those without a free time among them."""
    free = {day.date: day for day in days(slots, viewer)}
    dates = [first + timedelta(days=n) for n in range(7)]
    return [free.get(day) or Day(day, day_words(day), []) for day in dates]


def moment(starts_at: datetime, ends_at: datetime, other: User, viewer: User) -> Moment:
    """My time first, the other's beside it."""
    starts, ends = (t.astimezone(viewer.zone) for t in (starts_at, ends_at))
    return Moment(
        day=date_format(starts, "l j F Y"),
        span=_("%(start)s to %(end)s") % {"start": clock(starts), "end": clock(ends)},
        theirs=_theirs(starts_at, other, viewer),
        zone=zone_words(viewer, starts_at),
    )


def line(meeting: Meeting, viewer: User) -> Line:
    other = meeting.other(viewer)
    when = moment(meeting.starts_at, meeting.ends_at, other, viewer)
    return Line(
        meeting=meeting,
        other=other,
        day=when.day,
        span=when.span,
        theirs=when.theirs,
        zone=when.zone,
        place=place_words(meeting),
        needs=needs_words(meeting),
    )


def place_words(meeting: Meeting | Visit) -> str:
    """Where they meet, in words."""
    if meeting.how == How.PHONE:
        return _("By phone: we call %(number)s") % {"number": meeting.place}
    if meeting.how == How.PLACE:
        return _("In person: %(address)s") % {"address": meeting.place}
    return meeting.place or _("By video: your host sends the link before the meeting")


def needs_words(meeting: Meeting) -> str:
    """The support that was asked for: what was chosen, then what was said. Empty without any."""
    chosen = [
        f"{Support(need).label}: {detail}" if detail else str(Support(need).label)
        for need, detail in meeting.support.items()
    ]
    return "\n".join(filter(None, ["; ".join(chosen), meeting.support_needs]))


def in_words(moment: datetime, viewer: User) -> str:
    """“Thursday 15 May, 19:30”, on the viewer's clock."""
    mine = moment.astimezone(viewer.zone)
    return _("%(day)s, %(time)s") % {"day": day_words(mine.date()), "time": clock(mine)}


def clock(moment: datetime) -> str:
    """The time on that clock, as the reader's language writes it: 19:30, 19 h 30."""
    return date_format(moment, "TIME_FORMAT")


def day_words(day: date) -> str:
    return date_format(day, "l j F")


def _day(day: date, slots: list[Slot], viewer: User) -> Day:
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
                words=f"{day_words(day)}, {mine}",
            )
        )
    return Day(day, day_words(day), times)


def _theirs(moment: datetime, other: User, viewer: User) -> str:
    """“08:30 St. John’s”, with the weekday where it is another one there."""
    mine, theirs = moment.astimezone(viewer.zone), moment.astimezone(other.zone)
    if mine.replace(tzinfo=None) == theirs.replace(tzinfo=None):
        return ""
    words = f"{clock(theirs)} {place_of(other)}"
    return words if mine.date() == theirs.date() else f"{date_format(theirs, 'D')} {words}"
