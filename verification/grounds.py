"""What a grant rests on that the verification meeting knows."""

from datetime import datetime

from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.registry import Ground, ground
from certificates.models import Route
from verification.models import Recommendation, Verification


@ground
def verified(application: Application, at: datetime) -> Ground | None:  # noqa: ARG001
    """The last signed record recommends the award, with or without conditions."""
    if application.route != Route.VERIFICATION:
        return None
    record = (
        Verification.objects.filter(application=application)
        .exclude(signed_at=None)
        .order_by("-signed_at", "-pk")
        .first()
    )
    if record is None:
        return Ground(_("Verification"), passed=False, why=_("No signed record of a meeting."))
    passed = record.recommendation in (Recommendation.AWARD, Recommendation.CONDITIONS)
    said = _("The verifier recommends: %(what)s.")
    why = said % {"what": record.get_recommendation_display().lower()}
    if not passed:
        why = _("The verifier does not recommend it yet.")
    return Ground(_("Verification"), passed=passed, why=why)
