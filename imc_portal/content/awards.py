"""The programme award: six standards, 22 criteria, how they are scored, and the way to an award."""

from dataclasses import dataclass

from awards.models import Band, Criterion, ScoreLevel, ScoringRule, Standard, Step
from imc_portal.content.reader import Folder
from imc_portal.content.store import Report, longest, store


@dataclass(slots=True)
class Awards:
    standards: dict[str, Standard]
    criteria: list[tuple[str, Criterion]]
    levels: list[ScoreLevel]
    rules: list[ScoringRule]
    bands: list[Band]
    steps: list[Step]


def read(folder: Folder) -> Awards:
    standards: dict[str, Standard] = {}
    criteria = _criteria(folder, standards)
    return Awards(
        standards, criteria, _levels(folder), _rules(folder), _bands(folder), _steps(folder)
    )


def _criteria(folder: Folder, standards: dict[str, Standard]) -> list[tuple[str, Criterion]]:
    columns = (
        "code",
        "standard_code",
        "standard_title",
        "criterion",
        "outcome",
        "document_evidence",
        "interview_questions",
        "interviewees",
        "max_score",
    )
    found = []
    for position, row in enumerate(
        folder.rows("programme_standards.csv", *columns, key="code"), start=1
    ):
        code = row.text("standard_code", longest(Standard, "code"))
        title = row.text("standard_title", longest(Standard, "title"))
        standard = standards.setdefault(
            code, Standard(code=code, title=title, position=len(standards) + 1)
        )
        if standard.title != title:
            row.wrong("standard_title", f"{code} is called “{standard.title}” further up")
        criterion = Criterion(
            code=row.text("code", longest(Criterion, "code")),
            action=row.text("criterion"),
            outcome=row.text("outcome"),
            evidence=row.many("document_evidence", ";"),
            questions=row.many("interview_questions", "|"),
            interviewees=row.many("interviewees", ","),
            max_score=row.whole("max_score", 1, 100),
            position=position,
        )
        found.append((code, criterion))
    return found


def _levels(folder: Folder) -> list[ScoreLevel]:
    return [
        ScoreLevel(
            score=row.whole("score", 0, 4),
            label=row.text("label", longest(ScoreLevel, "label")),
            anchor=row.text("anchor"),
            typical_evidence=row.text("typical_evidence"),
        )
        for row in folder.rows(
            "programme_scoring.csv", "score", "label", "anchor", "typical_evidence", key="score"
        )
    ]


def _rules(folder: Folder) -> list[ScoringRule]:
    return [
        ScoringRule(
            code=row.text("code", longest(ScoringRule, "code")),
            title=row.text("rule", longest(ScoringRule, "title")),
            detail=row.text("detail"),
            basis=row.text("basis", longest(ScoringRule, "basis"), optional=True),
        )
        for row in folder.rows(
            "programme_scoring_rules.csv", "code", "rule", "detail", "basis", key="code"
        )
    ]


def _bands(folder: Folder) -> list[Band]:
    return [
        Band(
            key=row.slug("key"),
            label=row.text("label", longest(Band, "label")),
            min_percent=row.whole("min_percent", 0, 100),
            valid_years=row.whole("valid_years", 0, 99),
            message=row.text("message"),
        )
        for row in folder.rows(
            "award_bands.csv", "key", "label", "min_percent", "valid_years", "message", key="key"
        )
    ]


def _steps(folder: Folder) -> list[Step]:
    columns = ("step", "key", "title", "who", "what_happens", "output")
    return [
        Step(
            number=row.whole("step", 1),
            key=row.slug("key"),
            title=row.text("title", longest(Step, "title")),
            who=row.text("who", longest(Step, "who")),
            what_happens=row.text("what_happens"),
            output=row.text("output", longest(Step, "output")),
        )
        for row in folder.rows("programme_process.csv", *columns, key="step")
    ]


def write(awards: Awards, report: Report) -> None:
    store(awards.standards.values(), lambda standard: standard.code, report)
    for code, criterion in awards.criteria:
        criterion.standard = awards.standards[code]
    store((one for _code, one in awards.criteria), lambda criterion: criterion.code, report)
    store(awards.levels, lambda level: level.score, report)
    store(awards.rules, lambda rule: rule.code, report)
    store(awards.bands, lambda band: band.key, report)
    store(awards.steps, lambda step: step.key, report)
