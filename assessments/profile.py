"""What the ratings say: the mean of each area, where somebody is strong and where to grow next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import get_language

from assessments.answers import Answer
from assessments.models import SelfAssessment
from certificates.models import Facet, RequirementQuerySet
from frameworks.models import AreaText, ScaleLevel, StatementText

READY = 3  # "Capable": from here on, evidence can be gathered
SHOWN = 5  # strengths and gaps on the result page
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class AreaProfile:
    """One area of a self-assessment. A mean is None where a facet is not asked, or not rated."""

    number: int
    area: str
    title: str
    lang: str  # where the title is not in the language of the reader
    concept: float | None
    practice: float | None
    statements: int
    rated: int

    @property
    def row(self) -> tuple[str, float, float]:
        """As the rings are drawn."""
        return (self.area, self.concept or 0.0, self.practice or 0.0)


@dataclass(frozen=True, slots=True)
class Noted:
    """One statement that stands out, with the level, and the facets that are no further."""

    statement: int
    area: str
    code: str
    action: str
    outcome: str
    lang: str
    facets: tuple[str, ...]
    value: int
    label: str
    next_step: str
    note: str

    @property
    def facet_label(self) -> str:
        return ", ".join(str(Facet(facet).label) for facet in self.facets)


class Picture(NamedTuple):
    strengths: list[Noted]
    gaps: list[Noted]


WORDING = (
    "statement_id",
    "statement__code",
    "statement__action",
    "statement__outcome",
    "statement__area__code",
    "statement__area__title",
    "statement__area__plain_title",
    "statement__edition__label",
    "statement__edition__framework__title",
    "facet",
)
MINE = ("mine__concept", "mine__practice", "mine__note")


def frozen(assessment: SelfAssessment) -> Rows:
    """Every asked statement with its wording of today and what was said about it."""
    asked = assessment.answered(assessment.application.asked())
    return _rows(asked.values(*WORDING, *MINE))


def tried(asked: RequirementQuerySet, answers: Mapping[int, Answer]) -> Rows:
    """The same of what was said without a case."""
    rows = _rows(asked.values(*WORDING))
    for row in rows:
        said = answers.get(row["statement"])
        if said:
            row |= {"concept": said.concept, "practice": said.practice, "note": said.note}
    return rows


def _rows(asked: Iterable[Mapping[str, Any]]) -> Rows:
    rows: dict[int, dict[str, Any]] = {}
    for requirement in asked:
        row = rows.setdefault(requirement["statement_id"], _row(requirement))
        row["asked"].append(requirement["facet"])
    return list(rows.values())


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    edition = found["statement__edition__label"]
    return {
        "statement": found["statement_id"],
        "code": found["statement__code"],
        "action": found["statement__action"],
        "outcome": found["statement__outcome"],
        "area": found["statement__area__code"],
        "area_title": found["statement__area__plain_title"] or found["statement__area__title"],
        "edition": f"{found['statement__edition__framework__title']}, {edition}",
        "asked": [],
        "concept": found.get("mine__concept"),
        "practice": found.get("mine__practice"),
        "note": found.get("mine__note") or "",
    }


def answers_of(assessment: SelfAssessment) -> Rows:
    """The baseline where it was sent, the ratings so far where it was not."""
    return assessment.answers or frozen(assessment)


def in_words(rows: Rows, language: str) -> Rows:
    """The same rows in another language; `lang` marks what the body has not put into it yet."""
    if language == "en":
        return [{**row, "lang": "", "area_lang": ""} for row in rows]
    pks = [row["statement"] for row in rows]
    texts = {
        text.statement_id: text
        for text in StatementText.objects.filter(statement__in=pks, language=language)
    }
    areas = {
        text.area.code: text.plain_title or text.title
        for text in AreaText.objects.filter(
            area__statements__in=pks, language=language
        ).select_related("area")
    }
    told = []
    for row in rows:
        text = texts.get(row["statement"])
        words = {"action": text.action, "outcome": text.outcome} if text else {}
        title = areas.get(row["area"])
        told.append(
            {
                **row,
                **words,
                "lang": "" if text else "en",
                "area_title": title or row["area_title"],
                "area_lang": "" if title else "en",
            }
        )
    return told


def told_of(assessment: SelfAssessment, language: str = "") -> Rows:
    """What was said, in the words of the reader."""
    return in_words(answers_of(assessment), language or get_language() or "en")


def profile(assessment: SelfAssessment, language: str = "") -> list[AreaProfile]:
    """One line an area, in the order of the profile."""
    return profile_of(told_of(assessment, language))


def by_area(rows: Rows) -> dict[str, Rows]:
    areas: dict[str, Rows] = {}
    for row in rows:
        areas.setdefault(row["area"], []).append(row)
    return areas


def profile_of(rows: Rows) -> list[AreaProfile]:
    return [
        AreaProfile(
            number=number,
            area=code,
            title=lines[0]["area_title"],
            lang=lines[0]["area_lang"],
            concept=_mean(row["concept"] for row in lines),
            practice=_mean(row["practice"] for row in lines),
            statements=len(lines),
            rated=sum(all(row[facet] is not None for facet in row["asked"]) for row in lines),
        )
        for number, (code, lines) in enumerate(by_area(rows).items(), start=1)
    ]


def _mean(values: Iterable[int | None]) -> float | None:
    said = [value for value in values if value is not None]
    return sum(said) / len(said) if said else None


def rated_lines(rows: Rows, language: str) -> list[Noted]:
    """Every statement that has a rating, in the order of the profile."""
    levels = scale(language)
    return [
        _noted(row, levels) for row in rows if any(row[facet] is not None for facet in row["asked"])
    ]


def stand_out(lines: Iterable[Noted], shown: int = SHOWN) -> Picture:
    """The statements that stand out, by the weaker of their two facets: nobody is strong in what
    they know and never did. Ties keep the order of the profile."""
    lines = list(lines)
    strengths = sorted((x for x in lines if x.value >= READY), key=lambda line: -line.value)
    gaps = sorted((x for x in lines if x.value < READY), key=lambda line: line.value)
    return Picture(strengths[:shown], gaps[:shown])


def strengths_and_gaps(
    assessment: SelfAssessment, language: str = "", shown: int = SHOWN
) -> Picture:
    language = language or get_language() or "en"
    return stand_out(rated_lines(told_of(assessment, language), language), shown)


def _noted(row: Mapping[str, Any], levels: Mapping[int, ScaleLevel]) -> Noted:
    said = {facet: row[facet] for facet in row["asked"] if row[facet] is not None}
    value = min(said.values())
    level = levels.get(value)
    return Noted(
        statement=row["statement"],
        area=row["area"],
        code=row["code"],
        action=row["action"],
        outcome=row["outcome"],
        lang=row["lang"],
        facets=tuple(facet for facet in said if said[facet] == value),
        value=value,
        label=level.label if level else str(value),
        next_step=level.next_step if level else "",
        note=row["note"],
    )


def scale(language: str) -> dict[int, ScaleLevel]:
    """The five levels in this language, or in English where one is missing."""
    found: dict[int, ScaleLevel] = {}
    for level in ScaleLevel.objects.filter(language__in={language, "en"}):
        if level.language == language or level.value not in found:
            found[level.value] = level
    return dict(sorted(found.items()))
