"""Appealing, following one's appeal, and the list for those who answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from appeals import services
from appeals.desk import listed
from appeals.flow import ANSWER_DAYS, Stage
from appeals.forms import AppealForm
from appeals.models import Ground
from appeals.views.doors import appeal_of, appeal_page, undeclared
from applicants.models import Decision
from certificates.dates import body_day
from trail.flow import Refused


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


@require_GET
def show(request: UserRequest, pk: int) -> HttpResponse:
    found = appeal_of(request, pk)
    if elsewhere := undeclared(request, found):
        return elsewhere
    return render(request, "appeals/show.html", appeal_page(request, found))


@require_POST
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    found = appeal_of(request, pk)
    try:
        services.take_back(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have taken your appeal back. The decision stands."))
    return redirect("appeals:show", pk=pk)


@require_GET
def listing(request: UserRequest) -> HttpResponse:
    """For the secretary and the panels: what is open first, the earliest day first."""
    rows = listed(request.user, timezone.now())
    handles = request.user.roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}
    if not handles and not request.user.seats.exists():
        raise Http404
    return render(request, "appeals/list.html", {"rows": rows, "nav": "worklist"})
