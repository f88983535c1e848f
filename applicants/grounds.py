"""What a grant rests on that the case itself knows."""

from datetime import datetime

from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.registry import Ground, ground
from applicants.services import prerequisite_met


@ground
def prerequisite(application: Application, at: datetime) -> Ground | None:
    """It must be in force on the day of the decision, not only on the day of applying."""
    if not application.tier.requires:
        return None
    passed = prerequisite_met(application.tier, application.applicant, at)
    return Ground(
        _("Prerequisite"),
        passed,
        "" if passed else _("The certificate that this one rests on is not in force."),
    )


@ground
def interview(application: Application, at: datetime) -> Ground | None:  # noqa: ARG001
    passed = application.interviews.filter(outcome="proceed").exists()
    return Ground(_("Interview"), passed, "" if passed else _("No interview is recorded."))
