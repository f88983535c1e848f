"""Appealing, following one's appeal, and the panel's answer."""

from typing import Any

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from appeals import services
from appeals.flow import ANSWER_DAYS, Stage
from appeals.forms import UPHOLD, AnswerForm, AppealForm
from appeals.models import Appeal, Ground
from applicants.models import Decision
from applicants.views.doors import declare_first
from certificates.dates import body_day
from trail.flow import Refused

OPEN_FIRST = Case(When(stage=Stage.PANEL, then=Value(0)), default=Value(1))


@require_http_methods(["GET", "POST"])
def appeal(request: UserRequest, pk: int) -> HttpResponse:
    """`pk` is the case: its standing decision is what one appeals against."""
    mine = Decision.objects.filter(application__applicant=request.user, set_aside_at=None)
    decision = get_object_or_404(mine.select_related("application__tier"), application=pk)
    running = decision.appeals.exclude(stage=Stage.TAKEN_BACK).first()
    if running is not None:
        return redirect("appeals:show", pk=running.pk)
    form, now = AppealForm(request.POST or None), timezone.now()
    if form.is_valid():
        ground, text = Ground(form.cleaned_data["ground"]), form.cleaned_data["text"]
        try:
            received = services.appeal(decision, ground=ground, text=text, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your appeal has reached us. You get a letter."))
            return redirect("appeals:show", pk=received.pk)
    late = body_day(now) > decision.appeal_until
    context = {"decision": decision, "application": decision.application, "form": form}
    context |= {"days": ANSWER_DAYS, "late": late, "nav": "home"}
    return render(request, "appeals/appeal.html", context)


@require_http_methods(["GET", "POST"])
def show(request: UserRequest, pk: int) -> HttpResponse:
    found, me = _appeal(request, pk), request.user
    application = found.decision.application
    panel = Role.PANEL_CHAIR in found.acts_as(me)
    if panel and not application.declared(me):
        return declare_first(request, application)
    if request.method == "POST" and not panel:
        raise Http404
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            _answer(found, form.cleaned_data, me)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answer is recorded. The applicant gets a letter."))
            return redirect("appeals:show", pk=pk)
    return render(request, "appeals/show.html", _page(found, me, form, panel=panel))


@require_POST
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    found = _appeal(request, pk)
    try:
        services.take_back(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have taken your appeal back. The decision stands."))
    return redirect("appeals:show", pk=pk)


@require_GET
def listing(request: UserRequest) -> HttpResponse:
    """For the secretary and the panel: what is open first, the oldest first."""
    if not request.user.roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}:
        raise Http404
    seen = _whole(request.user).exclude(decision__application__applicant=request.user)
    context = {
        "appeals": seen.order_by(OPEN_FIRST, "answer_due_on", "pk"),
        "today": body_day(timezone.now()),
        "open": Stage.PANEL,
        "nav": "worklist",
    }
    return render(request, "appeals/list.html", context)


def _whole(user: User) -> Any:
    whole = ("decision__application__tier", "decision__application__applicant", "decision__by")
    return Appeal.objects.visible_to(user).select_related(*whole)


def _appeal(request: UserRequest, pk: int) -> Appeal:
    found: Appeal = get_object_or_404(_whole(request.user), pk=pk)
    return found


def _answer(found: Appeal, answers: dict[str, Any], by: User) -> None:
    uphold = answers["outcome"] == UPHOLD
    services.answer(found, uphold=uphold, reasons=answers["reasons"], by=by, at=timezone.now())


def _page(found: Appeal, me: User, form: AnswerForm, *, panel: bool) -> dict[str, Any]:
    application = found.decision.application
    is_open = found.stage == Stage.PANEL
    mine = application.applicant_id == me.pk
    return {
        "appeal": found,
        "decision": found.decision,
        "application": application,
        "form": form,
        "mine": mine,
        "is_open": is_open,
        "may_answer": panel and is_open,
        "may_take_back": mine and is_open,
        "today": body_day(timezone.now()),
        "nav": "home" if mine else "worklist",
    }
