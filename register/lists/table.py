"""A list as a table: how people send it, and how they get it back."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from frameworks.exporting import inert
from frameworks.tables import Line, read
from frameworks.texts import faults
from notices.texts import absolute
from register.lists.checking import MOST, Answer, Asked, Checked

BYTES = 1024 * 1024
LONGEST = {"number": 60, "name": 200}
# What the heading may say.
WORDS: Mapping[str, str] = {
    "number": "number", "certificate": "number", "numéro": "number", "numero": "number",
    "name": "name", "nom": "name", "holder": "name", "titulaire": "name",
    "on": "on", "day": "on", "date": "on", "jour": "on",
}  # fmt: skip
COLUMNS = ("number", "name", "on")
HEADING = (
    "row", "number", "name", "day", "valid", "status", "answer", "since", "title", "holder",
    "awarded_on", "valid_until", "page", "checked_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """What was made of a table: its rows, or what is wrong with the whole of it."""

    rows: Sequence[Asked]
    problems: Sequence[str] = ()


def rows_of(name: str, content: bytes) -> Sent:
    """From any spreadsheet: commas, semicolons or tabs, with or without a heading, or .xlsx."""
    if len(content) > BYTES:
        return Sent([], [_("This is larger than 1 MB. Send it in parts.")])
    table = read(name, _headed(content), rows=MOST)
    places = {WORDS.get(column): place for place, column in enumerate(table.heading)}
    whole = [problem.text for problem in table.problems if not problem.row]
    if not whole and table.heading and not {"number", "name"} <= places.keys():
        whole = [_("The first row has to name two columns “number” and “name”.")]
    if whole:
        return Sent([], whole)
    wrong: dict[int, str] = {}
    for problem in table.problems:
        about = f"{problem.column}: " if problem.column else ""
        wrong.setdefault(problem.row, about + problem.text)
    return Sent([_row(line, places, wrong.get(line.number, "")) for line in table.lines])


def _headed(content: bytes) -> bytes:
    """A list that begins with a certificate gets its heading from us, however its number was typed:
    headings have no digits."""
    first = content.lstrip(b"\xef\xbb\xbf \r\n").split(b"\n", 1)[0].decode("utf-8", "replace")
    separator = min((one for one in ",;\t" if one in first), key=first.index, default=",")
    cell = first.partition(separator)[0].strip()
    if not cell.isprintable() or not any(letter.isdecimal() for letter in cell):
        return content
    return separator.join(COLUMNS).encode() + b"\n" + content.lstrip(b"\xef\xbb\xbf")


def _row(line: Line, places: Mapping[str | None, int], wrong: str) -> Asked:
    said = {
        column: (line.cells[places[column]] or "") if column in places else "" for column in COLUMNS
    }
    day, wrong_day = _day(said["on"])
    fault = wrong or next(_faults(said), "") or wrong_day
    return Asked(said["number"], said["name"], day, fault, typed=said["on"])


def _faults(said: Mapping[str, str]) -> Iterator[str]:
    names = {"number": _("Number"), "name": _("Name")}
    for column, longest in LONGEST.items():
        text = said[column]
        if not text:
            yield _("%(column)s is missing.") % {"column": names[column]}
        for fault in faults(text.lstrip("=+-@"), longest):
            yield f"{names[column]} {fault}."


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, _("Write the day as 2026-01-31.")


def as_csv(checked: Checked) -> str:
    """The answer. No cell begins like a formula, whatever was typed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADING)
    for place, answer in enumerate(checked.answers, start=1):
        writer.writerow([inert(str(cell)) for cell in _cells(place, answer)])
    return out.getvalue()


def _cells(place: int, answer: Answer) -> Iterator[object]:
    found = answer.verdict
    yield from (place, answer.asked.number, answer.asked.name, answer.day)
    yield {True: "yes", False: "no", None: ""}[answer.valid]
    if found is None:
        yield from ("", answer.words, *[""] * 6, answer.at.isoformat(timespec="seconds"))
        return
    names = found.names_holder
    yield from (found.then.status.value, answer.words, found.since or "", found.title)
    for told in ("holder", "awarded_on", "valid_until"):
        yield (found.said[told] or "") if names else ""
    yield absolute(reverse("register:certificate", args=[found.certificate.public_id]))
    yield answer.at.isoformat(timespec="seconds")
