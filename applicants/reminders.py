"""Letters about dates of a case, computed from the dates: the same however often they run."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role, work_of
from applicants.flow import OWNER, Stage
from applicants.models import ActionPlan, Application, CaseRole
from applicants.models.case import OPEN
from applicants.registry import done_in
from certificates.dates import body_day
from notices.foreseeing import Rule
from notices.models import Message

AHEAD_DAYS = 3
CHECK_DAYS = 7  # before applicant and Intake Manager look at the plan again
ESCALATE_DAYS = 7  # after its day, work of the staff is brought before the administrators


def remind_of_due_dates(at: datetime) -> int:
    """Owe whoever's turn it is a letter three days ahead, and one when the day has passed; and
    the administrators one where the staff is a week late."""
    today = body_day(at)
    cases = Application.objects.open().filter(due_on__lte=today + timedelta(days=AHEAD_DAYS))
    return owe(letter for turn in _turns(cases, today) for letter in due_letters(turn, at))


def remind_of_plans(at: datetime) -> int:
    """Owe the applicant a letter a week before the two look at the plan again."""
    today = body_day(at)
    near = ActionPlan.objects.filter(
        next_check_on__gte=today, next_check_on__lte=today + timedelta(days=CHECK_DAYS)
    )
    return owe(letter for plan in _plans(near) for letter in plan_letters(plan, at))


@dataclass(frozen=True, slots=True)
class Turn:
    """An open case, whose work it waits for, and who watches over it."""

    case: Application
    people: Sequence[int]
    administrators: Sequence[int]


def _turns(cases: QuerySet[Application], today: date) -> list[Turn]:
    waits_for = _waited_for(cases)
    office = User.objects.with_role(Role.ADMINISTRATOR, today).values_list("pk", flat=True)
    administrators = list(office)
    return [Turn(case, waits_for[case.pk], administrators) for case in cases]


def due_letters(turn: Turn, at: datetime) -> list[Message]:
    """What is owed at this instant about the day of a case."""
    case, today, day = turn.case, body_day(at), turn.case.due_on
    if day is None:
        return []
    letters = []
    if day <= today + timedelta(days=AHEAD_DAYS) and not case.reminders_paused:
        kind = "due_passed" if day < today else "due_soon"
        letters = [_letter(kind, case, person) for person in turn.people]
    if OWNER[Stage(case.stage)] != Role.APPLICANT and day <= today - timedelta(days=ESCALATE_DAYS):
        letters += [
            _letter("due_escalated", case, person)
            for person in turn.administrators
            if person != case.applicant_id
        ]
    return letters


def _plans(plans: QuerySet[ActionPlan]) -> QuerySet[ActionPlan]:
    spoken = plans.filter(application__stage__in=OPEN, application__reminders_paused=False)
    return spoken.select_related("application")


def plan_letters(plan: ActionPlan, at: datetime) -> list[Message]:
    """What is owed at this instant about the next look at an action plan."""
    day, today = plan.next_check_on, body_day(at)
    if day is None or not today <= day <= today + timedelta(days=CHECK_DAYS):
        return []
    return [
        Message(
            key=f"plan-check:{plan.application_id}:{day}",
            kind="plan_check_soon",
            to_id=plan.application.applicant_id,
            not_before=timezone.now(),
            context={"application": plan.application_id, "on": str(day)},
        )
    ]


def _turns_of(case: int) -> list[Turn]:
    rows = Application.objects.open().filter(pk=case)
    return _turns(rows, body_day(timezone.now()))


def _plans_of(case: int) -> QuerySet[ActionPlan]:
    return _plans(ActionPlan.objects.filter(application=case))


RULES = (Rule(_turns_of, due_letters), Rule(_plans_of, plan_letters))


def owe(letters: Iterable[Message]) -> int:
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


def _letter(kind: str, case: Application, person: int) -> Message:
    day = case.due_on.isoformat() if case.due_on else ""
    return Message(
        key=f"due:{case.pk}:{case.stage}:{day}:{kind}:{person}",
        kind=kind,
        to_id=person,
        not_before=timezone.now(),
        context={"application": case.pk, "stage": case.stage, "due_on": day},
    )
