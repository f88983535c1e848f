"""Reading the body's tables row by row: every mistake is noted with its place, none stops us."""

import csv
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from certificates.dates import body_zone

T = TypeVar("T")
SLUG = re.compile(r"^[-a-zA-Z0-9_]+$")
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake and where it stands. Row 1 is the heading, as a spreadsheet counts."""

    file: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{place}, {self.column}: {self.text}" if self.column else f"{place}: {self.text}"


class BadContent(Exception):
    """The tables have mistakes. All of them are in `problems`, and nothing was loaded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems)


class Row:
    """One row. A cell that cannot be read is noted, and something empty stands in for it."""

    def __init__(self, folder: "Folder", file: str, number: int, cells: Mapping[str, str]) -> None:
        self._folder = folder
        self._cells = cells
        self.file = file
        self.number = number

    def wrong(self, column: str, text: str) -> None:
        self._folder.wrong(self.file, self.number, column, text)

    def text(self, column: str, longest: int | None = None, *, optional: bool = False) -> str:
        cell = self._cells.get(column, "").strip()
        if not cell and not optional:
            self.wrong(column, "is empty")
        if longest is not None and len(cell) > longest:
            self.wrong(column, f"has {len(cell)} characters, {longest} fit")
        if "\0" in cell:
            self.wrong(column, "contains a character that is no text")
        return cell

    def slug(self, column: str, longest: int = 50) -> str:
        cell = self.text(column, longest)
        if cell and not SLUG.match(cell):
            self.wrong(column, f"“{cell}” may hold letters, digits, - and _ only")
        return cell

    def whole(self, column: str, lowest: int = 0, highest: int = 32_767) -> int:
        cell = self.text(column)
        if not cell:
            return lowest
        if not re.fullmatch(r"-?[0-9]{1,9}", cell):
            self.wrong(column, f"“{cell}” is not a whole number")
            return lowest
        if not lowest <= int(cell) <= highest:
            self.wrong(column, f"{cell} is not between {lowest} and {highest}")
        return int(cell)

    def day(self, column: str) -> datetime:
        """The first moment of the body's day, written as 2026-01-31."""
        cell = self.text(column)
        try:
            return datetime.strptime(cell, "%Y-%m-%d").replace(tzinfo=body_zone())
        except ValueError:
            if cell:
                self.wrong(column, f"“{cell}” is not a day such as 2026-01-31")
            return datetime.min.replace(tzinfo=UTC)

    def one_of(self, column: str, words: Mapping[str, T], fallback: T) -> T:
        cell = self.text(column)
        if cell and cell not in words:
            self.wrong(column, f"“{cell}” is none of: {', '.join(words)}")
        return words.get(cell, fallback)

    def yes(self, column: str) -> bool:
        return self.one_of(column, YES_NO, fallback=False)

    def known(self, column: str, among: Container[str], what: str) -> str:
        cell = self.text(column)
        if cell and cell not in among:
            self.wrong(column, f"there is no {what} “{cell}”")
        return cell

    def many(self, column: str, split: str) -> list[str]:
        return [part.strip() for part in self.text(column).split(split) if part.strip()]


class Folder:
    """A folder of tables, and every mistake that was found in them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._tables: dict[str, tuple[list[str], list[Row]]] = {}

    def wrong(self, file: str, row: int, column: str, text: str) -> None:
        problem = Problem(file, row, column, text)
        if problem not in self.problems:
            self.problems.append(problem)

    def lines(self, file: str) -> list[str]:
        """The lines of a text file; none where it cannot be read."""
        try:
            text = (self.path / file).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.wrong(file, 0, "", "the file is missing")
        except UnicodeDecodeError:
            self.wrong(file, 0, "", "the file is not written in UTF-8")
        else:
            return text.splitlines(keepends=True)
        return []

    def rows(self, file: str, *columns: str, key: str = "", optional: bool = False) -> list[Row]:
        """The rows of a table that has these columns; `key` names one that may not repeat."""
        if optional and not (self.path / file).exists():
            return []
        if file not in self._tables:
            self._tables[file] = self._parse(file)
        heading, rows = self._tables[file]
        missing = [column for column in columns if column not in heading]
        if missing and rows:
            self.wrong(file, 1, ", ".join(missing), "the column is missing")
            return []
        if key:
            self._check_unique(rows, key)
        return rows

    def _parse(self, file: str) -> tuple[list[str], list[Row]]:
        table = csv.reader(self.lines(file), strict=True)
        heading: list[str] = []
        rows: list[Row] = []
        try:
            heading = next(table, [])
            for number, cells in enumerate(table, start=2):
                if len(cells) != len(heading):
                    self.wrong(file, number, "", f"{len(cells)} cells, not {len(heading)}")
                else:
                    rows.append(Row(self, file, number, dict(zip(heading, cells, strict=True))))
        except csv.Error as error:
            self.wrong(file, len(rows) + 2, "", f"cannot be read from here on ({error})")
        if not rows and not any(problem.file == file for problem in self.problems):
            self.wrong(file, 0, "", "there are no rows in it")
        return heading, rows

    def _check_unique(self, rows: Sequence[Row], key: str) -> None:
        first: dict[str, int] = {}
        for row in rows:
            cell = row.text(key)
            if cell in first:
                row.wrong(key, f"“{cell}” stands in row {first[cell]} already")
            elif cell:
                first[cell] = row.number
