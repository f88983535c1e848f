"""Letters about dates of a case, computed from the dates: the same however often they run."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role, work_of
from applicants.flow import OWNER, Stage
from applicants.models import ActionPlan, Application, CaseRole
from applicants.models.case import OPEN
from applicants.registry import done_in
from certificates.dates import body_day
from notices.models import Message

AHEAD_DAYS = 3
CHECK_DAYS = 7  # before applicant and Intake Manager look at the plan again
ESCALATE_DAYS = 7  # after its day, work of the staff is brought before the administrators


def remind_of_due_dates(at: datetime) -> int:
    """Owe whoever's turn it is a letter three days ahead, and one when the day has passed; and
    the administrators one where the staff is a week late."""
    today = body_day(at)
    cases = Application.objects.open().filter(
        due_on__lte=today + timedelta(days=AHEAD_DAYS), reminders_paused=False
    )
    waits_for = _waited_for(cases)
    owed = [_owed(case, person, today) for case in cases for person in waits_for[case.pk]]
    owed += _escalated(today)
    return _owe(owed)


def remind_of_plans(at: datetime) -> int:
    """Owe the applicant a letter a week before the two look at the plan again."""
    today = body_day(at)
    plans = ActionPlan.objects.filter(
        next_check_on__gte=today,
        next_check_on__lte=today + timedelta(days=CHECK_DAYS),
        application__stage__in=OPEN,
        application__reminders_paused=False,
    ).values_list("application", "application__applicant", "next_check_on")
    return _owe(
        Message(
            key=f"plan-check:{case}:{day}",
            kind="plan_check_soon",
            to_id=applicant,
            not_before=timezone.now(),
            context={"application": case, "on": str(day)},
        )
        for case, applicant, day in plans
    )


def _owe(letters: Iterable[Message]) -> int:
    """How many of these letters were not owed before."""
    before = Message.objects.count()
    Message.objects.bulk_create(letters, ignore_conflicts=True, batch_size=1000)
    return Message.objects.count() - before


def _waited_for(cases: Iterable[Application]) -> dict[int, list[int]]:
    """The people whose work each case waits for; who has finished already waits too."""
    done = done_in([case.pk for case in cases])
    held: dict[tuple[int, str], list[int]] = defaultdict(list)
    for part in CaseRole.objects.filter(application__in=cases, ended_at=None):
        if (part.application_id, part.person_id) not in done:
            held[part.application_id, work_of(part.role)].append(part.person_id)
    return {case.pk: held[case.pk, _owner(case)] for case in cases}


def _owner(case: Application) -> Role:
    """An interview that is not booked waits for the applicant, whoever holds it."""
    return Role.APPLICANT if case.stage == Stage.INTAKE else OWNER[Stage(case.stage)]


def _owed(case: Application, person: int, today: date) -> Message:
    late = case.due_on is not None and case.due_on < today
    return _letter("due_passed" if late else "due_soon", case, person)


def _letter(kind: str, case: Application, person: int) -> Message:
    day = case.due_on.isoformat() if case.due_on else ""
    return Message(
        key=f"due:{case.pk}:{case.stage}:{day}:{kind}:{person}",
        kind=kind,
        to_id=person,
        not_before=timezone.now(),
        context={"application": case.pk, "stage": case.stage, "due_on": day},
    )


def _escalated(today: date) -> list[Message]:
    """Work of the staff that is a week past its day, for every administrator."""
    staffed = [stage for stage, role in OWNER.items() if role != Role.APPLICANT]
    late = Application.objects.filter(
        stage__in=staffed, due_on__lte=today - timedelta(days=ESCALATE_DAYS)
    )
    people = User.objects.with_role(Role.ADMINISTRATOR, today).values_list("pk", flat=True)
    return [
        _letter("due_escalated", case, person)
        for case in late
        for person in people
        if person != case.applicant_id
    ]
