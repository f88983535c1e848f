"""Who takes which part in a case: only people who may act are offered, and why not the others."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import UserRequest
from accounts.models import User
from accounts.roles import Role, parts_of_work
from applicants import assigning as services
from applicants.assigning import Candidate
from applicants.flow import OWNER, Stage
from applicants.forms import AssignForm
from applicants.models import Application
from applicants.models.case import STAFF_PARTS
from applicants.registry import parts_beside
from applicants.views.doors import administrator, any_case
from certificates.dates import body_day
from trail.flow import Refused


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the route: who holds it, who could, and who could not."""

    role: Role
    stage: Stage
    holder: User | None
    over: bool  # its step is done, or the case is closed
    may: list[Candidate]
    may_not: list[Candidate]


@require_http_methods(["GET", "POST"])
def assign(request: UserRequest, pk: int) -> HttpResponse:
    me, now = administrator(request), timezone.now()
    application = any_case(request, pk)
    form = AssignForm(request.POST or None)
    if form.is_valid():
        role, person = form.cleaned_data["role"], form.cleaned_data["person"]
        try:
            services.assign(application, role, person=person, by=me, at=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            said = _("%(person)s is the %(role)s now.")
            messages.success(request, said % {"person": person, "role": role.label})
        return redirect("applicants:assign", pk=pk)
    context = {
        "application": application,
        "parts": _parts(application, body_day(now)),
        "readiness": services.readiness(application, body_day(now)),
        "nav": "worklist",
    }
    return render(request, "applicants/assign.html", context)


def _parts(application: Application, on: date) -> list[Part]:
    held = {
        part.role: part.person
        for part in application.cast.filter(ended_at=None).select_related("person")
    }
    path = application.path
    here = path.index(Stage(application.stage)) if application.stage in path else -1
    beside = parts_beside(application)
    needed = [
        (place, stage, role)
        for place, stage in enumerate(path)
        for role in parts_of_work(OWNER[stage])
        if role in STAFF_PARTS and (role == OWNER[stage] or role in beside or role in held)
    ]
    parts = []
    for place, stage, role in needed:
        holder = held.get(role)
        others = [
            candidate
            for candidate in services.candidates(application, role, on)
            if candidate.person != holder
        ]
        parts.append(
            Part(
                role=role,
                stage=stage,
                holder=holder,
                over=not application.is_open or 0 <= place < here,
                may=[candidate for candidate in others if candidate.may_act],
                may_not=[candidate for candidate in others if not candidate.may_act],
            )
        )
    return parts
