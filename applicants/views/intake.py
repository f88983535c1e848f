"""The interview: booking it, holding it, and the plan that comes of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from applicants import intake as services
from applicants.flow import Stage
from applicants.forms import BasePlan, InterviewForm, PlanFormSet
from applicants.models import ActionPlan, Application, IntakeInterview, IntakeOutcome, Prompt
from applicants.views.doors import any_case, declare_first, own_case
from frameworks.models import GuideQuestion, Statement
from meetings.finding import Slot
from meetings.forms import BookingForm
from trail.flow import Refused

DAYS_SHOWN = 4


@require_http_methods(["GET", "POST"])
def book(request: UserRequest, pk: int) -> HttpResponse:
    now, application = timezone.now(), own_case(request, pk)
    if booked := services.open_interview(application):
        return redirect("meetings:manage", pk=booked.meeting_id)
    waits = application.stage == Stage.INTAKE
    slots = services.interview_slots(application, at=now) if waits else []
    shown = slots if request.POST or "all" in request.GET else _soon(slots, request.user)
    form = BookingForm(request.POST or None, slots=shown, viewer=request.user)
    if form.is_valid():
        try:
            booked = services.book_interview(application, **form.booking(), by=request.user, at=now)
        except Refused as refusal:
            form.add_error("slot", str(refusal))
        else:
            messages.success(request, _("Your interview is booked. You both get a letter."))
            return redirect("meetings:manage", pk=booked.meeting_id)
    context = {"application": application, "form": form, "waits": waits}
    context |= {"host": _one_host(slots), "more": len(shown) < len(slots)}
    return render(request, "applicants/book.html", context)


def _soon(slots: list[Slot], viewer: User) -> list[Slot]:
    """The first days on which there are times: enough to choose from, on a phone too."""
    days = dict.fromkeys(slot.starts_at.astimezone(viewer.zone).date() for slot in slots)
    last = list(days)[:DAYS_SHOWN]
    return [slot for slot in slots if slot.starts_at.astimezone(viewer.zone).date() in last]


def _one_host(slots: list[Slot]) -> User | None:
    """The person who is met, where it can be one person only."""
    hosts = {slot.host for slot in slots}
    return hosts.pop() if len(hosts) == 1 else None


@require_GET
def talk(request: UserRequest, pk: int) -> HttpResponse:
    """From the calendar to the interview of a case: its latest one with this host."""
    held = IntakeInterview.objects.filter(application=any_case(request, pk))
    mine = held.filter(meeting__host=request.user).first()
    if mine is None:
        return redirect("case_file", pk=pk)
    return redirect("applicants:interview", pk=mine.pk)


@require_http_methods(["GET", "POST"])
def interview(request: UserRequest, pk: int) -> HttpResponse:
    held = _held(request, pk)
    application = held.application
    if not application.declared(request.user):
        return declare_first(request, application)
    statements = _statements(application)
    form = InterviewForm(request.POST or None)
    lines = _lines(statements, request.POST or None)
    # Both are asked, so that both show what is missing.
    if all([form.is_valid(), lines.is_valid()]) and not held.recorded_at:
        try:
            _record(held, form, lines.lines(statements), request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The interview is recorded. The applicant gets the plan."))
            return redirect("worklist")
    context = _page(held) | {"form": form, "lines": lines}
    return render(request, "applicants/interview.html", context)


def _held(request: UserRequest, pk: int) -> IntakeInterview:
    """The door: who holds the interview, while they have that part in the case."""
    mine = Application.objects.visible_to(request.user).filter(
        cast__person=request.user, cast__role=Role.INTAKE_MANAGER, cast__ended_at=None
    )
    held = IntakeInterview.objects.filter(meeting__host=request.user, application__in=mine)
    whole = held.select_related("meeting", "application__tier", "application__applicant")
    return get_object_or_404(whole, pk=pk)


def _statements(application: Application) -> list[Statement]:
    """Every statement that is asked for, once, in order."""
    return list({asked.statement_id: asked.statement for asked in application.asked()}.values())


def _lines(statements: list[Statement], data: Any) -> BasePlan:
    choices = [(str(s.pk), f"{s.code} {s.said.name[:70]}") for s in statements]
    return PlanFormSet(data, prefix="plan", form_kwargs={"statements": choices})


def _record(
    held: IntakeInterview, form: InterviewForm, lines: list[services.PlanLine], by: User
) -> None:
    answers = form.cleaned_data
    services.record_interview(
        held,
        outcome=IntakeOutcome(answers["outcome"]),
        summary=answers["summary"],
        private_note=answers["private_note"],
        lines=lines,
        next_check_on=answers["next_check_on"],
        by=by,
        at=timezone.now(),
    )


def _page(held: IntakeInterview) -> dict[str, Any]:
    return {
        "interview": held,
        "meeting": held.meeting,
        "application": held.application,
        "questions": GuideQuestion.objects.filter(meeting_type="intake_interview"),
        "prompts": Prompt.objects.filter(scope="general"),
        "outcomes": IntakeOutcome.choices,
        "began": held.meeting.has_begun(timezone.now()),
        "nav": "worklist",
    }


@require_POST
def missed(request: UserRequest, pk: int) -> HttpResponse:
    held = _held(request, pk)
    try:
        services.missed(held, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("applicants:interview", pk=pk)
    messages.success(request, _("Noted. The applicant is asked to choose another time."))
    return redirect("worklist")


@require_GET
def plan(request: UserRequest, pk: int) -> HttpResponse:
    application = any_case(request, pk)
    agreed = get_object_or_404(ActionPlan, application=application)
    own = application.applicant_id == request.user.pk
    if not own and not application.declared(request.user):
        return declare_first(request, application)
    context = {
        "application": application,
        "plan": agreed,
        "items": agreed.items.select_related("statement"),
        "summary": application.interviews.filter(outcome=IntakeOutcome.PROCEED).first(),
        "own": own,
        "nav": "home" if own else "worklist",
    }
    return render(request, "applicants/plan.html", context)


@require_POST
def sign(request: UserRequest, pk: int) -> HttpResponse:
    agreed = get_object_or_404(ActionPlan, application=own_case(request, pk))
    try:
        services.sign_plan(agreed, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("You have signed the plan."))
    return redirect("applicants:plan", pk=pk)


@require_POST
def tick(request: UserRequest, pk: int, item: int) -> HttpResponse:
    agreed = get_object_or_404(ActionPlan, application=own_case(request, pk))
    step = get_object_or_404(agreed.items, pk=item)
    done = request.POST.get("done") == "1"
    services.tick(step, done=done, by=request.user, at=timezone.now())
    return redirect("applicants:plan", pk=pk)
