"""Who may not confirm what is proposed about a certificate: the case behind it knows."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.models import Application
from certificates.dates import body_day
from certificates.models import Certificate
from certificates.registry import bar

EXAMINED = (Role.AUDITOR, Role.SECOND_AUDITOR, Role.THIRD_AUDITOR, Role.VERIFIER)


@bar
def bound_in_the_case(person: User, certificate: Certificate, at: datetime) -> Iterable[str]:
    """Teaching and interests bar as they do in the case, and so does having examined in it."""
    case = Application.objects.filter(decisions__reference=certificate.decision).first()
    if case is None:
        return []
    reasons = case.bars(person, body_day(at))
    if case.cast.filter(person=person, role__in=EXAMINED).exists():
        reasons.append(_("Audited or verified in the case behind this certificate."))
    return reasons
