"""What people may take: the list with what lapses soon, and the page of each person."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from accounts.models import Language, User
from accounts.roles import Role
from applicants import qualifying
from applicants.models import Qualification
from applicants.models.qualification import QUALIFIED
from applicants.staff_forms import CompetenceForm, QualifyForm
from applicants.views.doors import administrator
from certificates.dates import body_day, years_after
from certificates.models import Tier
from trail.flow import Refused

YEARS = 2  # what the form proposes


@require_GET
def listing(request: UserRequest) -> HttpResponse:
    """For administrators and the Director."""
    if not request.user.roles & {Role.ADMINISTRATOR, Role.DECIDER}:
        raise Http404
    today = body_day(timezone.now())
    context = {
        "standings": qualifying.standings(today),
        "every": Tier.objects.count(),
        "today": today,
        "nav": "accounts:people",
    }
    return render(request, "applicants/qualifications.html", context)


def _whom(request: UserRequest, pk: int) -> User:
    """One's own page, and for administrators and the Director everybody's."""
    keeps = request.user.roles & {Role.ADMINISTRATOR, Role.DECIDER}
    if not keeps and request.user.pk != pk:
        raise Http404
    return get_object_or_404(User, pk=pk, is_active=True)


@require_GET
def person(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _whom(request, pk))


@require_POST
def give(request: UserRequest, pk: int) -> HttpResponse:
    me, someone = administrator(request), _whom(request, pk)
    form = QualifyForm(request.POST, prefix="give")
    if form.is_valid():
        terms = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            qualifying.qualify(someone, terms.pop("role"), **terms, by=me, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The qualification is recorded."))
            return redirect("applicants:qualified", pk=pk)
    return _page(request, someone, give_form=form)


@require_POST
def record(request: UserRequest, pk: int) -> HttpResponse:
    me, someone = administrator(request), _whom(request, pk)
    form = CompetenceForm(request.POST, prefix="record")
    if form.is_valid():
        facts = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            qualifying.record_competence(
                someone, facts.pop("role"), **facts, by=me, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is recorded."))
            return redirect("applicants:qualified", pk=pk)
    return _page(request, someone, record_form=form)


@require_POST
def end(request: UserRequest, pk: int) -> HttpResponse:
    me = administrator(request)
    given = get_object_or_404(Qualification.objects.standing(), pk=pk)
    why = request.POST.get("why", "")[:2000]
    try:
        qualifying.end_qualification(given, why=why, by=me, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The qualification has ended."))
    return redirect("applicants:qualified", pk=given.person_id)


def _page(request: UserRequest, someone: User, **forms: Form) -> HttpResponse:
    today = body_day(timezone.now())
    first: dict[str, Any] = {"starts_on": today, "ends_on": years_after(today, YEARS)}
    first["languages"] = [Language.ENGLISH]
    keeps = bool(request.user.roles & {Role.ADMINISTRATOR, Role.DECIDER})
    rows = someone.qualifications.prefetch_related("tiers__scheme").select_related("given_by")
    context: dict[str, Any] = {
        "someone": someone,
        "own": someone == request.user,
        "keeps": keeps,
        "may_give": Role.ADMINISTRATOR in request.user.roles and someone != request.user,
        "roles": [role for role in QUALIFIED if role in someone.roles],
        "rows": rows,
        "every": Tier.objects.count(),
        "records": someone.competence.select_related("recorded_by"),
        "said": someone.declarations.yearly().order_by("at", "pk").last(),
        "today": today,
        "give_form": QualifyForm(prefix="give", initial=first),
        "record_form": CompetenceForm(prefix="record", initial={"on": today}),
        "nav": "accounts:people" if keeps else "accounts:profile",
    }
    return render(request, "applicants/qualified.html", context | forms)
