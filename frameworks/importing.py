"""Looking a table through before it is taken into a draft: every fault of every row, by column."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from frameworks.layout import (
    LONGEST,
    MAY_RUN_ON,
    NO,
    YES,
    Kind,
    Layout,
    layout,
    yes_no_columns,
)
from frameworks.models import Area, Edition, Statement
from frameworks.tables import Line, Problem, Table, read
from frameworks.texts import code_faults, faults

CODES = frozenset({"code", "area_code"})
NUMBERS = frozenset({"position", "statement_count"})
HIGHEST = 9_999
SHOWN = 8  # codes in a note, before "and 12 more"

Row = dict[str, str]


@dataclass(slots=True)
class Found:
    """What a table says. With `problems` nothing of it is taken; `notes` are to be known."""

    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def look_through(edition: Edition, kind: str, *, name: str, content: bytes) -> Found:
    """Read a file for a draft and check all of it. Nothing is changed."""
    table = read(name, content)
    check = _Check(edition, kind, table)
    if table.heading:
        check.heading()
        for line in table.lines:
            check.line(line)
        if not table.problems:
            check.whole()
    return Found(
        columns=[name for name in table.heading if name in check.layout.known],
        rows=check.rows,
        problems=sorted(table.problems),
        notes=table.notes,
    )


class _Check:
    def __init__(self, edition: Edition, kind: str, table: Table) -> None:
        self.kind = kind
        self.table = table
        self.layout: Layout = layout(edition, kind)
        self.profile = edition.framework.key
        self.yes_no = yes_no_columns(edition)
        self.areas = dict(Area.objects.filter(edition=edition).values_list("code", "title"))
        self.holding = dict(
            Statement.objects.filter(edition=edition).values_list("code", "area__code")
        )
        self.rows: list[Row] = []
        self.first: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.by_column: dict[str, Callable[[int, str], None]] = {
            "profile": self._profile,
            "position": self._position,
        }

    def heading(self) -> None:
        for column in self.layout.required:
            if column not in self.table.heading:
                self.table.wrong(1, column, _("the column is missing"))
        for column in self.table.heading:
            if column and column not in self.layout.known:
                near = difflib.get_close_matches(column, self.layout.known, 1)
                hint = _("we know no such column; did you mean “%(near)s”?") if near else ""
                fault = hint % {"near": near[0]} if near else _("we know no such column")
                self.table.wrong(1, column, fault)

    def line(self, line: Line) -> None:
        """Check one row cell by cell; a cell that could not be read was reported already."""
        row: Row = {}
        for column, cell in zip(self.table.heading, line.cells, strict=True):
            if column not in self.layout.known or column in row:
                continue
            row[column] = cell or ""
            if cell is not None:
                self._cell(line.number, column, cell)
        self._key(line.number, row.get(self.layout.key, ""))
        if self.kind == Kind.STATEMENTS and None not in line.cells:
            self._area(line.number, row)
        self.rows.append(row)

    def _cell(self, number: int, column: str, cell: str) -> None:
        if not cell and (column in self.layout.filled or column in self.yes_no):
            self.table.wrong(number, column, _("is empty"))
        if column in self.yes_no:
            if cell and cell not in {YES, NO}:
                words = _("“%(cell)s” is neither yes nor no") % {"cell": cell[:40]}
                self.table.wrong(number, column, words)
        elif column in NUMBERS:
            self._number(number, column, cell)
        elif column in CODES:
            self._wrong_if(number, column, code_faults(cell))
        else:
            breaks = column in MAY_RUN_ON
            self._wrong_if(number, column, faults(cell, LONGEST[column], breaks=breaks))
        if cell and column in self.by_column:
            self.by_column[column](number, cell)

    def _wrong_if(self, number: int, column: str, found: object) -> None:
        for fault in found:  # type: ignore[attr-defined]
            self.table.wrong(number, column, fault)

    def _number(self, number: int, column: str, cell: str) -> None:
        if not (cell.isascii() and cell.isdecimal() and len(cell) < 6 and int(cell) <= HIGHEST):
            words = _("“%(cell)s” is no whole number up to %(highest)d")
            fault = words % {"cell": cell[:40], "highest": HIGHEST}
            self.table.wrong(number, column, fault if cell else _("is empty"))

    def _profile(self, number: int, cell: str) -> None:
        if cell != self.profile:
            words = {"cell": cell[:40], "profile": self.profile}
            fault = _("“%(cell)s” is another profile; this one is “%(profile)s”") % words
            self.table.wrong(number, "profile", fault)

    def _position(self, number: int, cell: str) -> None:
        if cell in self.places:
            words = {"cell": cell, "row": self.places[cell]}
            fault = _("place %(cell)s is taken by row %(row)d already") % words
            self.table.wrong(number, "position", fault)
        self.places.setdefault(cell, number)

    def _key(self, number: int, code: str) -> None:
        """Codes are told apart by eye, so m1.1 repeats M1.1."""
        same = code.casefold()
        if code and same in self.first:
            words = {"code": code[:40], "row": self.first[same]}
            fault = _("“%(code)s” stands in row %(row)d already") % words
            self.table.wrong(number, self.layout.key, fault)
        self.first.setdefault(same, number)
        there: Mapping[str, object] = {
            Kind.STATEMENTS_FR.value: self.holding,
            Kind.AREAS_FR.value: self.areas,
        }.get(self.kind, {code: ""})
        if code and code not in there:
            fault = _("there is no “%(code)s” in this draft") % {"code": code[:40]}
            self.table.wrong(number, self.layout.key, fault)

    def _area(self, number: int, row: Row) -> None:
        """The title beside the code shows a row that slipped."""
        code, title = row.get("area_code", ""), row.get("area_title", "")
        if code and code not in self.areas:
            fault = _("there is no area “%(code)s” in this draft") % {"code": code[:40]}
            self.table.wrong(number, "area_code", fault)
        elif code and title and title != self.areas[code]:
            words = {"code": code, "title": self.areas[code]}
            fault = _("area %(code)s is called “%(title)s” in this draft") % words
            self.table.wrong(number, "area_title", fault)

    def whole(self) -> None:
        """What only the whole table shows."""
        said = {row[self.layout.key] for row in self.rows}
        if self.kind == Kind.AREAS:
            held = sorted(set(self.holding.values()) - said)
            for code in held:
                count = sum(area == code for area in self.holding.values())
                words = {"code": code, "count": count}
                fault = _("area %(code)s is missing, and %(count)d statements stand in it") % words
                self.table.wrong(0, "area_code", fault)
        there: Sequence[str] = []
        if self.kind == Kind.STATEMENTS_FR:
            there = list(self.holding)
        elif self.kind == Kind.AREAS_FR:
            there = list(self.areas)
        lacking = [code for code in there if code not in said]
        if lacking:
            note = _("Without French in this table: %(codes)s.")
            self.table.notes.append(note % {"codes": listed(lacking)})


def listed(codes: Sequence[str]) -> str:
    """Codes in a sentence, the first few by name."""
    shown = ", ".join(codes[:SHOWN])
    more = len(codes) - SHOWN
    return _("%(shown)s and %(more)d more") % {"shown": shown, "more": more} if more > 0 else shown
