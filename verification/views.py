"""The applicant chooses a time; the verifier's desk, its record, and its signature."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application
from meetings.booking import Door, answer
from meetings.models import Meeting
from trail.flow import Refused
from verification import desks, services
from verification.forms import RecordForm, SendBackForm, SignForm, outcome_forms
from verification.models import Found, Recommendation
from verification.script import meeting_kind, meeting_minutes, script


@require_http_methods(["GET", "POST"])
def book(request: UserRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    mine = Application.objects.visible_to(request.user).filter(applicant=request.user)
    application = get_object_or_404(mine.select_related("tier"), pk=pk)
    if (booked := services.upcoming(application, now)) is not None:
        return redirect("meetings:manage", pk=booked.pk)
    verifier, waits = services.verifier_of(application), application.stage == Stage.VERIFICATION
    context = {
        "application": application,
        "verifier": verifier,
        "waits": waits,
        "minutes": meeting_minutes(application),
    }
    if verifier is None or not waits:
        return render(request, "verification/book.html", context)
    return answer(request, _door(application, verifier, context, request.user, now), at=now)


def _door(
    application: Application, verifier: User, context: dict[str, Any], by: User, at: datetime
) -> Door:
    def book_it(_verifier: User, **answers: Any) -> Meeting:
        """The service finds the verifier itself: whoever holds the part by then."""
        return services.book(application, **answers, by=by, at=at).meeting

    kind, about = meeting_kind(application), application.trail_case()
    return Door(kind, about, [verifier], book_it, "verification/book.html", context)


@require_http_methods(["GET"])
def desk(request: UserRequest, pk: int) -> HttpResponse:
    application = _assigned(request, pk)
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    found = desks.desk_of(application, request.user, request.GET.get("area", ""))
    context = _context(application) | {
        "desk": found,
        "forms": outcome_forms(found.statements, found.record),
        "script": script(application),
    }
    return render(request, "verification/desk.html", context)


@require_POST
def area(request: UserRequest, pk: int, area: str) -> HttpResponse:
    """Save one area at once: what the page does without JavaScript."""
    application, now = _assigned(request, pk), timezone.now()
    found = desks.desk_of(application, request.user, area)
    forms = outcome_forms(found.statements, found.record, request.POST)
    if all([form.is_valid() for form in forms]):  # noqa: C419 - every form shows its own errors
        try:
            desks.save(application, forms, by=request.user, at=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(desks.address(application, found.after(area)))
    context = _context(application) | {
        "desk": found,
        "forms": forms,
        "script": script(application),
    }
    return render(request, "verification/desk.html", context)


@require_POST
def outcome(request: UserRequest, pk: int, area: str, code: str) -> HttpResponse:
    """Save one statement as it is chosen or typed; answers with whether it is safe."""
    application, now = _assigned(request, pk), timezone.now()
    found = desks.desk_of(application, request.user, area)
    statement = found.statement(code)
    if statement is None:
        raise Http404
    form = outcome_forms([statement], found.record, request.POST)[0]
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and not form.is_empty:
        try:
            desks.save(application, [form], by=request.user, at=now)
            context |= {"state": "saved", "at": now}
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "verification/_saved.html", context)


@require_http_methods(["GET", "POST"])
def record(request: UserRequest, pk: int) -> HttpResponse:
    """The frame of the record; with the button “sign” it is locked and handed on."""
    application, now = _assigned(request, pk), timezone.now()
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    signing = "sign" in request.POST
    initial = desks.frame_of(application, request.user)
    form = (SignForm if signing else RecordForm)(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            desks.save_frame(application, form.cleaned_data, by=request.user, at=now)
        except services.Incomplete as refusal:
            form.add_error(None, refusal.missing)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Signed. The case waits for the decision.") if signing else _("Saved.")
            messages.success(request, said)
            return redirect(*(["worklist"] if signing else ["verification:record", pk]))
    context = _context(application) | {
        "form": form,
        "desk": desks.desk_of(application, request.user, ""),
        "recommendations": Recommendation.choices,
    }
    return render(request, "verification/record.html", context)


@require_http_methods(["GET", "POST"])
def send_back(request: UserRequest, pk: int) -> HttpResponse:
    application, now = _assigned(request, pk), timezone.now()
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    found = desks.desk_of(application, request.user, "")
    form = SendBackForm(request.POST or None, asked=found.asked, initial=found.unconfirmed())
    if form.is_valid():
        try:
            desks.send_back(application, form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The entries are with the applicant again."))
            return redirect("worklist")
    context = _context(application) | {"form": form, "desk": found}
    return render(request, "verification/send_back.html", context)


def _assigned(request: UserRequest, pk: int) -> Application:
    """The door: the verifier of this case, and nobody else."""
    mine = Application.objects.visible_to(request.user).filter(
        cast__person=request.user, cast__role=Role.VERIFIER, cast__ended_at=None
    )
    return get_object_or_404(mine.select_related("tier", "applicant", "edition"), pk=pk)


def _context(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "found": Found,
        "minutes": meeting_minutes(application),
        "meeting": services.upcoming(application, timezone.now()),
        "open": application.stage == Stage.VERIFICATION,
        "nav": "worklist",
    }
