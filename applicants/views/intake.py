"""The interview: booking it, holding it, recording it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
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
from applicants.forms import InterviewForm, plan_rows
from applicants.models import Application, IntakeInterview, IntakeOutcome
from applicants.plan_view import panel
from applicants.planning import PlanLine, first_lines
from applicants.views.doors import any_case, declare_first, own_case
from applicants.views.planning import row_context, statements_of, with_gaps
from certificates.dates import body_day
from certificates.models import Tier
from frameworks.models import GuideQuestion
from meetings.booking import Door, answer
from meetings.models import Kind, Meeting, PrivateNote
from meetings.slots_view import needs_words
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def book(request: UserRequest, pk: int) -> HttpResponse:
    now, application = timezone.now(), own_case(request, pk)
    if booked := services.open_interview(application):
        return redirect("meetings:manage", pk=booked.meeting_id)
    context = {"application": application, "waits": application.stage == Stage.INTAKE}
    if not context["waits"]:
        return render(request, "applicants/book.html", context)
    hosts = services.interview_hosts(application, at=now)
    context["host"] = hosts[0] if len(hosts) == 1 else None
    return answer(request, _door(application, hosts, context, request.user, now), at=now)


def _door(
    application: Application, hosts: list[User], context: dict[str, Any], by: User, at: datetime
) -> Door:
    def book_it(host: User, **answers: Any) -> Meeting:
        return services.book_interview(application, host=host, **answers, by=by, at=at).meeting

    about, template = application.trail_case(), "applicants/book.html"
    return Door(Kind.INTAKE, about, hosts, book_it, template, context)


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
    statements = statements_of(application)
    form = InterviewForm(request.POST or None, others=_others(application))
    rows = plan_rows(request.POST or None, statements=statements, lines=first_lines(application))
    # Both are asked, so that both show what is missing.
    if all([form.is_valid(), rows.is_valid()]) and not held.recorded_at:
        try:
            _record(held, form, with_gaps(request, rows, statements), request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The interview is recorded. The applicant gets a letter."))
            return redirect("applicants:interview", pk=pk)
    context = _page(held) | row_context(request, application) | {"form": form, "lines": rows}
    return render(request, "applicants/interview.html", context)


def _held(request: UserRequest, pk: int) -> IntakeInterview:
    """The door: who holds the interview, while they have that part in the case."""
    mine = Application.objects.visible_to(request.user).filter(
        cast__person=request.user, cast__role=Role.INTAKE_MANAGER, cast__ended_at=None
    )
    held = IntakeInterview.objects.filter(meeting__host=request.user, application__in=mine)
    whole = held.select_related("meeting", "application__tier", "application__applicant")
    return get_object_or_404(whole.select_related("application__renews"), pk=pk)


def _others(application: Application) -> QuerySet[Tier]:
    """What might suit better: certificates of another level that are open to new applicants."""
    return Tier.objects.offered().exclude(level=application.tier.level)


def _record(held: IntakeInterview, form: InterviewForm, lines: list[PlanLine], by: User) -> None:
    answers = form.cleaned_data
    services.record_interview(
        held,
        outcome=IntakeOutcome(answers["outcome"]),
        summary=answers["summary"],
        private_note=answers["private_note"],
        lines=lines,
        next_check_on=answers["next_check_on"],
        suggested=list(answers["suggested"]),
        referred_to=answers["referred_to"],
        by=by,
        at=timezone.now(),
    )


def _page(held: IntakeInterview) -> dict[str, Any]:
    now = timezone.now()
    questions = list(GuideQuestion.objects.filter(meeting_type="intake_interview"))
    return {
        "interview": held,
        "meeting": held.meeting,
        "needs": needs_words(held.meeting),
        "application": held.application,
        "questions": questions,
        "planned": sum(question.minutes for question in questions),
        "outcomes": IntakeOutcome.choices,
        "private_note": PrivateNote.text_of(held.meeting, held.meeting.host),
        "began": held.meeting.has_begun(now),
        "panel": panel(held.application, held.meeting.host, body_day(now)),
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
