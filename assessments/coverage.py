"""How much of the International Mentoring Center's framework the ratings touch, by the crosswalk.

The Center is another body: these counts are no accreditation by it, and we issue none of its
credentials. Pages and papers say so beside the numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.profile import READY, Rows
from frameworks.models import ORIGINAL, AreaText, Crosswalk, Edition, Framework, Statement

CENTER = "center-competencies"


@dataclass(frozen=True, slots=True)
class AreaCoverage:
    """One area of the other framework. `covered` of its `indicators` are rated high enough."""

    number: int
    code: str
    title: str
    lang: str
    indicators: int
    covered: int


@dataclass(frozen=True, slots=True)
class Coverage:
    framework: str
    publisher: str
    areas: Sequence[AreaCoverage]

    @property
    def indicators(self) -> int:
        return sum(area.indicators for area in self.areas)

    @property
    def covered(self) -> int:
        return sum(area.covered for area in self.areas)


def coverage(rows: Rows, at: datetime, language: str) -> Coverage | None:
    """None where none of these statements answers an indicator."""
    framework = Framework.objects.filter(key=CENTER).first()
    edition = framework.edition_at(at) if framework else None
    if framework is None or edition is None:
        return None
    links = Crosswalk.objects.filter(link=Crosswalk.Link.DIRECT, indicator__edition=edition)
    answered: dict[int, list[int]] = {}
    for indicator, statement in links.values_list("indicator", "statement"):
        answered.setdefault(indicator, []).append(statement)
    levels = {row["statement"]: _level(row) for row in rows}
    if levels.keys().isdisjoint(pk for linked in answered.values() for pk in linked):
        return None
    return Coverage(
        framework.title, framework.publisher, _areas(edition, answered, levels, language)
    )


def _areas(
    edition: Edition,
    answered: Mapping[int, Sequence[int]],
    levels: Mapping[int, int | None],
    language: str,
) -> list[AreaCoverage]:
    own = _titles(edition, language)
    areas: dict[str, tuple[str, list[bool]]] = {}
    indicators = Statement.objects.filter(edition=edition).order_by("position")
    for pk, code, title, plain in indicators.values_list(
        "pk", "area__code", "area__title", "area__plain_title"
    ):
        covered = _covered(answered.get(pk, ()), levels)
        areas.setdefault(code, (plain or title, []))[1].append(covered)
    return [
        AreaCoverage(
            number=number,
            code=code,
            title=own.get(code, title),
            lang="" if code in own or language == ORIGINAL else ORIGINAL,
            indicators=len(said),
            covered=sum(said),
        )
        for number, (code, (title, said)) in enumerate(areas.items(), start=1)
    ]


def _covered(statements: Sequence[int], levels: Mapping[int, int | None]) -> bool:
    """Every statement that answers the indicator outright is rated as capable or better."""
    said = [levels.get(statement) for statement in statements]
    return bool(said) and all(level is not None and level >= READY for level in said)


def _level(row: Mapping[str, Any]) -> int | None:
    """The weaker of the facets that are asked; None while one is open."""
    said = [row[facet] for facet in row["asked"]]
    return None if None in said or not said else min(said)


def _titles(edition: Edition, language: str) -> dict[str, str]:
    if language == ORIGINAL:
        return {}
    texts = AreaText.objects.filter(area__edition=edition, language=language)
    rows = texts.values_list("area__code", "plain_title", "title")
    return {code: plain or title for code, plain, title in rows}
