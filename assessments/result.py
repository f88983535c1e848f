"""The result of a self-assessment as a page shows it, beside an earlier one where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from applicants.models import Decision
from assessments.coverage import Coverage, coverage
from assessments.models import SelfAssessment
from assessments.profile import (
    AreaProfile,
    Noted,
    Picture,
    Rows,
    profile,
    profile_of,
    rated_lines,
    stand_out,
    told_of,
)
from certificates.models import Facet

Row = tuple[str, float, float]


class ThenAndNow(NamedTuple):
    now: AreaProfile
    then: AreaProfile | None


@dataclass(frozen=True, slots=True)
class Result:
    """`earlier_at` is when the other time was, for the outline in the chart and its column."""

    rows_said: Rows
    earlier_at: datetime | None
    areas: Sequence[ThenAndNow]
    picture: Picture
    notes: Sequence[Noted]  # what the applicant wrote down for the interview
    coverage: Coverage | None

    @property
    def rows(self) -> list[Row]:
        return [area.now.row for area in self.areas]

    @property
    def earlier_rows(self) -> list[Row]:
        """The outline of the other time, sector by sector; nothing where an area is new."""
        if self.earlier_at is None:
            return []
        return [area.then.row if area.then else ("", 0.0, 0.0) for area in self.areas]

    @property
    def rated(self) -> int:
        return sum(area.now.rated for area in self.areas)

    @property
    def total(self) -> int:
        return sum(area.now.statements for area in self.areas)

    @property
    def facets(self) -> list[Facet]:
        """The columns of the table: what this certificate asks for at all."""
        asked = {facet for row in self.rows_said for facet in row["asked"]}
        return [facet for facet in Facet if facet in asked]


def earlier_of(assessment: SelfAssessment) -> SelfAssessment | None:
    """The self-assessment behind the certificate that this case renews."""
    renewed = assessment.application.renews
    if renewed is None:
        return None
    granted = Decision.objects.filter(reference=renewed.decision)
    return SelfAssessment.objects.filter(
        application__decisions__in=granted, sent_at__isnull=False
    ).first()


def result_of(assessment: SelfAssessment, language: str, at: datetime | None = None) -> Result:
    """Of what was sent. `at` says which indicators of the other body are in force; without it
    they are not asked for."""
    return result_from(told_of(assessment, language), language, at, earlier_of(assessment))


def result_from(
    rows: Rows, language: str, at: datetime | None, earlier: SelfAssessment | None = None
) -> Result:
    then = {area.area: area for area in profile(earlier, language)} if earlier else {}
    lines = rated_lines(rows, language)
    return Result(
        rows_said=rows,
        earlier_at=earlier.sent_at if earlier else None,
        areas=[ThenAndNow(area, then.get(area.area)) for area in profile_of(rows)],
        picture=stand_out(lines),
        notes=[line for line in lines if line.note],
        coverage=coverage(rows, at, language) if at else None,
    )
