"""Letters about dates of a case, computed from the dates: the same however often they run."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.roles import Role
from applicants.flow import OWNER, Stage
from applicants.models import Application, CaseRole
from certificates.dates import body_day
from notices.models import Message

AHEAD_DAYS = 3


def remind_of_due_dates(at: datetime) -> int:
    """Owe whoever's turn it is a letter three days ahead, and one when the day has passed."""
    today = body_day(at)
    cases = Application.objects.open().filter(
        due_on__lte=today + timedelta(days=AHEAD_DAYS), reminders_paused=False
    )
    held = {
        (part.application_id, part.role): part.person_id
        for part in CaseRole.objects.filter(application__in=cases, ended_at=None)
    }
    owed = []
    for case in cases:
        # An interview that is not booked waits for the applicant, whoever holds it.
        owner = Role.APPLICANT if case.stage == Stage.INTAKE else OWNER[Stage(case.stage)]
        person = held.get((case.pk, owner))
        if person is None or case.due_on is None:
            continue
        kind = "due_passed" if case.due_on < today else "due_soon"
        owed.append(
            Message(
                key=f"due:{case.pk}:{case.stage}:{case.due_on}:{kind}",
                kind=kind,
                to_id=person,
                not_before=timezone.now(),
                context={
                    "application": case.pk,
                    "stage": case.stage,
                    "due_on": case.due_on.isoformat(),
                },
            )
        )
    before = Message.objects.count()
    Message.objects.bulk_create(owed, ignore_conflicts=True, batch_size=1000)
    return Message.objects.count() - before
