"""When somebody could meet: pure arithmetic on clocks, no database.

Weekly hours stand at the wall clock of the host's own zone, whatever the zone does. A slot is
real time that lies wholly inside them: on the day clocks go forward no slot falls into the hour
that does not exist, and on the day they go back the hour that comes twice is offered twice.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MIDNIGHT = time(0)

Span = tuple[datetime, datetime]
NO_DAYS: Mapping[date, Sequence["Hours"]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time on the wall to another, every week. An end at 00:00 is the day's own end."""

    weekday: int
    starts: time
    ends: time

    def holds(self, wall: time) -> bool:
        return self.starts <= wall and (self.ends == MIDNIGHT or wall < self.ends)


def grid(minutes: int) -> int:
    """Short meetings start on the quarter of an hour, longer ones on the half."""
    return 15 if minutes <= 15 else 30


def slots(  # noqa: PLR0913, PLR0917 - a calendar is these things
    hours: Sequence[Hours],
    days_off: Collection[date],
    zone: tzinfo,
    busy: Sequence[Span],
    minutes: int,
    buffer: int,
    first: datetime,
    last: datetime,
    instead: Mapping[date, Sequence[Hours]] = NO_DAYS,
) -> list[datetime]:
    """Every start, in UTC, from `first` to `last` (both included), that keeps `buffer` minutes
    from whatever is in `busy`. On the days of `instead`, those hours stand and not the weekly
    ones; a day off is a day off all the same."""
    length, gap = timedelta(minutes=minutes), timedelta(minutes=buffer)
    taken = _joined([(start - gap, end + gap) for start, end in busy])
    spans = open_spans(hours, days_off, zone, first, last, instead)
    return [
        start
        for start in _starts(spans, zone, length, grid(minutes))
        if first <= start <= last and not _clash(taken, start, start + length)
    ]


def _clash(taken: Sequence[Span], start: datetime, end: datetime) -> bool:
    """Does anything taken overlap? Taken spans are apart from each other, earliest first."""
    before = bisect_left(taken, (end, end))
    return before > 0 and taken[before - 1][1] > start


def _starts(
    spans: Iterable[Span], zone: tzinfo, length: timedelta, every: int
) -> Iterator[datetime]:
    for begin, end in spans:
        start = begin
        while start + length <= end:
            # The grid is the one on the host's wall: Kathmandu's half hour is not London's.
            if start.astimezone(zone).minute % every:
                start += MINUTE
            else:
                yield start
                start += MINUTE * every


def open_spans(  # noqa: PLR0917 - a calendar is these things
    hours: Sequence[Hours],
    days_off: Collection[date],
    zone: tzinfo,
    first: datetime,
    last: datetime,
    instead: Mapping[date, Sequence[Hours]] = NO_DAYS,
) -> list[Span]:
    """Real time inside the hours of each day, hours that touch joined into one span."""
    spans: list[Span] = []
    day, end = first.astimezone(zone).date() - DAY, last.astimezone(zone).date() + DAY
    while day <= end:
        if day not in days_off:
            weekly = [row for row in hours if row.weekday == day.weekday()]
            for row in instead.get(day, weekly):
                spans.extend(_spans(day, row, zone))
        day += DAY
    return _joined(spans)


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of the spans once everything taken is cut out."""
    left = list(spans)
    for start, end in taken:
        left = [
            piece
            for begin, finish in left
            for piece in ((begin, min(finish, start)), (max(begin, end), finish))
            if piece[0] < piece[1]
        ]
    return _joined(left)


def _spans(day: date, row: Hours, zone: tzinfo) -> Iterator[Span]:
    midnight, next_midnight = _midnight(day, zone), _midnight(day + DAY, zone)
    if next_midnight - midnight == DAY:
        ends = next_midnight if row.ends == MIDNIGHT else _utc(day, row.ends, zone)
        yield _utc(day, row.starts, zone), ends
        return
    # The clocks change today. Read the wall minute by minute, as a person would.
    start = midnight - DAY
    while start < next_midnight + DAY:
        wall = start.astimezone(zone)
        if wall.date() == day and row.holds(wall.time()):
            yield start, start + MINUTE
        start += MINUTE


def _utc(day: date, wall: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return _utc(day, MIDNIGHT, zone)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined
