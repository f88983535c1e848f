"""What the pages of a bid are made of: standards, criteria, scores side by side, the arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from awards import handing_in
from awards.models import (
    Award,
    Bid,
    Criterion,
    CriterionScore,
    EvidenceItem,
    Response,
    Sheet,
    SheetKind,
    Standard,
)
from awards.rules import Lift, Score, Verdict, lifts
from awards.scoring import means, of_sheet, of_team, verdict


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as the team sees it."""

    criterion: Criterion
    response: Response | None
    evidence: int
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One standard: its lines, and the points of each opinion."""

    number: int
    standard: Standard
    lines: Sequence[Line]
    points: Sequence[str]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One line of the radar: the team's own score, or a report."""

    css: str
    label: str
    scores: Sequence[Score]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Workspace:
    rows: Sequence[Row]
    opinions: Sequence[Opinion]
    series: Sequence[tuple[str, Sequence[float]]]
    lifts: Sequence[tuple[Lift, Criterion]]
    missing: Sequence[handing_in.Missing]
    rated: int
    total: int
    award: Award | None


def workspace(bid: Bid, sheets: Sequence[Sheet], at: datetime) -> Workspace:
    """`sheets` are those that the reader may see."""
    criteria = list(Criterion.objects.select_related("standard"))
    own = of_team(bid, criteria)
    opinions = [Opinion("self", "", own, verdict(bid, own)), *_reports(bid, sheets)]
    lacks = handing_in.missing(bid, at)
    rows = _rows(bid, criteria, lacks, opinions)
    known = {criterion.code: criterion for criterion in criteria}
    basis = opinions[-1]
    rated = [line.response for row in rows for line in row.lines if line.response]
    return Workspace(
        rows=rows,
        opinions=opinions,
        series=[(opinion.css, means(opinion.scores)) for opinion in reversed(opinions)],
        lifts=[(lift, known[lift.code]) for lift in lifts(basis.scores, bid.rules.bands)[:5]],
        missing=lacks,
        rated=sum(response.score is not None for response in rated),
        total=len(criteria),
        award=Award.objects.filter(decision__bid=bid).select_related("decision").first(),
    )


def _reports(bid: Bid, sheets: Sequence[Sheet]) -> list[Opinion]:
    """The first report, and the last one after it."""
    reports = [s for s in sheets if s.kind in (SheetKind.FIRST, SheetKind.FULL, SheetKind.AGREED)]
    found = []
    if reports:
        found.append(_opinion(bid, "first", reports[0]))
    if len(reports) > 1:
        found.append(_opinion(bid, "final", reports[-1]))
    return found


def _opinion(bid: Bid, css: str, sheet: Sheet) -> Opinion:
    scores = of_sheet(sheet)
    return Opinion(css, str(sheet.get_kind_display()), scores, verdict(bid, scores))


def _rows(
    bid: Bid,
    criteria: Sequence[Criterion],
    lacks: Sequence[handing_in.Missing],
    opinions: Sequence[Opinion],
) -> list[Row]:
    responses = {r.criterion_id: r for r in bid.responses.all()}
    pieces: dict[int, int] = {}
    for item in bid.evidence.all():
        pieces[item.criterion_id] = pieces.get(item.criterion_id, 0) + 1
    by_code: dict[str, list[str]] = {}
    for lack in lacks:
        by_code.setdefault(lack.code, []).append(lack.said)
    standards = list(dict.fromkeys(criterion.standard for criterion in criteria))
    return [
        Row(
            number,
            standard,
            [
                Line(c, responses.get(c.pk), pieces.get(c.pk, 0), by_code.get(c.code, []))
                for c in criteria
                if c.standard_id == standard.pk
            ],
            [_of_most(opinion.scores, standard.code) for opinion in opinions],
        )
        for number, standard in enumerate(standards, start=1)
    ]


def _of_most(scores: Sequence[Score], standard: str) -> str:
    inside = [score for score in scores if score.standard == standard]
    return f"{sum(s.points for s in inside)}/{sum(s.most for s in inside)}"


# --- Reports and desks ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion of a submission, with what a sheet says of it."""

    row: dict[str, object]
    score: CriterionScore | None
    counted: int
    disputed: bool
    open: bool


def judged(
    sheet: Sheet, *, disputed: set[str] | None = None, still_open: Sequence[str] = ()
) -> list[Judged]:
    given = {s.criterion.code: s for s in sheet.scores.select_related("criterion")}
    points = {score.code: score.points for score in of_sheet(sheet)}
    return [
        Judged(
            row=row,
            score=given.get(row["code"]),
            counted=points[row["code"]],
            disputed=row["code"] in (disputed or set()),
            open=row["code"] in still_open,
        )
        for row in sheet.submission.content
    ]


def as_sent(row: Mapping[str, Any]) -> dict[str, Any]:
    """One criterion as it was handed in, with the days of its files as days."""
    return {**row, "evidence": [_piece(item) for item in row["evidence"]]}


def _piece(item: Mapping[str, Any]) -> dict[str, Any]:
    file = item.get("file")
    if not file:
        return dict(item)
    return {**item, "file": {**file, "dated_on": date.fromisoformat(file["dated_on"])}}


def evidence_of(bid: Bid, criterion: Criterion) -> Sequence[EvidenceItem]:
    return list(bid.evidence.filter(criterion=criterion).select_related("file"))
