"""Draws the baseline as a tagged PDF: rings, means, every statement with its ratings and notes.

Import this from tasks and commands only, never from models or views: WeasyPrint is slow to import.
Fonts and the refusal of every address come from the certificates, one configuration a process.
"""

import functools
from typing import Any
from xml.etree import ElementTree as ET

import pydyf
from django.template.loader import render_to_string
from django.utils import timezone, translation
from weasyprint import CSS, HTML
from weasyprint.pdf.stream import Stream
from weasyprint.svg import SVG

from assessments.models import SelfAssessment
from assessments.profile import by_area, scale
from assessments.result import Result, earlier_of, result_of
from certificates.pdf import clean, fonts, shelf
from certificates.pictures import BASE_URL, STATIC, Picture, refuse
from notices.models import BodyFact

VARIANT = "pdf/ua-1"
CHART = 400.0  # side of the drawing, in its own units


class Chart(Picture):
    kind = "chart"


def render(assessment: SelfAssessment, language: str) -> bytes:
    """The report as the reader of this language sees it, in the applicant's own time."""
    zone = assessment.application.applicant.zone
    with translation.override(language), timezone.override(zone):
        told = result_of(assessment, language, assessment.sent_at)
        html = render_to_string("assessments/pdf/report.html", context(assessment, told, language))
        chart = drawn(render_to_string("assessments/pdf/chart.svg", {"report": told}))
    page = HTML(string=html, base_url=BASE_URL, url_fetcher=shelf())
    document = page.render(
        font_config=fonts(), stylesheets=[sheet()], cache={"picture:chart": chart}
    )
    return bytes(document.write_pdf(pdf_variant=VARIANT, pdf_tags=True))


def context(assessment: SelfAssessment, told: Result, language: str) -> dict[str, Any]:
    case = assessment.application
    earlier = earlier_of(assessment)
    before = {row["code"]: row for row in earlier.answers} if earlier else {}
    levels = scale(language).values()
    return {
        "lang": translation.to_locale(language).replace("_", "-"),
        "holder": clean(case.applicant.full_name),
        "tier": case.tier.name,
        "sent_at": assessment.sent_at,
        "edition": told.rows_said[0]["edition"] if told.rows_said else "",
        "issuer": BodyFact.objects.values_map().get("issuer_name", ""),
        "report": told,
        "levels": levels,
        "areas": [
            (area, [_line(row, before) for row in rows])
            for area, rows in zip(told.areas, by_area(told.rows_said).values(), strict=True)
        ],
    }


def _line(row: dict[str, Any], before: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A statement with its note line by line, beside what was said the other time."""
    note = [clean(line) for line in row["note"].splitlines()]
    then = before.get(row["code"], {})
    return {**row, "note": [line for line in note if line], "then": then}


def drawn(svg: str) -> Chart:
    """The rings as one form object of the PDF, drawn from our own markup."""
    tree = ET.fromstring(svg)  # noqa: S314 - our own template
    resources = pydyf.Dictionary({"ExtGState": pydyf.Dictionary()})
    stream = Stream({}, (0, 0, CHART, CHART), resources, {}, None, {}, None)
    SVG(tree, None, None, refuse).draw(stream, CHART, CHART, None, None)
    return Chart(CHART, CHART, b"\n".join(stream.stream))


@functools.cache
def sheet() -> CSS:
    text = (STATIC / "assessment" / "report.css").read_text(encoding="utf-8")
    return CSS(string=text, base_url=BASE_URL, url_fetcher=shelf(), font_config=fonts())
