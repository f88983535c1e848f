"""What an interview may build its plan on: the gaps of the baseline."""

from applicants.models import Application
from applicants.registry import Gap, gap_finder
from assessments.models import SelfAssessment
from assessments.profile import Noted, strengths_and_gaps

PROPOSED = 9


@gap_finder
def gaps(application: Application) -> list[Gap]:
    """The lowest ratings of what the certificate asks for; none before the baseline is sent."""
    sent = SelfAssessment.objects.filter(application=application, sent_at__isnull=False).first()
    if sent is None:
        return []
    return [_gap(line) for line in strengths_and_gaps(sent, shown=PROPOSED).gaps]


def _gap(line: Noted) -> Gap:
    return Gap(
        statement=line.statement,
        code=line.code,
        area=line.area,
        action=line.action,
        lang=line.lang,
        value=line.value,
        said=f"{line.facet_label}: {line.value}, {line.label}",
        note=line.note,
    )
