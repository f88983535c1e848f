"""What apps above keep about an edition, without editions knowing them.

Each such app registers one `Keeper` in its own `editions.py`. Certificates, for one, keep which
tier asks for which statement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from frameworks.models import Edition, Framework, Statement

# Which yes-or-no columns say yes, by the code of the statement.
Marks = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A yes-or-no column beside the words of a statement."""

    name: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands in the way of publishing (`stops`), or what to know before. `code` is where."""

    text: str
    stops: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """`drafted` copies from one edition to the next, `settle` follows new words and marks, and
    `leaving` lets go of statements that a draft drops."""

    columns: Callable[[Framework], Sequence[Column]]
    marks: Callable[[Edition], Marks]
    drafted: Callable[[Edition, Edition], None]
    settle: Callable[[Edition, Marks], None]
    leaving: Callable[[Sequence[Statement]], None]
    check: Callable[[Edition], Iterable[Finding]]
    rests_on: Callable[[Framework], Sequence[str]]  # what could not begin without an edition


KEEPERS: list[Keeper] = []


def columns_for(framework: Framework) -> list[Column]:
    return [column for keeper in KEEPERS for column in keeper.columns(framework)]


def marks_of(edition: Edition) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for keeper in KEEPERS:
        for code, names in keeper.marks(edition).items():
            found[code] = found.get(code, frozenset()) | names
    return found


def settle(edition: Edition, marks: Marks) -> None:
    for keeper in KEEPERS:
        keeper.settle(edition, marks)
