"""The decider's desk, and the decision as the applicant reads it."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from applicants import assigning
from applicants import deciding as services
from applicants.flow import Stage
from applicants.forms import DecideForm
from applicants.models import Application, Outcome
from applicants.models.decision import APPEAL_DAYS
from applicants.views.doors import any_case, declare_first, own_case
from certificates.dates import body_day, years_after
from certificates.models import Certificate
from certificates.renewal import next_end
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def decide(request: UserRequest, pk: int) -> HttpResponse:
    application, now = _to_decide(request, pk), timezone.now()
    if not application.declared(request.user):
        return declare_first(request, application)
    form = DecideForm(request.POST or None)
    if form.is_valid():
        outcome, reasons = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["reasons"]
        try:
            services.decide(application, outcome=outcome, reasons=reasons, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The decision is recorded. The applicant gets a letter."))
            return redirect("worklist")
    context = _record(application, now) | {
        "form": form,
        "mine": application.cast.filter(person=request.user, ended_at=None).exists(),
    }
    return render(request, "applicants/decide.html", context)


def _record(application: Application, at: datetime) -> dict[str, Any]:
    """What the decider reads before deciding."""
    grounds = services.grounds_of(application, at)
    return {
        "application": application,
        "grounds": grounds,
        "stands": all(found.passed for found in grounds),
        "cast": application.cast.filter(ended_at=None).select_related("person").order_by("since"),
        "ends_on": ends_on(application, body_day(at)),
        "appeal_days": APPEAL_DAYS,
        "nav": "worklist",
    }


def _to_decide(request: UserRequest, pk: int) -> Application:
    """The door: a decision that waits, and whoever may make it."""
    application = any_case(request, pk)
    if application.stage != Stage.DECISION or Role.DECIDER not in application.acts_as(request.user):
        raise Http404
    return application


def ends_on(application: Application, day: date) -> date | None:
    """The last day of the certificate, were it awarded on that day."""
    if application.renews:
        return next_end(application.renews)
    years = application.tier.years_valid
    return years_after(day, years) if years else None


@require_POST
def take(request: UserRequest, pk: int) -> HttpResponse:
    """Take up a decision that nobody has taken."""
    application = _to_decide(request, pk)
    try:
        assigning.take(application, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("worklist")
    return redirect("applicants:decide", pk=pk)


@require_GET
def decision(request: UserRequest, pk: int) -> HttpResponse:
    """What was decided, why, and what can be done about it, for the person it is about."""
    application = own_case(request, pk)
    standing = application.decisions.select_related("by").first()
    if standing is None:
        raise Http404
    issued = Certificate.objects.filter(decision=standing.reference).select_related("tier")
    context = {
        "application": application,
        "decision": standing,
        "granted": standing.outcome == Outcome.GRANT,
        "certificates": issued,
        "may_appeal": standing.outcome == Outcome.DECLINE
        and standing.set_aside_at is None
        and body_day(timezone.now()) <= standing.appeal_until,
        "nav": "home",
    }
    return render(request, "applicants/decision.html", context)
