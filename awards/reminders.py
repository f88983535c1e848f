"""Letters before an award ends, computed from dates: the same whenever, and however often."""

from datetime import datetime, timedelta

from awards.models import Award
from certificates.dates import body_day
from notices.services import post

WARNINGS = (30, 90, 180)  # days before the last day


def remind_of_renewals(at: datetime) -> int:
    """Owe every team the nearest warning that applies; one that was missed is not made up for."""
    today = body_day(at)
    owed = 0
    ending = Award.objects.in_force(today).newest()
    ending = ending.filter(valid_until__lte=today + timedelta(days=max(WARNINGS)))
    for award in ending.select_related("programme__organisation"):
        left = (award.valid_until - today).days
        warning = next(days for days in WARNINGS if left <= days)
        for member in award.programme.organisation.members.filter(ended_at=None):
            post(
                "programme_renewal",
                to=member.person,
                key=f"programme_renewal:{award.pk}:{warning}:{member.person_id}",
                award=award.pk,
            )
            owed += 1
    return owed
