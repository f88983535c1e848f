"""The programme award: six standards, 22 criteria, how they are scored, and the way to an award."""

from dataclasses import dataclass

from awards.models import (
    ASKED,
    AwardRule,
    AwardScheme,
    Band,
    Criterion,
    Process,
    ScoreLevel,
    ScoringRule,
    Standard,
    Step,
    SurveyQuestion,
)
from awards.rules import Kind
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
    schemes: list[AwardScheme]
    scheme_rules: list[tuple[str, str, AwardRule]]
    questions: list[tuple[str, SurveyQuestion]]


def read(folder: Folder) -> Awards:
    standards: dict[str, Standard] = {}
    criteria = _criteria(folder, standards)
    bands, schemes = _bands(folder), _schemes(folder)
    return Awards(
        standards,
        criteria,
        _levels(folder),
        _rules(folder),
        bands,
        _steps(folder),
        schemes,
        _scheme_rules(folder, {one.key for one in schemes}, {one.key for one in bands}),
        _questions(folder, {criterion.code for _code, criterion in criteria}),
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


def _schemes(folder: Folder) -> list[AwardScheme]:
    columns = (
        "key",
        "title",
        "name",
        "detail",
        "process",
        "full_cycle",
        "verbal",
        "years_valid",
        "difference_most",
        "team_interviews",
        "participant_interviews",
        "survey_least",
    )
    ways = {way.value: way for way in Process}
    return [
        AwardScheme(
            key=row.slug("key"),
            title=row.text("title", longest(AwardScheme, "title")),
            name=row.text("name", longest(AwardScheme, "name")),
            detail=row.text("detail"),
            process=row.one_of("process", ways, Process.SEQUENTIAL),
            full_cycle=row.yes("full_cycle"),
            verbal=row.yes("verbal"),
            years_valid=row.whole("years_valid", 1, 99),
            difference_most=row.whole("difference_most", 0, 100),
            team_interviews=row.whole("team_interviews", 0, 99),
            participant_interviews=row.whole("participant_interviews", 0, 99),
            survey_least=row.whole("survey_least", 2, 99),
            position=position,
        )
        for position, row in enumerate(
            folder.rows("programme_schemes.csv", *columns, key="key"), start=1
        )
    ]


def _scheme_rules(
    folder: Folder, schemes: set[str], bands: set[str]
) -> list[tuple[str, str, AwardRule]]:
    columns = ("scheme", "band", "kind", "need", "of", "level", "basis")
    kinds = {kind.value: kind for kind in Kind}
    found = []
    for row in folder.rows("programme_rules.csv", *columns):
        rule = AwardRule(
            kind=row.one_of("kind", kinds, Kind.OVERALL),
            need=row.whole("need"),
            of=row.whole("of", 1),
            level=row.whole("level", 0, 100),
            basis=row.text("basis", longest(AwardRule, "basis"), optional=True),
        )
        if rule.need > rule.of:
            row.wrong("need", f"{rule.need} of {rule.of} can never be reached")
        scheme = row.known("scheme", schemes, "scheme")
        found.append((scheme, row.known("band", bands, "band"), rule))
    return found


def _questions(folder: Folder, criteria: set[str]) -> list[tuple[str, SurveyQuestion]]:
    """What the people of a programme are asked, each statement for some groups."""
    columns = ("code", "criterion", "groups", "text", "text_fr")
    known = set(ASKED)
    found = []
    for position, row in enumerate(
        folder.rows("programme_survey.csv", *columns, key="code"), start=1
    ):
        groups = row.many("groups", ";")
        for group in set(groups) - known:
            row.wrong("groups", f"nobody is asked as “{group}”")
        question = SurveyQuestion(
            code=row.text("code", longest(SurveyQuestion, "code")),
            groups=groups,
            text=row.text("text", longest(SurveyQuestion, "text")),
            text_fr=row.text("text_fr", longest(SurveyQuestion, "text_fr")),
            position=position,
        )
        found.append((row.known("criterion", criteria, "criterion"), question))
    return found


def write(awards: Awards, report: Report) -> None:
    store(awards.standards.values(), lambda standard: standard.code, report)
    for code, criterion in awards.criteria:
        criterion.standard = awards.standards[code]
    store((one for _code, one in awards.criteria), lambda criterion: criterion.code, report)
    criteria = {criterion.code: criterion for _code, criterion in awards.criteria}
    for code, question in awards.questions:
        question.criterion = criteria[code]
    store((one for _code, one in awards.questions), lambda question: question.code, report)
    store(awards.levels, lambda level: level.score, report)
    store(awards.rules, lambda rule: rule.code, report)
    store(awards.bands, lambda band: band.key, report)
    store(awards.steps, lambda step: step.key, report)
    _write_schemes(awards, report)


def _write_schemes(awards: Awards, report: Report) -> None:
    """A bid keeps the terms it was started under, so a changed rule is for later bids alone."""
    store(awards.schemes, lambda scheme: scheme.key, report)
    schemes = {scheme.key: scheme for scheme in awards.schemes}
    bands = {band.key: band for band in awards.bands}
    for scheme, band, rule in awards.scheme_rules:
        rule.scheme, rule.band = schemes[scheme], bands[band]
    store(
        (rule for _scheme, _band, rule in awards.scheme_rules),
        lambda rule: (rule.scheme_id, rule.band_id, rule.kind, rule.level),
        report,
    )
