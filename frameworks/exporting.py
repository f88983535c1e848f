"""An edition as tables: what comes out is what goes in again, byte for byte."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from frameworks.layout import AREA, AREA_FR, NO, WORDS_FR, YES, Kind, statement_columns
from frameworks.models import FRENCH, Area, AreaText, Edition, Statement, StatementText
from frameworks.registry import marks_of
from frameworks.texts import FORMULA

Rows = list[list[str]]


def table(edition: Edition, kind: str) -> tuple[list[str], Rows]:
    """The heading and the rows, in the order of the edition."""
    if kind == Kind.AREAS:
        return list(AREA), _areas(edition)
    if kind == Kind.AREAS_FR:
        texts = AreaText.objects.filter(area__edition=edition, language=FRENCH)
        return list(AREA_FR), [
            [text.area.code, text.title, text.plain_title, text.description]
            for text in texts.select_related("area").order_by("area__position")
        ]
    if kind == Kind.STATEMENTS_FR:
        said = StatementText.objects.filter(statement__edition=edition, language=FRENCH)
        return list(WORDS_FR), [
            [text.statement.code, text.action, text.outcome]
            for text in said.select_related("statement").order_by("statement__position")
        ]
    columns = statement_columns(edition)
    return columns, list(_statements(edition, columns))


def _areas(edition: Edition) -> Rows:
    counts: dict[int, int] = {}
    for area in Statement.objects.filter(edition=edition).values_list("area_id", flat=True):
        counts[area] = counts.get(area, 0) + 1
    return [
        [
            area.code,
            edition.framework.key,
            area.title,
            area.plain_title,
            area.description,
            str(counts.get(area.pk, 0)),
            str(area.position),
        ]
        for area in Area.objects.filter(edition=edition).order_by("position")
    ]


def _statements(edition: Edition, columns: Sequence[str]) -> Iterator[list[str]]:
    marks = marks_of(edition)
    statements = Statement.objects.filter(edition=edition).select_related("area")
    for one in statements.order_by("position"):
        marked = marks.get(one.code, frozenset())
        cells = {
            "code": one.code,
            "area_code": one.area.code,
            "area_title": one.area.title,
            "action": one.action,
            "outcome": one.outcome,
            "concept_prompt": one.concept_prompt,
            "practice_prompt": one.practice_prompt,
            "attitude": one.attitude,
            "safety_critical": YES if one.safety_critical else NO,
        }
        yield [cells.get(name, YES if name in marked else NO) for name in columns]


def inert(cell: str) -> str:
    """No spreadsheet runs it. Import and pages refuse such words, so hardly any needs the sign."""
    return f"'{cell}" if cell[:1] and cell[0] in FORMULA else cell


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8, commas, line feeds, quotes where they are needed: as the fixtures are written."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Every cell is text by type and by format: nothing is run, rounded or taken for a date."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in (columns, *rows):
        cells = []
        for words in row:
            cell = WriteOnlyCell(sheet, value="")
            cell.value, cell.data_type, cell.number_format = inert(words), "s", "@"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fingerprint(edition: Edition) -> str:
    """Changes with any word, mark or place of the edition."""
    said = hashlib.sha256()
    for kind in Kind.values:
        said.update(as_csv(*table(edition, kind)))
    return said.hexdigest()
