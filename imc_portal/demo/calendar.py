"""Days counted from the day on which the demo is loaded, so that it never looks old."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from certificates.dates import body_day, body_zone

# A story says when its next step takes place, takes it when it is told to, and so on.
Story = Iterator[datetime]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`now` is the moment of loading; day 0 is its day, by the body's own calendar."""

    now: datetime

    def day(self, offset: int) -> date:
        return body_day(self.now) + timedelta(days=offset)

    def at(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """That hour of that day, at the body's own clock."""
        return datetime.combine(self.day(offset), time(hour, minute), body_zone())

    def offset(self, day: date) -> int:
        return (day - body_day(self.now)).days


def play(stories: Iterable[Story], *, until: datetime, after: Callable[[datetime], None]) -> None:
    """Tell all stories at once, in the order of time: whoever is next takes the next step.

    What would take place after `until` has not happened yet. `after` is called after each step.
    """
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        _wait(waiting, number, story)
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        if moment > until:
            continue
        _wait(waiting, number, story)
        after(moment)


def _wait(waiting: list[tuple[datetime, int, Story]], number: int, story: Story) -> None:
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, number, story))
