"""The case as a whole, for the person whose case it is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from applicants import services
from applicants.views.doors import any_case, own_case
from trail.flow import Refused


@require_GET
def case(request: UserRequest, pk: int) -> HttpResponse:
    """The page of a case: home for its applicant, the case file for everybody else in it."""
    application = any_case(request, pk)
    if application.applicant_id == request.user.pk:
        return redirect("home")
    return redirect("case_file", pk=pk)


@require_http_methods(["GET", "POST"])
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    application = own_case(request, pk)
    if request.method == "POST":
        try:
            services.withdraw(application, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You have withdrawn. What you wrote is kept for 90 days."))
        return redirect("home")
    return render(request, "applicants/withdraw.html", {"application": application})


@require_POST
def resume(request: UserRequest, pk: int) -> HttpResponse:
    application = own_case(request, pk)
    try:
        services.resume(application, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Welcome back. Everything is where you left it."))
    return redirect("home")


@require_POST
def reminders(request: UserRequest, pk: int) -> HttpResponse:
    application = own_case(request, pk)
    paused = request.POST.get("paused") == "1"
    services.pause_reminders(application, paused=paused, by=request.user)
    said = _("We remind you no more.") if paused else _("We remind you again from now on.")
    messages.success(request, said)
    return redirect("home")
