"""Asking for a leave, and answering."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from certificates.steps import RenewalStep
from portfolios.panels import RenewalShare
from renewals import services
from renewals.flow import Stage
from renewals.forms import AnswerForm, LeaveForm
from renewals.models import Leave
from renewals.page import sums_of, underway
from renewals.views.doors import administrator, own_file, seen_leave
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def ask(request: UserRequest, number: str) -> HttpResponse:
    found = own_file(request, number)
    form = LeaveForm(request.POST or None, certificate=found)
    if form.is_valid():
        try:
            services.ask_leave(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("We have your request. You get a letter with the answer."))
            return redirect("renewals:file", number=number)
    leaves = list(Leave.objects.of(found))
    context = {
        "certificate": found,
        "form": form,
        "leaves": leaves,
        "waits": any(leave.stage == Stage.ASKED for leave in leaves),
        "used": services.used_days(found),
        "most": services.MOST_LEAVE,
        "why_closed": services.why_closed(found, timezone.now()),
        "nav": "certificates:wallet",
    }
    return render(request, "renewals/ask_leave.html", context)


@require_POST
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    leave = seen_leave(request, pk)
    if leave.certificate.holder_id != request.user.pk:
        raise Http404
    try:
        services.take_leave_back(leave, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your request is taken back."))
    return redirect("renewals:file", number=leave.certificate.number)


@require_GET
def desk(request: UserRequest) -> HttpResponse:
    """What renewal asks for, the leaves that wait, and the renewals that are under way."""
    administrator(request)
    leaves = Leave.objects.visible_to(request.user).select_related(
        "certificate__holder", "certificate__tier", "answered_by"
    )
    context = {
        "waiting": [sums_of(leave) for leave in leaves.waiting()],
        "answered": leaves.exclude(answered_by=None)[:20],
        "steps": RenewalStep.objects.prefetch_related("amounts"),
        "shares": RenewalShare.objects.select_related("tier"),
        "underway": underway(),
        "nav": "renewals:desk",
    }
    return render(request, "renewals/desk.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: UserRequest, pk: int) -> HttpResponse:
    """The request, the dates that would follow, and the answer."""
    administrator(request)
    leave = seen_leave(request, pk)
    form = AnswerForm(request.POST or None)
    if form.is_valid() and _answered(request, leave, form):
        messages.success(request, _("The answer is on its way by letter."))
        return redirect("renewals:desk")
    own = Role.ADMINISTRATOR not in leave.acts_as(request.user)
    context = {"row": sums_of(leave), "leave": leave, "form": form, "own": own}
    return render(request, "renewals/leave.html", context | {"nav": "renewals:desk"})


def _answered(request: UserRequest, leave: Leave, form: AnswerForm) -> bool:
    words, now = form.cleaned_data["answer"], timezone.now()
    try:
        if "grant" in request.POST:
            services.grant_leave(leave, by=request.user, at=now)
        else:
            services.refuse_leave(leave, answer=words, by=request.user, at=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
