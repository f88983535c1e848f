"""The interview of 15 minutes: booking, recording, and the plan signed by both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import candidates
from applicants.flow import Stage
from applicants.models import (
    ActionPlan,
    Application,
    CaseRole,
    IntakeInterview,
    IntakeOutcome,
    PlanItem,
)
from applicants.models.case import NotDeclared, NotIndependent
from certificates.dates import body_day
from frameworks.models import Statement
from meetings.finding import Slot, free_slots
from meetings.models import Kind, Meeting, State
from meetings.services import book, close
from notices.services import post
from trail.flow import Refused
from trail.models import Event


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One agreed step: what, about which statement, until when."""

    text: str
    statement: Statement | None = None
    due_on: date | None = None


def interview_slots(application: Application, *, at: datetime, days: int = 14) -> list[Slot]:
    """Open times of every Intake Manager who may act in this case, in order of time."""
    hosts = [
        c.person for c in candidates(application, Role.INTAKE_MANAGER, body_day(at)) if c.may_act
    ]
    held = application.cast.filter(role=Role.INTAKE_MANAGER, ended_at=None).first()
    if held is not None:
        hosts = [held.person]
    return free_slots(hosts, Kind.INTAKE, at=at, days=days, guest=application.applicant)


@transaction.atomic
def book_interview(
    application: Application,
    *,
    host: User,
    starts_at: datetime,
    how: str,
    support_needs: str,
    phone: str = "",
    by: User,
    at: datetime,
) -> IntakeInterview:
    """The applicant books; the host becomes the Intake Manager of this case."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    if by.pk != application.applicant_id or application.stage != Stage.INTAKE:
        raise Refused(_("This case does not wait for you to book an interview."))
    if open_interview(application):
        raise Refused(_("You have booked an interview. Move or cancel it first."))
    if Role.INTAKE_MANAGER not in host.roles_on(body_day(at)):
        raise Refused(_("%(person)s does not hold interviews.") % {"person": host})
    if reasons := application.bars(host, body_day(at)):
        raise NotIndependent(reasons[0])
    manager = application.cast.filter(role=Role.INTAKE_MANAGER, ended_at=None).first()
    if manager is not None and manager.person_id != host.pk:
        raise Refused(_("%(person)s is your Intake Manager.") % {"person": manager.person})
    CaseRole.sign(application, host, Role.INTAKE_MANAGER, at)
    meeting = book(
        kind=Kind.INTAKE,
        host=host,
        guest=by,
        starts_at=starts_at,
        how=how,
        support_needs=support_needs,
        phone=phone,
        about=_about(application),
        by=by,
        at=at,
    )
    return IntakeInterview.objects.create(application=application, meeting=meeting)


def _about(application: Application) -> dict[str, str]:
    """What the letters of the meeting say, and where its pages are."""
    return {
        "tier_name": application.tier.title,
        "task_name": "Interview",
        "task_path": reverse("applicants:talk", args=[application.pk]),
        "booking_path": reverse("applicants:book", args=[application.pk]),
        "case": application.trail_case(),
    }


def open_interview(application: Application) -> IntakeInterview | None:
    """The interview that is booked and not yet over, if there is one."""
    return (
        application.interviews.filter(meeting__state=State.BOOKED, recorded_at=None)
        .select_related("meeting", "meeting__host")
        .first()
    )


@transaction.atomic
def record_interview(
    interview: IntakeInterview,
    *,
    outcome: IntakeOutcome,
    summary: str,
    private_note: str,
    lines: Sequence[PlanLine],
    next_check_on: date | None,
    by: User,
    at: datetime,
) -> IntakeInterview:
    """Close the interview with its outcome; going on needs a plan with at least one step."""
    application = Application.objects.select_for_update().get(pk=interview.application_id)
    interview = IntakeInterview.objects.select_for_update().get(pk=interview.pk)
    _may_record(interview, application, by)
    if not summary.strip():
        raise Refused(_("Write what you agreed. The applicant reads it."))
    if outcome == IntakeOutcome.PROCEED and not lines:
        raise Refused(_("Add at least one step to the action plan."))
    if interview.meeting.state == State.BOOKED:
        close(interview.meeting, state=State.DONE, by=by, at=at)
    interview.outcome, interview.summary = outcome, summary.strip()
    interview.private_note, interview.recorded_at = private_note.strip(), at
    interview.save(update_fields=["outcome", "summary", "private_note", "recorded_at"])
    if outcome == IntakeOutcome.PROCEED:
        _agree(application, lines, next_check_on, by, at)
        application.move("complete", by=by, at=at, interview=interview.pk)
    elif outcome == IntakeOutcome.ANOTHER:
        application.move("redirect", by=by, at=at, interview=interview.pk)
    else:
        Event.objects.record(
            "prepare_first",
            about=application,
            by=by,
            at=at,
            case=application.trail_case(),
            interview=interview.pk,
        )
    return interview


def _may_record(interview: IntakeInterview, application: Application, by: User) -> None:
    if interview.meeting.host_id != by.pk:
        raise Refused(_("Only the person who held the interview records it."))
    if interview.recorded_at:
        raise Refused(_("This interview is recorded already."))
    if not application.declared(by):
        raise NotDeclared(_("Declare your interests in this case first."))


def _agree(
    application: Application,
    lines: Sequence[PlanLine],
    next_check_on: date | None,
    by: User,
    at: datetime,
) -> None:
    plan, _new = ActionPlan.objects.update_or_create(
        application=application,
        defaults={
            "next_check_on": next_check_on,
            "manager": by,
            "signed_by_manager_at": at,
            "signed_by_applicant_at": None,
        },
    )
    plan.items.all().delete()
    PlanItem.objects.bulk_create(
        PlanItem(plan=plan, text=line.text, statement=line.statement, due_on=line.due_on)
        for line in lines
    )
    post(
        "action_plan_agreed",
        to=application.applicant,
        key=f"plan:{application.pk}:{at.isoformat()}",
        application=application.pk,
    )


@transaction.atomic
def sign_plan(plan: ActionPlan, *, by: User, at: datetime) -> None:
    """The applicant's signature under the plan; the manager signed when recording it."""
    if by.pk != plan.application.applicant_id:
        raise Refused(_("Only the applicant signs here."))
    if not ActionPlan.objects.filter(pk=plan.pk, signed_by_applicant_at=None).update(
        signed_by_applicant_at=at
    ):
        raise Refused(_("You have signed this plan."))
    plan.refresh_from_db()
    Event.objects.record(
        "sign_plan",
        about=plan,
        by=by,
        at=at,
        case=plan.application.trail_case(),
    )


@transaction.atomic
def tick(item: PlanItem, *, done: bool, by: User, at: datetime) -> None:
    """The applicant says that a step is done, or not yet."""
    if by.pk != item.plan.application.applicant_id:
        raise Refused(_("Only the applicant ticks steps off."))
    item.done_at = at if done else None
    item.save(update_fields=["done_at"])


@transaction.atomic
def missed(interview: IntakeInterview, *, by: User, at: datetime) -> Meeting:
    """The applicant did not come; they book again, and nothing counts against them."""
    if interview.meeting.host_id != by.pk:
        raise Refused(_("Only the person who held the interview records it."))
    return close(interview.meeting, state=State.GUEST_ABSENT, by=by, at=at)
