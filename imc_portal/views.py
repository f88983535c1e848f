"""The pages that put the apps together: home, worklist, case file."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from applicants.assigning import readiness
from applicants.models import Application
from certificates.dates import body_day
from imc_portal import casefile, homes
from imc_portal import worklist as work
from imc_portal.greeting import greeting
from imc_portal.next_step import next_step
from imc_portal.paths import path_of
from imc_portal.unclosed import unclosed
from meetings.views.doors import kinds_of, sees_workload
from register.views import front


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's first page: the public one, the applicant's, or that of the staff."""
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        return front(request)
    context: dict[str, Any] = {"greeting": greeting(user, now), "nav": "home"}
    if not user.roles:
        context |= {"home": homes.applicant_home(user, now)}
        return render(request, "imc_portal/home_applicant.html", context)
    context |= {"home": homes.staff_home(user, now), "meets": bool(kinds_of(user))}
    if homes.has_cases(user):
        context |= {"own": homes.applicant_home(user, now)}
    return render(request, "imc_portal/home_staff.html", context)


@require_GET
def worklist(request: UserRequest) -> HttpResponse:
    if not request.user.roles:
        return redirect("home")
    now = timezone.now()
    found = work.worklist(request.user, now, request.GET.dict())
    context = {"work": found, "unclosed": unclosed(request.user, now), "nav": "worklist"}
    context |= {"meets": bool(kinds_of(request.user)), "watches": sees_workload(request.user)}
    return render(request, "imc_portal/worklist.html", context)


@require_GET
def case_file(request: UserRequest, pk: int) -> HttpResponse:
    cases = Application.objects.visible_to(request.user)
    application = get_object_or_404(cases.select_related("applicant", "tier", "edition"), pk=pk)
    if application.applicant_id == request.user.pk:
        return redirect("applicants:case", pk=pk)
    if casefile.is_locked(application, request.user):
        return redirect("applicants:declare", pk=pk)
    now, events = timezone.now(), list(application.history())
    step = next_step(application, request.user, now)
    context = {
        "application": application,
        "status": casefile.status_sentence(application),
        "file": casefile.case_file(application, request.user, events),
        "step": step,
        "path": path_of(application, events, step.whose),
        "readiness": readiness(application, body_day(now)),
        "may_assign": Role.ADMINISTRATOR in request.user.roles and application.is_open,
        "may_step_back": application.cast.filter(person=request.user, ended_at=None).exists(),
        "nav": "worklist",
    }
    return render(request, "imc_portal/case_file.html", context)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Nothing was changed, and we say so kindly. The reason is for the log, not for people."""
    return render(request, "403_csrf.html", status=403)
