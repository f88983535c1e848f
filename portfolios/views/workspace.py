"""The workspace: where everything stands, and handing it in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from applicants.plan_view import panel
from certificates.dates import body_day
from files.uploads import ACCEPT
from portfolios import handing_in, writing
from portfolios.feedback import rounds_of
from portfolios.forms import DeclarationForm, LinkForm
from portfolios.logbook import LogSession
from portfolios.models import Portfolio
from portfolios.views.doors import own_case, own_portfolio
from portfolios.workspace import frozen_parts
from portfolios.workspace import workspace as read
from trail.flow import Refused

SHOWN = 3  # lines of the log on this page


@require_GET
def workspace(request: UserRequest, pk: int) -> HttpResponse:
    case = own_case(request, pk)
    portfolio = Portfolio.objects.filter(application=case).first()
    if portfolio is None:
        return render(request, "portfolios/begin.html", {"case": case})
    portfolio.application = case
    plan = panel(case, request.user, body_day(timezone.now()))
    work = read(portfolio)
    show = request.GET.get("show", "")
    context = {
        "case": case,
        "portfolio": portfolio,
        "work": work,
        "show": show,
        "shown": [cell for cell in work.cells if cell.state == show],
        "sessions": LogSession.objects.filter(person=request.user)[:SHOWN],
        "link_form": LinkForm(),
        "accept": ACCEPT,
        "panel": plan,
        "has_feedback": case.audits.closed().exists(),
        "late": bool(case.due_on and case.due_on < body_day(timezone.now()) and work.writable),
    }
    return render(request, "portfolios/workspace.html", context)


@require_POST
def begin(request: UserRequest, pk: int) -> HttpResponse:
    case = own_case(request, pk)
    try:
        portfolio = writing.open_portfolio(case, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("applicants:case", pk=pk)
    carried = portfolio.entries.filter(state="carried").count()
    if carried:
        messages.success(
            request, _("%(count)s entries carried over from before.") % {"count": carried}
        )
    return redirect("portfolios:workspace", pk=pk)


@require_http_methods(["GET", "POST"])
def send(request: UserRequest, pk: int) -> HttpResponse:
    portfolio = own_portfolio(request, pk)
    case = portfolio.application
    crisis = handing_in.asks_crisis_readiness(case, timezone.now())
    form = DeclarationForm(request.POST or None, crisis=crisis)
    if form.is_valid():
        try:
            handing_in.hand_in(
                portfolio, declaration=form.declaration(), by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your portfolio is with us. Take a breath."))
            return redirect("portfolios:workspace", pk=pk)
    context = {
        "case": case,
        "missing": handing_in.missing(portfolio),
        "unanswered": handing_in.unanswered(portfolio),
        "form": form,
    }
    return render(request, "portfolios/send.html", context)


@require_GET
def submission(request: UserRequest, pk: int, nth: int) -> HttpResponse:
    """What one handed in, as it was: nothing of it is read from anywhere but the snapshot."""
    portfolio = own_portfolio(request, pk)
    sent = get_object_or_404(portfolio.submissions, number=nth)
    context = {
        "case": portfolio.application,
        "submission": sent,
        "parts": frozen_parts(sent),
        "last": portfolio.submissions.latest("number").number,
    }
    return render(request, "portfolios/submission.html", context)


@require_GET
def feedback(request: UserRequest, pk: int) -> HttpResponse:
    """What the auditors found, for the applicant, once an audit is closed."""
    case = own_case(request, pk)
    context = {"case": case, "rounds": rounds_of(case)}
    return render(request, "portfolios/feedback.html", context)
