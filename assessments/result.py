"""The result of a self-assessment as a page shows it, beside an earlier one where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from applicants.models import Decision
from assessments.models import SelfAssessment
from assessments.profile import AreaProfile, Noted, Picture, profile, rated_lines, stand_out
from certificates.models import Facet

Row = tuple[str, float, float]


class ThenAndNow(NamedTuple):
    now: AreaProfile
    then: AreaProfile | None


@dataclass(frozen=True, slots=True)
class Report:
    assessment: SelfAssessment
    earlier: SelfAssessment | None
    areas: Sequence[ThenAndNow]
    picture: Picture
    notes: Sequence[Noted]  # what the applicant wrote down for the interview

    @property
    def rows(self) -> list[Row]:
        return [area.now.row for area in self.areas]

    @property
    def earlier_rows(self) -> list[Row]:
        """The outline of the other time, sector by sector; nothing where an area is new."""
        if self.earlier is None:
            return []
        return [area.then.row if area.then else ("", 0.0, 0.0) for area in self.areas]

    @property
    def facets(self) -> list[Facet]:
        """The columns of the table: what this certificate asks for at all."""
        asked = {facet for row in self.assessment.answers for facet in row["asked"]}
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


def report(assessment: SelfAssessment, language: str) -> Report:
    earlier = earlier_of(assessment)
    then = {area.area: area for area in profile(earlier, language)} if earlier else {}
    lines = rated_lines(assessment, language)
    return Report(
        assessment=assessment,
        earlier=earlier,
        areas=[ThenAndNow(area, then.get(area.area)) for area in profile(assessment, language)],
        picture=stand_out(lines),
        notes=[line for line in lines if line.note],
    )
