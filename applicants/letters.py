"""Letters about a case: what stands in them is read on the day they leave."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role, work_of
from applicants.flow import Stage
from applicants.models import (
    ActionPlan,
    Application,
    CaseRole,
    IntakeInterview,
    IntakeOutcome,
)
from applicants.planning import manager_of
from applicants.registry import done_in
from meetings.models import State
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute


def page(name: str, *args: object) -> str:
    return absolute(reverse(name, args=args))


def case_of(message: Message) -> Application:
    """The case that a letter is about. Raises Obsolete where it is gone."""
    application = (
        Application.objects.filter(pk=message.context["application"])
        .select_related("tier", "applicant")
        .first()
    )
    if application is None:
        raise Obsolete
    return application


@letter("welcome")
def welcome(message: Message) -> Letter:
    application = case_of(message)
    if not application.is_open:
        raise Obsolete
    return Letter(
        {
            "tier_name": application.tier.name,
            "self_assessment_url": page("assessments:start", application.pk),
        },
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
    )


TASKS = {
    Role.AUDITOR: "Audit",
    Role.SECOND_AUDITOR: "Second audit",
    Role.THIRD_AUDITOR: "Third audit",
    Role.VERIFIER: "Verification",
    Role.DECIDER: "Decision",
    Role.INTAKE_MANAGER: "Interview",
}


@letter("staff_task_assigned")
def staff_task_assigned(message: Message) -> Letter:
    application = case_of(message)
    role = Role(message.context["role"])
    held = application.cast.filter(person=message.to, role=role, ended_at=None).exists()
    if not held or application.owner != work_of(role):
        raise Obsolete
    due = date_format(application.due_on) if application.due_on else _("no date")
    return Letter(
        {
            "task_name": TASKS[role],
            "task_due_date": due,
            "applicant_name": application.applicant.full_name,
            "tier_name": application.tier.name,
            "task_url": page("case_file", application.pk),
        },
        whose_turn=_("Yours"),
        by_when=due,
    )


@letter("verifier_assigned")
def verifier_assigned(message: Message) -> Letter:
    application = case_of(message)
    part = CaseRole.objects.filter(pk=message.context["part"], ended_at=None).first()
    if part is None or not application.is_open:
        raise Obsolete
    return Letter(
        {
            "verifier_name": part.person.full_name,
            "booking_url": page("verification:book", application.pk),
            "prep_url": page("register:page", "meeting-help"),
        },
        whose_turn=_("Yours"),
    )


@letter("action_plan_agreed")
def action_plan_agreed(message: Message) -> Letter:
    application = case_of(message)
    interview = application.interviews.filter(outcome=IntakeOutcome.PROCEED).first()
    plan = getattr(application, "plan", None)
    if plan is None or interview is None:
        raise Obsolete
    return Letter(
        {
            "tier_name": application.tier.name,
            "plan_summary": "; ".join(item.text for item in plan.items.all()[:3]),
            "next_check_date": date_format(plan.next_check_on)
            if plan.next_check_on
            else _("whenever you like"),
            "plan_url": page("applicants:plan", application.pk),
            "intake_manager_name": plan.manager.full_name,
        },
        whose_turn=_("Yours"),
    )


def _held(message: Message, outcome: IntakeOutcome) -> IntakeInterview:
    """The interview that a letter is about, recorded with this outcome."""
    held = IntakeInterview.objects.filter(pk=message.context["interview"], outcome=outcome)
    interview = held.select_related("application__tier", "meeting__host").first()
    if interview is None:
        raise Obsolete
    return interview


@letter("prepare_first")
def prepare_first(message: Message) -> Letter:
    """Obsolete once another interview is booked, or the case went on."""
    interview = _held(message, IntakeOutcome.PREPARE)
    case = interview.application
    if case.stage != Stage.INTAKE or _interview_is_booked(case):
        raise Obsolete
    return Letter(
        {
            "tier_name": case.tier.name,
            "interview_summary": interview.summary,
            "booking_url": page("applicants:book", case.pk),
            "intake_manager_name": interview.meeting.host.full_name,
        },
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
    )


@letter("another_certificate")
def another_certificate(message: Message) -> Letter:
    interview = _held(message, IntakeOutcome.ANOTHER)
    tiers = list(interview.suggested.all())
    url = page("applicants:choose")
    if len(tiers) == 1:
        url = page("applicants:begin", tiers[0].slug)
    return Letter(
        {
            "tier_name": interview.application.tier.name,
            "other_certificates": _(" or ").join(tier.name for tier in tiers),
            "certificates_url": url,
            "intake_manager_name": interview.meeting.host.full_name,
        },
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
    )


@letter("referred")
def referred(message: Message) -> Letter:
    interview = _held(message, IntakeOutcome.REFER)
    return Letter(
        {
            "tier_name": interview.application.tier.name,
            "referral": interview.referred_to,
            "certificates_url": page("applicants:choose"),
            "intake_manager_name": interview.meeting.host.full_name,
        }
    )


def _plan_of(message: Message) -> ActionPlan:
    """The plan of a case that is still open."""
    plans = ActionPlan.objects.select_related("application__tier", "application__applicant")
    plan = plans.filter(application=message.context["application"]).first()
    if plan is None or not plan.application.is_open:
        raise Obsolete
    return plan


@letter("action_plan_changed")
def action_plan_changed(message: Message) -> Letter:
    """Obsolete once it was changed again, or signed."""
    plan, reader = _plan_of(message), message.to_id
    own = reader == plan.application.applicant_id
    signed = plan.signed_by_applicant_at if own else plan.signed_by_manager_at
    changer = User.objects.filter(pk=message.context["by"]).first()
    if plan.version != message.context["version"] or signed or changer is None:
        raise Obsolete
    return Letter(
        {
            "tier_name": plan.application.tier.name,
            "changed_by": changer.full_name,
            "plan_url": page("applicants:plan", plan.application_id),
        },
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
    )


@letter("plan_check_soon")
def plan_check_soon(message: Message) -> Letter:
    """Obsolete once they agreed on another day."""
    plan = _plan_of(message)
    day = plan.next_check_on
    if day is None or day.isoformat() != message.context["on"]:
        raise Obsolete
    steps = [item.text for item in plan.items.filter(done_at=None)[:3]]
    return Letter(
        {
            "next_check_date": date_format(day),
            "plan_summary": "; ".join(steps) or _("every step is done"),
            "plan_url": page("applicants:plan", plan.application_id),
            "intake_manager_name": manager_of(plan).full_name,
        },
        whose_turn=_("Yours"),
        by_when=date_format(day),
    )


@letter("due_soon", "due_passed", "due_escalated")
def due(message: Message) -> Letter:
    """The date of a case is near or past. Obsolete once the case moved or got another date."""
    application = case_of(message)
    day = application.due_on
    same = application.stage == message.context["stage"]
    if day is None or not same or day.isoformat() != message.context["due_on"]:
        raise Obsolete
    if application.stage == Stage.INTAKE and _interview_is_booked(application):
        raise Obsolete
    if (application.pk, message.to_id) in done_in([application.pk]):
        raise Obsolete
    mine = message.to_id == application.applicant_id
    return Letter(
        {
            "tier_name": application.tier.name,
            "applicant_name": application.applicant.full_name,
            "task_name": str(Stage(application.stage).label),
            "task_due_date": date_format(day),
            "task_url": page("home") if mine else page("case_file", application.pk),
        },
        whose_turn=_("Yours")
        if message.kind != "due_escalated"
        else _("Yours, to assign or to ask"),
        by_when=date_format(day),
    )


def _interview_is_booked(application: Application) -> bool:
    return application.interviews.filter(meeting__state=State.BOOKED).exists()
