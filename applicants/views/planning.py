"""The action plan: read, signed, ticked off, changed, looked at again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from applicants import planning as services
from applicants.forms import AmendForm, BasePlan, CheckDayForm, plan_rows
from applicants.models import ActionPlan, Application
from applicants.plan_view import help_for, panel, summary_of, versions_of
from applicants.planning import PlanLine, first_lines, side_of
from applicants.views.doors import any_case, declare_first
from certificates.dates import body_day
from frameworks.models import Statement
from trail.flow import Refused


@require_GET
def plan(request: UserRequest, pk: int) -> HttpResponse:
    """The plan of a case; for a renewal that has none yet, the plan it goes on from."""
    application, now = any_case(request, pk), timezone.now()
    own = application.applicant_id == request.user.pk
    if not own and not application.declared(request.user):
        return declare_first(request, application)
    seen = panel(application, request.user, body_day(now))
    if seen.now is None and seen.then is None:
        raise Http404
    context = {
        "application": application,
        "panel": seen,
        "check_form": CheckDayForm(),
        "check_due": _check_due(seen.now.plan, now) if seen.now else False,
        "versions": versions_of(seen.now.plan) if seen.now else [],
        "summary": summary_of(application),
        "own": own,
        "nav": "home" if own else "worklist",
    }
    return render(request, "applicants/plan.html", context)


def _check_due(agreed: ActionPlan, now: Any) -> bool:
    return agreed.next_check_on is not None and agreed.next_check_on <= body_day(now)


def _of_mine(request: UserRequest, pk: int) -> ActionPlan:
    """The door: the two between whom the plan is. Everybody else gets 404."""
    application = any_case(request, pk)
    agreed = get_object_or_404(ActionPlan.objects.select_related("manager"), application=pk)
    agreed.application = application
    if side_of(agreed, request.user) is None:
        raise Http404
    return agreed


@require_http_methods(["GET", "POST"])
def amend(request: UserRequest, pk: int) -> HttpResponse:
    """Change the plan. Who changes it signs by that; the other one is asked to."""
    agreed = _to_change(request, pk)
    application, statements = agreed.application, statements_of(agreed.application)
    start = {"next_check_on": agreed.next_check_on, "version": agreed.version}
    form = AmendForm(request.POST or None, initial=start)
    rows = plan_rows(
        request.POST or None, statements=statements, lines=first_lines(application, done=True)
    )
    if all([form.is_valid(), rows.is_valid()]):
        try:
            _amend(agreed, form, with_gaps(request, rows, statements), request)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The plan is changed and signed by you."))
            return redirect("applicants:plan", pk=pk)
    context = {"application": application, "form": form, "lines": rows, "plan": agreed}
    context |= row_context(request, application)
    return render(request, "applicants/amend.html", context)


def _to_change(request: UserRequest, pk: int) -> ActionPlan:
    """The plan of a closed case stays as it is: there is no page to change it."""
    agreed = _of_mine(request, pk)
    if not agreed.application.is_open:
        raise Http404
    return agreed


def _amend(
    agreed: ActionPlan, form: AmendForm, lines: list[PlanLine], request: UserRequest
) -> None:
    agreed.version = form.cleaned_data["version"]
    services.amend(
        agreed,
        lines,
        next_check_on=form.cleaned_data["next_check_on"],
        by=request.user,
        at=timezone.now(),
    )


# --- Rows of a plan, here and in the interview ------------------------------------------------
def statements_of(application: Application) -> list[Statement]:
    """Every statement that is asked for, once, in order."""
    return list({asked.statement_id: asked.statement for asked in application.asked()}.values())


def with_gaps(request: UserRequest, rows: BasePlan, statements: list[Statement]) -> list[PlanLine]:
    """The rows, and the gaps whose boxes were ticked: each becomes a step in its own words."""
    ticked = set(request.POST.getlist("gap"))
    chosen = [statement for statement in statements if str(statement.pk) in ticked]
    return rows.lines(statements) + [PlanLine(s.said.name[:300], s) for s in chosen]


def row_context(request: UserRequest, application: Application) -> dict[str, Any]:
    """What the rows of a plan are made with."""
    return {
        "help": help_for(application),
        "ticked": request.POST.getlist("gap"),
        "most": services.MOST_STEPS,
        "nav": "home" if application.applicant_id == request.user.pk else "worklist",
        "own": application.applicant_id == request.user.pk,
    }


# --- Signing, ticking, looking again ----------------------------------------------------------
@require_POST
def sign(request: UserRequest, pk: int) -> HttpResponse:
    agreed = _of_mine(request, pk)
    read = request.POST.get("version", "")
    agreed.version = int(read) if read.isdecimal() and len(read) < 6 else 0
    said = _("You have signed the plan.")
    _try(request, lambda: services.sign_plan(agreed, by=request.user, at=timezone.now()), said)
    return redirect("applicants:plan", pk=pk)


@require_POST
def tick(request: UserRequest, pk: int, item: int) -> HttpResponse:
    """From the plan or from wherever its steps are shown: back to there."""
    step = get_object_or_404(
        _of_mine(request, pk).items.select_related("plan__application"), pk=item
    )
    done = request.POST.get("done") == "1"
    _try(request, lambda: services.tick(step, done=done, by=request.user, at=timezone.now()))
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted) if ours else redirect("applicants:plan", pk=pk)


@require_POST
def check(request: UserRequest, pk: int) -> HttpResponse:
    agreed, form = _of_mine(request, pk), CheckDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the day as year-month-day: 2026-09-30."))
        return redirect("applicants:plan", pk=pk)
    day, now = form.cleaned_data["next_check_on"], timezone.now()
    said = _("Noted: you have looked at the plan together.")
    _try(
        request,
        lambda: services.check_plan(agreed, next_check_on=day, by=request.user, at=now),
        said,
    )
    return redirect("applicants:plan", pk=pk)


def _try(request: UserRequest, act: Callable[[], None], said: str = "") -> None:
    """Do it, or say kindly why not."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
