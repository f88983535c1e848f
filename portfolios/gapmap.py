"""The gap map: every statement that is asked for, as a ring that says where it stands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.models import Facet, Requirement
from frameworks.models import Area
from portfolios.models import SENDABLE, Entry

NONE = "none"
LABELS: dict[str, str | Promise] = {
    NONE: _("Nothing yet"),
    "draft": _("Draft"),
    "ready": _("Ready to send"),
    "back": _("To improve"),
    "carried": _("Carried over"),
    "done": _("Accepted"),
}
TITLES = {
    Facet.CONCEPT: _("Concepts: explain it"),
    Facet.PRACTICE: _("Practices: show it"),
}
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One ring. `state` names its drawing."""

    requirement: Requirement
    state: str
    label: str | Promise

    @property
    def code(self) -> str:
        return self.requirement.statement.code

    @property
    def facet(self) -> str:
        return self.requirement.facet

    @property
    def number(self) -> str:
        """What stands under the ring: the part of the code that the row does not say."""
        return self.code.rpartition(".")[2]

    @property
    def is_open(self) -> bool:
        return self.state not in SENDABLE


@dataclass(frozen=True, slots=True)
class Row:
    area: Area
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Map:
    """All rings of one facet."""

    facet: str
    title: str | Promise
    rows: Sequence[Row]

    @property
    def count(self) -> int:
        return sum(len(row.cells) for row in self.rows)


def cells_of(asked: Sequence[Requirement], entries: Mapping[Key, Entry]) -> list[Cell]:
    found = []
    for requirement in asked:
        entry = entries.get((requirement.statement_id, requirement.facet))
        state = entry.state if entry else NONE
        found.append(Cell(requirement, state, LABELS[state]))
    return found


def maps_of(cells: Sequence[Cell]) -> list[Map]:
    """A map for each facet that is asked, its rows the areas."""
    found = []
    for facet, title in TITLES.items():
        rows: dict[int, list[Cell]] = {}
        for cell in cells:
            if cell.facet == facet:
                rows.setdefault(cell.requirement.statement.area_id, []).append(cell)
        if rows:
            lines = [Row(row[0].requirement.statement.area, row) for row in rows.values()]
            found.append(Map(facet, title, lines))
    return found


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to see some of them, with how many there are."""

    state: str
    label: str | Promise
    count: int


def filters_of(cells: Sequence[Cell]) -> list[Filter]:
    counts = Counter(cell.state for cell in cells)
    return [Filter(state, label, counts[state]) for state, label in LABELS.items() if counts[state]]
