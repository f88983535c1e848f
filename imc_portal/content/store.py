"""Writing what was read: new rows are added, changed ones changed, equal ones left alone.

Nothing is ever removed: people's work may rest on it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class Report:
    """What a load did, by kind of thing."""

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    @property
    def is_quiet(self) -> bool:
        return not self.added and not self.changed

    def lines(self) -> list[str]:
        names = sorted({*self.added, *self.changed, *self.same, *self.kept})
        return [self._line(name) for name in names]

    def _line(self, name: str) -> str:
        words = [
            f"{count} {word}"
            for word, count in (
                ("added", self.added[name]),
                ("changed", self.changed[name]),
                ("as they were", self.same[name]),
                ("kept in the words of the staff", self.kept[name]),
            )
            if count
        ]
        return f"{name}: {', '.join(words)}"


def named(model: type[models.Model]) -> str:
    return model._meta.label


def longest(model: type[models.Model], name: str) -> int | None:
    """How many characters the database keeps of this field."""
    length: int | None = getattr(model._meta.get_field(name), "max_length", None)
    return length


def values(row: models.Model) -> dict[str, object]:
    """Everything the row says, without its own number."""
    fields = row._meta.concrete_fields
    return {f.attname: getattr(row, f.attname) for f in fields if not f.primary_key}


def store(rows: Iterable[M], key: Callable[[M], object], report: Report) -> list[M]:
    """Bring the table to what `rows` say, and return them as they are stored."""
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    there = {key(row): row for row in model._default_manager.all()}
    new, other = [], []
    for row in rows:
        old = there.get(key(row))
        if old is None:
            new.append(row)
            continue
        row.pk = old.pk
        if values(row) != values(old):
            other.append(row)
    model._default_manager.bulk_create(new)
    if other:
        model._default_manager.bulk_update(other, list(values(rows[0])))
    count(report, model, added=len(new), changed=len(other), same=len(rows) - len(new) - len(other))
    return rows


def add_missing(rows: Sequence[M], key: Callable[[M], object], report: Report) -> None:
    """Add what is not there. What is there may be the words of the staff: they stay."""
    model = type(rows[0])
    there = {key(row): row for row in model._default_manager.all()}
    new = [row for row in rows if key(row) not in there]
    same = sum(key(row) in there and values(there[key(row)]) == values(row) for row in rows)
    model._default_manager.bulk_create(new)
    count(report, model, added=len(new), same=same, kept=len(rows) - len(new) - same)


def count(report: Report, model: type[models.Model], **counts: int) -> None:
    for what, number in counts.items():
        if number:
            getattr(report, what)[named(model)] += number
