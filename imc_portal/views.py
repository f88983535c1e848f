"""The pages that put the apps together: home, worklist, case file."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role
from appeals.desk import waiting_for
from applicants.assigning import readiness
from applicants.impartiality import exceptions_in
from applicants.models import Application
from certificates.dates import body_day
from certificates.proposals import PROPOSERS
from imc_portal import case_letters, casefile, homes
from imc_portal import worklist as work
from imc_portal.bids_waiting import waiting_bids
from imc_portal.dossiers.services import may_ask
from imc_portal.greeting import greeting
from imc_portal.next_step import next_step
from imc_portal.paths import path_of
from imc_portal.unclosed import award_proposals_for, proposals_for, unclosed
from imc_portal.whereabouts import whereabouts
from meetings.views.doors import kinds_of, sees_workload
from notices.letters import Obsolete
from register.views import front
from trail.seen import FILE, note_sight


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's first page: the public one, the applicant's, or that of the staff."""
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        return front(request)
    context: dict[str, Any] = {"greeting": greeting(user, now), "nav": "home"}
    if not user.roles:
        mine = homes.applicant_home(user, now)
        if mine.is_empty and homes.runs_programme(user):
            return redirect("awards:index")
        return render(request, "imc_portal/home_applicant.html", context | {"home": mine})
    context |= {"home": homes.staff_home(user, now), "meets": bool(kinds_of(user))}
    context |= {"bids": waiting_bids(user, now)}
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
    context |= {"matters": waiting_for(request.user, now), "bids": waiting_bids(request.user, now)}
    context |= {"oversees": bool(request.user.roles & {Role.DECIDER, Role.ADMINISTRATOR})}
    context |= {"meets": bool(kinds_of(request.user)), "watches": sees_workload(request.user)}
    context |= {"appoints": Role.ADMINISTRATOR in request.user.roles}
    context |= {"proposals": proposals_for(request.user)}
    context |= {"award_proposals": award_proposals_for(request.user)}
    context |= {"records": bool(request.user.roles & PROPOSERS)}
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
    note_sight(FILE, case=application.trail_case(), by=request.user, at=now)
    step = next_step(application, request.user, now)
    context = {
        "application": application,
        "status": casefile.status_sentence(application),
        "file": casefile.case_file(application, request.user, events),
        "step": step,
        "path": path_of(application, events, step.whose),
        "readiness": readiness(application, body_day(now)),
        "exceptions": exceptions_in(application),
        "may_assign": Role.ADMINISTRATOR in request.user.roles and application.is_open,
        "may_have_dossier": may_ask(application, request.user),
        "may_step_back": application.cast.filter(person=request.user, ended_at=None).exists(),
        "nav": "worklist",
    }
    return render(request, "imc_portal/case_file.html", context)


@require_GET
def letters(request: UserRequest, pk: int) -> HttpResponse:
    """What the case has sent and will send, and with `key` the words of one of these letters."""
    cases = Application.objects.visible_to(request.user)
    application = get_object_or_404(cases.select_related("applicant", "tier", "edition"), pk=pk)
    own, now = application.applicant_id == request.user.pk, timezone.now()
    if not own and casefile.is_locked(application, request.user):
        return redirect("applicants:declare", pk=pk)
    context = {
        "application": application,
        "own": own,
        "may_read": own or application.declared(request.user),
        "nav": "home" if own else "worklist",
    }
    if key := request.GET.get("key", ""):
        return _letter(request, context, key, now)
    context |= {
        "sent": case_letters.sent(application, request.user),
        "to_come": case_letters.to_come(application, request.user, now),
    }
    return render(request, "imc_portal/letters.html", context)


def _letter(request: UserRequest, context: dict[str, Any], key: str, at: datetime) -> HttpResponse:
    if not context["may_read"]:
        raise Http404
    try:
        opened = case_letters.opened(context["application"], request.user, key, at)
    except Obsolete:
        return render(request, "imc_portal/letter.html", context)
    if opened is None:
        raise Http404
    return render(request, "imc_portal/letter.html", context | {"letter": opened})


def flow(request: UserRequest) -> HttpResponse:
    """The whole flow in numbers, for those who watch over it; to others it is not there."""
    if not request.user.roles & {Role.DECIDER, Role.ADMINISTRATOR}:
        raise Http404
    context = {"flow": whereabouts(request.user, timezone.now()), "nav": "worklist"}
    context |= {"may_read_trail": Role.DECIDER in request.user.roles}
    return render(request, "imc_portal/flow.html", context)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Nothing was changed, and we say so kindly. The reason is for the log, not for people."""
    return render(request, "403_csrf.html", status=403)
