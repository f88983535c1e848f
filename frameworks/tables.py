"""Reading a table as people send it: CSV from any spreadsheet, or XLSX. Every fault has its place.

Nothing here knows what the columns mean.
"""

import codecs
import csv
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException

from frameworks.texts import tidy

BYTES = 5 * 1024 * 1024
UNPACKED = 20 * 1024 * 1024
MEMBERS = 500
ROWS = 2_000
COLUMNS = 60
SPREADSHEET, OLD_SPREADSHEET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = ",;\t"
# openpyxl trusts what it opens: a crooked file ends in any of these.
CROOKED = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault and where it stands. Row 1 is the heading; row 0 is the whole table."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row by its number, as a spreadsheet counts. A cell is None where it could not be read,
    and is reported then."""

    number: int
    cells: list[str | None]


@dataclass(slots=True)
class Table:
    """`notes` tell how the file was read, where that was a guess."""

    heading: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    most: int = ROWS

    def wrong(self, row: int, column: str, text: str) -> None:
        problem = Problem(row, column, text)
        if problem not in self.problems:
            self.problems.append(problem)


def read(name: str, content: bytes, *, rows: int = ROWS) -> Table:
    table = Table(most=rows)
    if len(content) > BYTES:
        table.wrong(0, "", _("The file is larger than 5 MB. Send it in parts."))
    elif content.startswith(OLD_SPREADSHEET):
        table.wrong(0, "", _("This is an old spreadsheet. Save it as .xlsx or .csv first."))
    elif content.startswith(SPREADSHEET) != name.lower().endswith(".xlsx"):
        table.wrong(0, "", _("The name of the file and what is in it do not agree."))
    elif content.startswith(SPREADSHEET):
        _read_xlsx(content, table)
    else:
        _read_csv(content, table)
    if not table.problems and not table.lines:
        table.wrong(0, "", _("There are no rows below the heading."))
    return table


# --- CSV --------------------------------------------------------------------------------------
def _read_csv(content: bytes, table: Table) -> None:
    text = _decoded(content, table)
    if text is None:
        return
    separator = _separator(text)
    if separator != ",":
        words = _("semicolons") if separator == ";" else _("tabs")
        table.notes.append(_("Read with %(words)s between the columns.") % {"words": words})
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(records, start=1):
            if not _take(table, number, [tidy(cell) for cell in cells]):
                return
    except csv.Error as error:
        fault = _("cannot be read from here on (%(error)s)") % {"error": error}
        table.wrong(number + 1, "", fault)


def _decoded(content: bytes, table: Table) -> str | None:
    """UTF-8 is what we write. Spreadsheets write Windows-1252 and UTF-16 too."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding == "cp1252":
            note = _("Read as Windows-1252, for it is no UTF-8. Look at the accents below.")
            table.notes.append(note)
        return text
    table.wrong(0, "", _("This is no text that we can read. Save the table as CSV in UTF-8."))
    return None


def _separator(text: str) -> str:
    """Whichever of the three the heading holds most of."""
    heading = text.lstrip().split("\n", 1)[0]
    return max(SEPARATORS, key=heading.count)


# --- XLSX -------------------------------------------------------------------------------------
def _read_xlsx(content: bytes, table: Table) -> None:
    broken = _("The spreadsheet cannot be opened. Save it again, or save it as CSV.")
    try:
        if not _is_harmless(content):
            table.wrong(0, "", broken)
            return
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheets = book.worksheets
        if len(sheets) > 1:
            note = _("The file has %(count)d sheets. The first one, “%(title)s”, was read.")
            table.notes.append(note % {"count": len(sheets), "title": sheets[0].title})
        for number, row in enumerate(sheets[0].iter_rows(max_col=COLUMNS), start=1):
            cells = [_words(cell, number, table) for cell in row]
            if not _take(table, number, cells):
                return
    except CROOKED:
        table.wrong(0, "", broken)


def _is_harmless(content: bytes) -> bool:
    """Unpacked within bounds, and no part declares entities of its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        infos = parts.infolist()
        if len(infos) > MEMBERS or sum(info.file_size for info in infos) > UNPACKED:
            return False
        xml = (parts.read(info) for info in infos if info.filename.endswith((".xml", ".rels")))
        # In UTF-16 every other byte is nothing.
        return not any(b"<!DOCTYPE" in part.replace(b"\0", b"") for part in xml)


def _words(cell: Cell, number: int, table: Table) -> str | None:
    """A cell as text. What a spreadsheet would compute or turn into something else is refused."""
    value = cell.value
    if value is None:
        return ""
    fault = ""
    if cell.data_type == "f":
        fault = _("holds a formula. Write what it says, not how to find it")
    elif cell.data_type == "e":
        fault = _("holds an error of the spreadsheet: %(value)s") % {"value": value}
    elif isinstance(value, bool):
        fault = _("holds a true-or-false cell. Write yes or no")
    elif isinstance(value, datetime | date | time):
        fault = _("was turned into a date by the spreadsheet. Format the column as text")
    if fault:
        place = table.heading[cell.column - 1 : cell.column]
        table.wrong(number, place[0] if place else cell.column_letter, fault)
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tidy(str(value))


# --- Rows -------------------------------------------------------------------------------------
def _take(table: Table, number: int, cells: list[str | None]) -> bool:
    """Add a row; False where there are more than anybody sends."""
    if len(table.lines) == table.most or number > 2 * table.most:
        fault = _("The table has more than %(rows)d rows. Send it in parts.")
        table.problems = [Problem(0, "", fault % {"rows": table.most})]
        table.lines = []
        return False
    while cells and cells[-1] == "":
        cells.pop()
    width = len(table.heading)
    if not cells:
        return True
    if not table.heading:
        table.heading = _heading(table, number, cells)
    elif len(cells) > width:
        counts = {"cells": len(cells), "heading": width}
        fault = _("has %(cells)d cells, the heading has %(heading)d") % counts
        table.wrong(number, "", fault)
        # Every cell after the stray one would be called wrong too.
        table.lines.append(Line(number, [cells[0], *[None] * (width - 1)]))
    else:
        table.lines.append(Line(number, [*cells, *[""] * (width - len(cells))]))
    return True


def _heading(table: Table, number: int, cells: list[str | None]) -> list[str]:
    names = [(cell or "").lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for place, name in enumerate(names):
        if not name:
            column = _("column %(place)d") % {"place": place + 1}
            table.wrong(number, column, _("has no name in the heading"))
        elif name in names[:place]:
            table.wrong(number, name, _("stands in the heading twice"))
    return names
