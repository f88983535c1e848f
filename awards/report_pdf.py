"""Draws the assessors' report, and what a team says of itself, as tagged PDFs.

What they say is written here; a locked process draws them (`certificates.press`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from awards.models import Bid, Criterion, Printout, ScoreLevel, Standard
from awards.rules import Score, lifts
from awards.scoring import means, of_sheet, of_team, verdict
from awards.workspace import judged
from certificates.dates import body_zone
from certificates.pdf import clean
from certificates.press import Work, press
from notices.models import BodyFact

SHEETS = ("assessment/report.css", "assessment/programme.css")
CHART = 400.0  # side of the drawing, in its own units
MOST_LIFTS = 5


def report(row: Printout, at: datetime) -> bytes:
    """A final sheet: points and comments of every criterion, the arithmetic, the decision."""
    bid, sheet = row.bid, row.sheet
    if sheet is None:
        raise ValueError("a report is about a sheet")
    scores = of_sheet(sheet)
    decision = getattr(bid, "decision", None)
    context = {
        "sheet": sheet,
        "summary": paragraphs(sheet.summary),
        "decision": decision if decision and decision.sheet_id == sheet.pk else None,
        "judged": [
            (item, paragraphs(item.score.comment if item.score else "")) for item in judged(sheet)
        ],
    }
    return _draw(row, context, scores, at)


def guide(row: Printout, at: datetime) -> bytes:
    """Where the team sees itself: its points with their anchors, the likely level, and what would
    lift it most."""
    bid = row.bid
    criteria = list(Criterion.objects.select_related("standard"))
    scores, known = of_team(bid, criteria), {c.code: c for c in criteria}
    responses = {r.criterion_id: r for r in bid.responses.all()}
    levels = {level.score: level for level in ScoreLevel.objects.all()}
    found = lifts(scores, bid.rules.bands)[:MOST_LIFTS]
    lines = []
    for criterion in criteria:
        said = responses.get(criterion.pk)
        score = said.score if said else None
        text = paragraphs(said.text if said else "")
        lines.append((criterion, score, levels.get(-1 if score is None else score), text))
    context = {
        "levels": levels.values(),
        "rated": sum(1 for _c, score, _l, _t in lines if score is not None),
        "lines": lines,
        "lifts": [(lift, known[lift.code]) for lift in found],
    }
    return _draw(row, context, scores, at)


def _draw(row: Printout, own: Mapping[str, Any], scores: Sequence[Score], at: datetime) -> bytes:
    series = {"series": [("final", means(scores))]}
    with translation.override(row.language), timezone.override(body_zone()):
        context = {**_common(row.bid, scores, at), **own}
        html = render_to_string(f"awards/pdf/{row.kind}.html", context)
        radar = render_to_string("awards/pdf/radar.svg", series)
    pictures = {"picture:radar": {"svg": radar, "side": CHART}}
    return press(Work(html, SHEETS, pictures=pictures)).content


def _common(bid: Bid, scores: Sequence[Score], at: datetime) -> dict[str, Any]:
    organisation = bid.programme.organisation
    return {
        "lang": translation.to_locale(translation.get_language() or "en").replace("_", "-"),
        "at": at,
        "bid": bid,
        "programme": clean(bid.programme.name),
        "organisation": clean(organisation.name),
        "issuer": BodyFact.objects.values_map().get("issuer_name", ""),
        "verdict": verdict(bid, scores),
        "standards": _standards(scores),
    }


def _standards(scores: Sequence[Score]) -> list[tuple[int, str, str, int, int]]:
    """For the table beside the radar: number, code, title, points, and most."""
    titles = dict(Standard.objects.values_list("code", "title"))
    found = []
    for number, code in enumerate(dict.fromkeys(s.standard for s in scores), start=1):
        inside = [s for s in scores if s.standard == code]
        points, most = sum(s.points for s in inside), sum(s.most for s in inside)
        found.append((number, code, titles.get(code, ""), points, most))
    return found


def paragraphs(text: str) -> list[str]:
    """Line by line, without what a PDF cannot hold."""
    return [line for line in (clean(line) for line in text.splitlines()) if line]
