"""One's own answers as a table that any spreadsheet opens: numbers are numbers, text is inert."""

import csv
import io

from django.utils.translation import gettext as _

from assessments.profile import Rows
from frameworks.texts import FORMULA

BREAKS = "\t\r\n"  # some spreadsheets drop them, and then run what follows


def inert(text: str) -> str:
    """A cell that begins like a formula gets a sign before it, and no spreadsheet runs it."""
    begin = text.lstrip()[:1]
    runs = bool(begin) and begin in FORMULA
    return f"'{text}" if runs or (text[:1] and text[0] in BREAKS) else text


def answers_csv(rows: Rows) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; text in quotes, ratings without."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    heading = (
        _("Statement"),
        _("Area"),
        _("Action"),
        _("Outcome"),
        _("Concept"),
        _("Practice"),
        _("Note"),
    )
    writer.writerow(heading)
    for row in rows:
        words = [inert(row[name]) for name in ("code", "area_title", "action", "outcome")]
        said = ["" if row[facet] is None else row[facet] for facet in ("concept", "practice")]
        writer.writerow([*words, *said, inert(row["note"])])
    return out.getvalue().encode("utf-8-sig")
