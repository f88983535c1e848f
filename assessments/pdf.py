"""Draws the baseline as a tagged PDF: rings, means, every statement with its ratings and notes.

What it says is written here; a locked process draws it (`certificates.press`).
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from assessments.models import SelfAssessment
from assessments.profile import by_area, scale
from assessments.result import Result, earlier_of, result_of
from certificates.pdf import clean
from certificates.press import Work, press
from notices.models import BodyFact

CHART = 400.0  # side of the drawing, in its own units


def render(assessment: SelfAssessment, language: str) -> bytes:
    """The report as the reader of this language sees it, in the applicant's own time."""
    zone = assessment.application.applicant.zone
    with translation.override(language), timezone.override(zone):
        told = result_of(assessment, language, assessment.sent_at)
        html = render_to_string("assessments/pdf/report.html", context(assessment, told, language))
        chart = render_to_string("assessments/pdf/chart.svg", {"report": told})
    pictures = {"picture:chart": {"svg": chart, "side": CHART}}
    return press(Work(html, ["assessment/report.css"], pictures=pictures)).content


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
