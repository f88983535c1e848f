"""Days off as people say them: from one day to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meetings.models import DayOff
from meetings.slots import DAY


@dataclass(frozen=True, slots=True)
class Absence:
    first: date
    last: date
    note: str

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last


def absences(days: Iterable[DayOff]) -> list[Absence]:
    """Days that follow each other under one note are one absence."""
    found: list[Absence] = []
    for off in sorted(days, key=lambda off: off.day):
        last = found[-1] if found else None
        if last and last.last + DAY == off.day and last.note == off.note:
            found[-1] = Absence(last.first, off.day, off.note)
        else:
            found.append(Absence(off.day, off.day, off.note))
    return found
