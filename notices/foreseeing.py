"""What will be sent if nothing changes: the rules of the reminders, run forward in time.

A rule is the very function that its sweep owes letters with; here it is asked about instants to
come. So there is no second list of reminders that could say something else.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notices.models import Message

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """`rows` are what a case (by its number) may be reminded of, as they are now; `due` tells the
    letters of one row that are owed at an instant. `every` is how closely one has to look."""

    rows: Callable[[int], Iterable[Any]]
    due: Callable[[Any, datetime], Iterable[Message]]
    every: timedelta = DAY
    ahead: timedelta = timedelta(days=1100)


@dataclass(frozen=True, slots=True)
class ToCome:
    """A letter that is not owed yet, and when it will be."""

    at: datetime
    message: Message


def foresee(rules: Sequence[Rule], case: int, at: datetime, until: datetime) -> list[ToCome]:
    """Every letter that these rules will owe about the case, each at its first moment, the nearest
    first. What is owed already is not among them."""
    first: dict[str, ToCome] = {}
    for rule in rules:
        for row in rule.rows(case):
            for instant in _instants(at, min(until, at + rule.ahead), rule.every):
                for message in rule.due(row, instant):
                    first.setdefault(message.key, ToCome(instant, message))
    known = set(Message.objects.filter(key__in=first).values_list("key", flat=True))
    found = [letter for key, letter in first.items() if key not in known]
    return sorted(found, key=lambda letter: (letter.at, letter.message.key))


def _instants(first: datetime, last: datetime, every: timedelta) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += every
