"""Reading a mentoring log from a table: every fault of every row, and nothing taken in yet."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import User
from frameworks.tables import Line, Problem, Table, read
from portfolios.log import key, keys_of, looks_like_a_full_name
from portfolios.logbook import LogSession

ROWS = 5_000
COLUMNS = ("date", "minutes", "kind", "mode", "mentee", "focus", "reflection", "next_step")
REQUIRED = ("date", "minutes", "mode", "focus")
LONGEST = {"mentee": 40, "focus": 300, "reflection": 4000, "next_step": 300}
SHOWN = 8  # rows in a note, before "and 12 more"
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
EITHER_WAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")

Session = dict[str, Any]


@dataclass(slots=True)
class Found:
    """What a table says. With `problems` nothing of it is taken; `notes` are to be known."""

    rows: list[Session] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def look_through(person: User, *, name: str, content: bytes, today: date) -> Found:
    """Read a table for somebody's log and check all of it. Nothing is changed."""
    table = read(name, content, rows=ROWS)
    check = _Check(person, table, today)
    if table.heading:
        check.heading()
    if not any(problem.row < 2 for problem in table.problems):
        for line in table.lines:
            check.line(line)
    if not table.problems and not check.rows:
        table.wrong(0, "", _("Every session of this table is in your log already."))
    return Found(check.rows, sorted(table.problems), [*table.notes, *check.notes()])


class _Check:
    def __init__(self, person: User, table: Table, today: date) -> None:
        self.table = table
        self.today = today
        self.rows: list[Session] = []
        self.there = keys_of(person)
        self.repeated: list[int] = []
        self.named: list[int] = []
        self.sorts = {"": LogSession.Sort.MENTORING.value, **_said(LogSession.Sort)}
        self.modes = _said(LogSession.Mode)

    def heading(self) -> None:
        for column in REQUIRED:
            if column not in self.table.heading:
                self.table.wrong(1, column, _("the column is missing"))
        for column in self.table.heading:
            if column and column not in COLUMNS:
                self.table.wrong(1, column, _("we know no such column"))

    def line(self, line: Line) -> None:
        cells = dict.fromkeys(COLUMNS, "")
        for column, cell in zip(self.table.heading, line.cells, strict=True):
            if cell is None:  # could not be read, and is reported already
                return
            cells[column] = _plain(cell)
        before = len(self.table.problems)
        session: Session = {
            "on": self._day(line.number, cells["date"]),
            "minutes": self._minutes(line.number, cells["minutes"]),
            "sort": self._one_of(line.number, "kind", cells["kind"], self.sorts),
            "mode": self._one_of(line.number, "mode", cells["mode"], self.modes),
            "mentee_alias": cells["mentee"],
            "focus": cells["focus"],
            "reflection": cells["reflection"],
            "next_step": cells["next_step"],
        }
        self._lengths(line.number, cells)
        if len(self.table.problems) == before:
            self._take(line.number, session)

    def _take(self, number: int, session: Session) -> None:
        same = key(session)
        if same in self.there:
            self.repeated.append(number)
            return
        self.there.add(same)
        if looks_like_a_full_name(session["mentee_alias"]):
            self.named.append(number)
        self.rows.append(session)

    def _day(self, number: int, cell: str) -> str:
        try:
            day = _day_of(cell)
        except _Ambiguous as both:
            words = _("“%(cell)s” could be %(one)s or %(other)s. Write it in one of these ways")
            self.table.wrong(
                number, "date", words % {"cell": cell, "one": both.one, "other": both.other}
            )
            return ""
        except ValueError:
            words = _("“%(cell)s” is no day that we can read. Write days like %(example)s")
            example = {"cell": cell[:40], "example": self.today.isoformat()}
            self.table.wrong(number, "date", words % example if cell else _("is empty"))
            return ""
        if day > self.today:
            self.table.wrong(number, "date", _("this day is still to come"))
        return day.isoformat()

    def _minutes(self, number: int, cell: str) -> int:
        minutes = int(cell) if re.fullmatch(r"[0-9]{1,5}", cell) else 0
        if not 5 <= minutes <= 720:
            words = _("“%(cell)s” is no number of minutes from 5 to 720") % {"cell": cell[:40]}
            self.table.wrong(number, "minutes", words if cell else _("is empty"))
        return minutes

    def _one_of(self, number: int, column: str, cell: str, known: dict[str, str]) -> str:
        value = known.get(cell.casefold())
        if value is None:
            words = _("“%(cell)s” is none of these: %(known)s")
            listed = ", ".join(dict.fromkeys(known.values()))
            fault = words % {"cell": cell[:40], "known": listed}
            self.table.wrong(number, column, fault if cell else _("is empty"))
        return value or ""

    def _lengths(self, number: int, cells: dict[str, str]) -> None:
        if not cells["focus"]:
            self.table.wrong(number, "focus", _("is empty"))
        for column, longest in LONGEST.items():
            if len(cells[column]) > longest:
                counts = {"count": len(cells[column]), "longest": longest}
                words = _("has %(count)d characters, %(longest)d fit") % counts
                self.table.wrong(number, column, words)

    def notes(self) -> list[str]:
        said = []
        if self.repeated:
            words = ngettext(
                "%(count)d row is in your log already, or twice in the table, and is left out: "
                "%(rows)s.",
                "%(count)d rows are in your log already, or twice in the table, and are left out: "
                "%(rows)s.",
                len(self.repeated),
            )
            said.append(words % {"count": len(self.repeated), "rows": _listed(self.repeated)})
        if self.named:
            words = ngettext(
                "%(count)d row seems to hold a real name: %(rows)s. Initials protect your mentees "
                "better.",
                "%(count)d rows seem to hold real names: %(rows)s. Initials protect your mentees "
                "better.",
                len(self.named),
            )
            said.append(words % {"count": len(self.named), "rows": _listed(self.named)})
        return said


class _Ambiguous(Exception):
    """A day that is another day elsewhere in the world."""

    def __init__(self, one: date, other: date) -> None:
        super().__init__()
        self.one, self.other = one, other


def _day_of(cell: str) -> date:
    if found := ISO.fullmatch(cell):
        return date(*map(int, found.groups()))
    found = EITHER_WAY.fullmatch(cell)
    if found is None:
        raise ValueError
    first, second, year = map(int, found.groups())
    if max(first, second) <= 12 and first != second:
        raise _Ambiguous(date(year, second, first), date(year, first, second))
    return date(year, second, first) if second <= 12 else date(year, first, second)


def _said(choices: type[models.TextChoices]) -> dict[str, str]:
    """Every way to say a choice: its key, and its words in each language of ours."""
    known = {value: value for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {str(one.label).casefold(): one.value for one in choices}
    return known


def _plain(cell: str) -> str:
    """Without what nobody sees, and without the sign that kept a spreadsheet from running it."""
    seen = "".join(char for char in cell if char == "\n" or char.isprintable())
    return seen[1:] if re.match(r"'[=+\-@＝＋－＠]", seen) else seen


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:SHOWN]))
    more = len(numbers) - SHOWN
    return _("%(shown)s and %(more)d more") % {"shown": shown, "more": more} if more > 0 else shown
