"""A host's day and week as a timeline: whom they meet, what is free between, days off."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.utils.formats import date_format

from accounts.models import User
from meetings.models import DayHours, DayOff, Meeting, State, Visit, WeeklyHours
from meetings.slots import DAY, Hours, Span, open_spans, without
from meetings.slots_view import Line, clock, line

WEEK = 7
SHORTEST = timedelta(minutes=15)  # nothing fits into less


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting, a visit of somebody without an account, or free time (then both are None)."""

    starts_at: datetime
    starts: str
    ends: str
    line: Line | None
    is_now: bool
    is_over: bool
    visit: Visit | None = None

    @property
    def meeting(self) -> Meeting | None:
        return self.line.meeting if self.line else None


@dataclass(frozen=True, slots=True)
class DayPlan:
    date: date
    words: str
    off: DayOff | None
    is_special: bool  # other hours than every week
    is_past: bool
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Week:
    """`today` stands by itself; it is None in any other week."""

    first: date
    last: date
    before: Sequence[DayPlan]
    today: DayPlan | None
    after: Sequence[DayPlan]

    @property
    def previous(self) -> date:
        return self.first - WEEK * DAY

    @property
    def following(self) -> date:
        return self.last + DAY


def monday_of(text: str, today: date) -> date:
    """The first day of the week in which the asked day lies; this week for what is no day."""
    try:
        asked = date.fromisoformat(text)
        monday = asked - asked.weekday() * DAY
        # The calendar of the language ends somewhere; nobody books there.
        return monday if 2000 <= asked.year <= 2100 else today - today.weekday() * DAY
    except ValueError:
        return today - today.weekday() * DAY


def week_of(host: User, monday: date, at: datetime) -> Week:
    """Five queries, however much stands in the week."""
    first = _midnight(monday, host)
    last = _midnight(monday + WEEK * DAY, host)
    lines, visits = _lines(host, first, last), _visits(host, first, last)
    off = {row.day: row for row in DayOff.objects.filter(host=host, day__gte=monday)[:400]}
    instead: dict[date, list[Hours]] = defaultdict(list)
    for row in DayHours.objects.filter(host=host, day__range=(monday, monday + WEEK * DAY)):
        instead[row.day].append(row.as_hours())
    hours = [row.as_hours() for row in WeeklyHours.objects.filter(host=host)]
    spans = open_spans(hours, set(off), host.zone, first, last, instead)
    taken = [
        (each.meeting.starts_at, each.meeting.ends_at) for each in lines if each.meeting.is_booked
    ] + [(visit.starts_at, visit.ends_at) for visit in visits]
    free = [span for span in without(spans, taken) if span[1] > at]
    days, today = [monday + n * DAY for n in range(WEEK)], at.astimezone(host.zone).date()
    plans = [
        DayPlan(
            day,
            date_format(day, "l j F"),
            off.get(day),
            day in instead,
            day < today,
            sorted(
                _entries(host, day, lines, free, at) + _visited(host, day, visits, at),
                key=lambda entry: entry.starts_at,
            ),
        )
        for day in days
    ]
    return Week(
        monday,
        days[-1],
        [plan for plan in plans if plan.date < today] if today in days else [],
        next((plan for plan in plans if plan.date == today), None),
        [plan for plan in plans if plan.date > today] if today in days else plans,
    )


def _lines(host: User, first: datetime, last: datetime) -> list[Line]:
    meetings = (
        Meeting.objects.of(host)
        .filter(starts_at__gte=first, starts_at__lt=last)
        .exclude(state=State.CANCELLED)
        .select_related("host", "guest")
        .order_by("starts_at", "pk")
    )
    return [line(meeting, host) for meeting in meetings]


def _visits(host: User, first: datetime, last: datetime) -> list[Visit]:
    found = Visit.objects.filter(host=host, starts_at__gte=first, starts_at__lt=last)
    return list(found.filter(cancelled_at=None))


def _visited(host: User, day: date, visits: Sequence[Visit], at: datetime) -> list[Entry]:
    begin, end = _midnight(day, host), _midnight(day + DAY, host)
    return [
        replace(
            _entry(host, visit.starts_at, visit.ends_at, None, at),
            visit=visit,
            is_now=visit.starts_at <= at < visit.ends_at,
        )
        for visit in visits
        if begin <= visit.starts_at < end
    ]


def _entries(
    host: User, day: date, lines: Sequence[Line], free: Sequence[Span], at: datetime
) -> list[Entry]:
    """What lies in this day, without its order. Free time that has begun begins now."""
    begin, end = _midnight(day, host), _midnight(day + DAY, host)
    entries = [
        _entry(host, each.meeting.starts_at, each.meeting.ends_at, each, at)
        for each in lines
        if begin <= each.meeting.starts_at < end
    ]
    for start, finish in free:
        span = max(start, begin, _next_quarter(at)), min(finish, end)
        if span[1] - span[0] >= SHORTEST:
            entries.append(_entry(host, *span, None, at))
    return entries


def _entry(
    host: User, starts_at: datetime, ends_at: datetime, what: Line | None, at: datetime
) -> Entry:
    starts, ends = (clock(moment.astimezone(host.zone)) for moment in (starts_at, ends_at))
    is_now = what is not None and what.meeting.is_booked and starts_at <= at < ends_at
    return Entry(starts_at, starts, ends, what, is_now, ends_at <= at)


def _next_quarter(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=-whole.minute % 15)


def _midnight(day: date, host: User) -> datetime:
    return datetime.combine(day, time(0), tzinfo=host.zone).astimezone(UTC)
