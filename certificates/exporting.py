"""Exports of the register and of the papers: slice by slice, so that memory stays small and a
killed worker loses one slice; then put together into one file."""

import csv
import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from certificates.batch_flow import Kind
from certificates.batches import Batch, BatchRow
from certificates.bulk import CHOSEN, FINISHES, Asked, Chosen, does
from certificates.dates import body_day
from certificates.models import Certificate
from certificates.papers import Drawing
from frameworks.texts import FORMULA
from notices.texts import absolute

BREAKS = "\t\r\n"  # some spreadsheets drop them, and then run what follows
BLOCK = 1024 * 1024
SHEET_ROWS = 1_048_575  # below the heading
MANIFEST = "manifest.csv"
COLUMNS: dict[str, tuple[Any, Callable[[Certificate, datetime], str]]] = {
    "number": (gettext_lazy("Number"), lambda one, _at: one.number),
    "holder": (gettext_lazy("Holder"), lambda one, _at: one.snapshot["holder"]),
    "title": (gettext_lazy("Certificate"), lambda one, _at: one.snapshot["title"]),
    "scheme": (gettext_lazy("Scheme"), lambda one, _at: one.tier.scheme.name),
    "scope": (gettext_lazy("Scope"), lambda one, _at: one.snapshot["scope_detail"]),
    "awarded_on": (gettext_lazy("Awarded"), lambda one, _at: one.awarded_on.isoformat()),
    "expires_on": (gettext_lazy("Valid until"), lambda one, _at: _day(one.expires_on)),
    "status": (gettext_lazy("Status"), lambda one, at: str(one.status(at).label)),
    "term": (gettext_lazy("Term"), lambda one, _at: str(one.term)),
    "renews": (gettext_lazy("Renews"), lambda one, _at: one.renews.number if one.renews else ""),
    "replaces": (
        gettext_lazy("Replaces"), lambda one, _at: one.replaces.number if one.replaces else ""
    ),
    "visibility": (gettext_lazy("Shown"), lambda one, _at: one.visibility),
    "check": (
        gettext_lazy("Check page"), lambda one, _at: absolute(f"/c/{one.public_id}/")
    ),
    "email": (gettext_lazy("E-mail address"), lambda one, _at: one.holder.email),
}  # fmt: skip
DAYS = frozenset({"awarded_on", "expires_on"})
USUAL = tuple(name for name in COLUMNS if name != "email")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def inert(text: str) -> str:
    """A cell that begins like a formula gets a sign before it, and no spreadsheet runs it."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    begin = text.lstrip()[:1]
    runs = bool(begin) and begin in FORMULA
    return f"'{text}" if runs or (text[:1] and text[0] in BREAKS) else text


def register_of(asked: Asked) -> QuerySet[Certificate]:
    """The certificates that an export is about."""
    rows = Certificate.objects.all()
    if tier := asked.get("tier"):
        rows = rows.filter(tier__slug=tier)
    if first := asked.get("awarded_from"):
        rows = rows.filter(awarded_on__gte=date.fromisoformat(first))
    if last := asked.get("awarded_until"):
        rows = rows.filter(awarded_on__lte=date.fromisoformat(last))
    if on := asked.get("in_force_on"):
        rows = rows.in_force(date.fromisoformat(on))
    return rows


CHOSEN[Kind.TABLE] = CHOSEN[Kind.PAPERS] = Chosen(register_of, str)


def _slice(row: BatchRow) -> QuerySet[Certificate]:
    first, _dash, last = row.subject.partition("-")
    return register_of(row.batch.asked).filter(pk__range=(int(first), int(last))).order_by("pk")


def _keep_part(row: BatchRow, content: IO[bytes], ending: str) -> None:
    """Under a name of its own; a part that a killed worker left does not stand in the way."""
    name = f"part-{row.pk:08}.{ending}"
    place = row.part.field.generate_filename(row, name)
    row.part.storage.delete(place)
    content.seek(0)
    row.part.save(name, File(content), save=False)


# --- The register as a table ------------------------------------------------------------------
@does(Kind.TABLE)
def write_slice(row: BatchRow, at: datetime) -> str:
    words = io.StringIO(newline="")
    writer = csv.writer(words, lineterminator="\r\n")
    columns = _columns(row.batch)
    found = _slice(row).select_related("tier__scheme", "renews", "replaces", "holder")
    for one in found.prefetch_related("events"):
        writer.writerow([inert(COLUMNS[name][1](one, at)) for name in columns])
    _keep_part(row, ContentFile(words.getvalue().encode()), "csv")
    return ""


def put_table_together(batch: Batch, at: datetime) -> None:
    with TemporaryFile() as out:
        (_as_xlsx if batch.asked.get("format") == "xlsx" else _as_csv)(batch, out)
        _keep(batch, out, batch.asked.get("format", "csv"), at)


def _columns(batch: Batch) -> list[str]:
    wanted = batch.asked.get("columns") or USUAL
    return [name for name in COLUMNS if name in wanted]


def _heading(batch: Batch) -> list[str]:
    return [inert(str(COLUMNS[name][0])) for name in _columns(batch)]


def _as_csv(batch: Batch, out: IO[bytes]) -> None:
    """UTF-8 with the mark by which spreadsheets know it."""
    words = io.StringIO(newline="")
    csv.writer(words, lineterminator="\r\n").writerow(_heading(batch))
    out.write(words.getvalue().encode("utf-8-sig"))
    for part in _parts(batch):
        with part.part.open("rb") as file:
            shutil.copyfileobj(file, out, BLOCK)


def _as_xlsx(batch: Batch, out: IO[bytes]) -> None:
    """Days are days, all else is text by type and by format."""
    book, columns = Workbook(write_only=True), _columns(batch)
    sheet: Any = None
    for number, cells in enumerate(_cells(batch)):
        if number % SHEET_ROWS == 0:
            sheet = book.create_sheet(str(_("Register")))
            sheet.append(_heading(batch))
        sheet.append([_typed(sheet, name, cell) for name, cell in zip(columns, cells, strict=True)])
    if sheet is None:
        book.create_sheet(str(_("Register"))).append(_heading(batch))
    book.save(out)


def _typed(sheet: Any, name: str, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value="")
    if name in DAYS and words:
        cell.value, cell.number_format = date.fromisoformat(words), "yyyy-mm-dd"
    else:
        cell.value, cell.data_type, cell.number_format = words, "s", "@"
    return cell


def _cells(batch: Batch) -> Iterator[list[str]]:
    for part in _parts(batch):
        with part.part.open("rb") as file, io.TextIOWrapper(file, "utf-8", newline="") as words:
            yield from csv.reader(words)


# --- The papers -------------------------------------------------------------------------------
@does(Kind.PAPERS)
def pack_slice(row: BatchRow, at: datetime) -> str:  # noqa: ARG001 - as every kind of work
    """Papers are packed as they are: a PDF hardly shrinks. What is not drawn yet is said."""
    paper = row.batch.asked.get("paper", "a4")
    papers = Drawing.objects.filter(paper=paper).exclude(drawn_at=None)
    drawn = {one.certificate_id: one for one in papers.filter(certificate__in=_slice(row))}
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    with TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
            for one in _slice(row):
                name = f"{one.number}-{paper}.pdf"
                drawing = drawn.get(one.pk)
                writer.writerow([name, drawing.sha256 if drawing else ""])
                if drawing is not None:
                    _pack(box, name, drawing)
            box.writestr(MANIFEST, lines.getvalue())
        _keep_part(row, out, "zip")
    return ""


def _pack(box: zipfile.ZipFile, name: str, drawing: Drawing) -> None:
    with drawing.file.open("rb") as file, box.open(name, "w") as entry:
        shutil.copyfileobj(file, entry, BLOCK)


def put_papers_together(batch: Batch, at: datetime) -> None:
    manifest = io.StringIO(newline="")
    csv.writer(manifest, lineterminator="\r\n").writerow(["file", "sha256"])
    with TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
            for part in _parts(batch):
                with part.part.open("rb") as file, zipfile.ZipFile(file) as piece:
                    manifest.write(piece.read(MANIFEST).decode())
                    _move_over(piece, box)
            box.writestr(MANIFEST, manifest.getvalue())
        _keep(batch, out, "zip", at)


def _move_over(piece: zipfile.ZipFile, box: zipfile.ZipFile) -> None:
    for name in piece.namelist():
        if name != MANIFEST:
            with piece.open(name) as file, box.open(name, "w") as entry:
                shutil.copyfileobj(file, entry, BLOCK)


# --- Together ---------------------------------------------------------------------------------
def _parts(batch: Batch) -> Iterator[BatchRow]:
    rows = batch.rows.filter(state=BatchRow.State.DONE).order_by("pk")
    return rows.iterator(chunk_size=200)


def _keep(batch: Batch, content: IO[bytes], ending: str, at: datetime) -> None:
    content.seek(0)
    digest = hashlib.sha256()
    while block := content.read(BLOCK):
        digest.update(block)
    content.seek(0)
    name = f"{'papers' if ending == 'zip' else 'register'}-{body_day(at)}.{ending}"
    batch.file.save(name, File(content), save=False)
    batch.sha256, batch.made_at, batch.last_error = digest.hexdigest(), at, ""
    batch.save(update_fields=["file", "sha256", "made_at", "last_error"])


FINISHES[Kind.TABLE], FINISHES[Kind.PAPERS] = put_table_together, put_papers_together
