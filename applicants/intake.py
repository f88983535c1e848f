"""The interview of 15 minutes: booking it, and recording what came of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import candidates
from applicants.flow import Stage
from applicants.models import Application, CaseRole, IntakeInterview, IntakeOutcome
from applicants.models.case import NotDeclared, NotIndependent, NotQualified
from applicants.planning import PlanLine, agree
from certificates.dates import body_day
from certificates.models import Tier
from meetings.closing import close, keep_note, share_note
from meetings.finding import Slot, free_slots
from meetings.models import Kind, Meeting, State
from meetings.services import book
from notices.services import post
from trail.flow import Refused
from trail.models import Event


def interview_hosts(application: Application, *, at: datetime) -> list[User]:
    """Every Intake Manager who may act in this case; once there was an interview, the same one."""
    parts = application.cast.filter(role=Role.INTAKE_MANAGER, ended_at=None)
    if held := parts.select_related("person").first():
        bars = application.bars(held.person, body_day(at), Role.INTAKE_MANAGER)
        return [] if bars else [held.person]
    every = candidates(application, Role.INTAKE_MANAGER, body_day(at))
    return [candidate.person for candidate in every if candidate.may_act]


def interview_slots(application: Application, *, at: datetime, days: int = 14) -> list[Slot]:
    """Open times of every Intake Manager who may act in this case, in order of time."""
    hosts = interview_hosts(application, at=at)
    return free_slots(hosts, Kind.INTAKE, at=at, days=days, guest=application.applicant)


@transaction.atomic
def book_interview(  # noqa: PLR0913 - a booking is these things
    application: Application,
    *,
    host: User,
    starts_at: datetime,
    how: str,
    support_needs: str,
    support: Mapping[str, str] | None = None,
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
    _check_host(application, host, at)
    CaseRole.sign(application, host, Role.INTAKE_MANAGER, at)
    meeting = book(
        kind=Kind.INTAKE,
        host=host,
        guest=by,
        starts_at=starts_at,
        how=how,
        support=support,
        support_needs=support_needs,
        phone=phone,
        about=_about(application),
        by=by,
        at=at,
    )
    return IntakeInterview.objects.create(application=application, meeting=meeting)


def _check_host(application: Application, host: User, at: datetime) -> None:
    """Whoever holds the interview may act here; once there was one, it is the same person."""
    if Role.INTAKE_MANAGER not in host.roles_on(body_day(at)):
        raise Refused(_("%(person)s does not hold interviews.") % {"person": host})
    if reasons := application.bars(host, body_day(at), Role.INTAKE_MANAGER):
        raise NotIndependent(reasons[0])
    manager = application.cast.filter(role=Role.INTAKE_MANAGER, ended_at=None).first()
    lacks = application.unfit(Role.INTAKE_MANAGER, [host.pk], body_day(at))
    if manager is None and lacks:
        raise NotQualified(lacks[host.pk][0])
    if manager is not None and manager.person_id != host.pk:
        raise Refused(_("%(person)s is your Intake Manager.") % {"person": manager.person})


def _about(application: Application) -> dict[str, str]:
    """What the letters of the meeting say, and where its pages are."""
    return {
        "tier_name": application.tier.title,
        "task_name": "Interview",
        "task_path": reverse("applicants:talk", args=[application.pk]),
        "case_path": reverse("case_file", args=[application.pk]),
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
def record_interview(  # noqa: PLR0913 - a record is these things
    interview: IntakeInterview,
    *,
    outcome: IntakeOutcome,
    summary: str,
    private_note: str,
    lines: Sequence[PlanLine],
    next_check_on: date | None,
    suggested: Sequence[Tier] = (),
    referred_to: str = "",
    by: User,
    at: datetime,
) -> IntakeInterview:
    """Close the interview with its outcome; going on needs a plan with at least one step, and
    whoever is sent elsewhere is told where."""
    application = Application.objects.select_for_update().get(pk=interview.application_id)
    held = IntakeInterview.objects.select_for_update(of=("self",)).select_related("meeting__host")
    interview = held.get(pk=interview.pk)
    _may_record(interview, application, by)
    if not summary.strip():
        raise Refused(_("Write what you agreed. The applicant reads it."))
    _check_outcome(outcome, lines, suggested, referred_to)
    share_note(interview.meeting, text=summary, by=by, at=at)
    keep_note(interview.meeting, text=private_note, by=by)
    interview.meeting = close(interview.meeting, state=State.DONE, outcome=outcome, by=by, at=at)
    interview.outcome, interview.recorded_at = outcome, at
    interview.referred_to = referred_to.strip() if outcome == IntakeOutcome.REFER else ""
    interview.save(update_fields=["outcome", "recorded_at", "referred_to"])
    interview.suggested.set(suggested if outcome == IntakeOutcome.ANOTHER else ())
    if lines:
        agree(application, lines, next_check_on=next_check_on, by=by, at=at)
    _tell(interview, application)
    _go_on(interview, application, by, at)
    return interview


def _check_outcome(
    outcome: IntakeOutcome, lines: Sequence[PlanLine], suggested: Sequence[Tier], referred_to: str
) -> None:
    if outcome == IntakeOutcome.PROCEED and not lines:
        raise Refused(_("Add at least one step to the action plan."))
    if outcome == IntakeOutcome.ANOTHER and not suggested:
        raise Refused(_("Name the certificate that suits better."))
    if outcome == IntakeOutcome.REFER and not referred_to.strip():
        raise Refused(_("Say who or what helps more now. The applicant reads it."))
    if lines and outcome in (IntakeOutcome.ANOTHER, IntakeOutcome.REFER):
        raise Refused(_("This closes the case, so it has no plan. Put the steps into the summary."))


LETTERS = {
    IntakeOutcome.PROCEED: "action_plan_agreed",
    IntakeOutcome.PREPARE: "prepare_first",
    IntakeOutcome.ANOTHER: "another_certificate",
    IntakeOutcome.REFER: "referred",
}


def _tell(interview: IntakeInterview, application: Application) -> None:
    post(
        LETTERS[IntakeOutcome(interview.outcome)],
        to=application.applicant,
        key=f"interview:{interview.pk}:recorded",
        application=application.pk,
        interview=interview.pk,
    )


# What an outcome does to the case; preparing leaves it where it is.
MOVES = {
    IntakeOutcome.PROCEED: "complete",
    IntakeOutcome.ANOTHER: "redirect",
    IntakeOutcome.REFER: "refer",
}


def _go_on(interview: IntakeInterview, application: Application, by: User, at: datetime) -> None:
    verb = MOVES.get(IntakeOutcome(interview.outcome))
    if verb:
        application.move(verb, by=by, at=at, interview=interview.pk)
        return
    Event.objects.record(
        "prepare_first",
        about=application,
        by=by,
        at=at,
        case=application.trail_case(),
        interview=interview.pk,
    )


def _may_record(interview: IntakeInterview, application: Application, by: User) -> None:
    if interview.meeting.host_id != by.pk:
        raise Refused(_("Only the person who held the interview records it."))
    if interview.recorded_at:
        raise Refused(_("This interview is recorded already."))
    if not application.declared(by):
        raise NotDeclared(_("Declare your interests in this case first."))


@transaction.atomic
def missed(interview: IntakeInterview, *, by: User, at: datetime) -> Meeting:
    """The applicant did not come; they book again, and nothing counts against them."""
    if interview.meeting.host_id != by.pk:
        raise Refused(_("Only the person who held the interview records it."))
    return close(interview.meeting, state=State.GUEST_ABSENT, by=by, at=at)
