"""The impartiality register, exceptions, and teaching that is contested."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import Grant, User
from accounts.roles import Role
from applicants import declaring
from applicants import impartiality as register
from applicants.assigning import candidates
from applicants.flow import RegisterStage
from applicants.models import Application, PartException, TeachingRelation, Threat
from applicants.models.bonds import bonds
from applicants.models.impartiality import EXCEPTED_BONDS
from applicants.staff_forms import AnswerForm, ExceptionForm, ReviewForm, ThreatForm
from applicants.views.doors import administrator, any_case
from certificates.dates import body_day
from trail.flow import Refused
from trail.models import Event


def _keeper(request: UserRequest) -> User:
    if not request.user.roles & register.KEEPERS:
        raise Http404
    return request.user


def _nav(me: User) -> str:
    """The Director finds it in the navigation, administrators below the people."""
    return "applicants:impartiality" if Role.DECIDER in me.roles else "accounts:people"


def _owners() -> QuerySet[User]:
    grants = Grant.objects.in_force(body_day(timezone.now()))
    return User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("full_name")


@require_GET
def listing(request: UserRequest) -> HttpResponse:
    _keeper(request)
    return _register(request)


@require_POST
def note(request: UserRequest) -> HttpResponse:
    me = _keeper(request)
    form = ThreatForm(request.POST, cases=Application.objects.all(), owners=_owners())
    if form.is_valid():
        facts = form.cleaned_data
        scope = Threat.Scope(facts["scope"])
        about = register.About(
            scope,
            facts["case"] if scope == Threat.Scope.CASE else None,
            facts.get("person"),
            facts["organisation"] if scope == Threat.Scope.ORGANISATION else "",
        )
        kept = {k: facts[k] for k in ("what", "kind", "mitigation", "owner", "review_on")}
        try:
            threat = register.note_threat(**kept, about=about, by=me, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("applicants:threat", pk=threat.pk)
    return _register(request, form=form)


def _register(request: UserRequest, **more: Any) -> HttpResponse:
    today = body_day(timezone.now())
    threats = Threat.objects.select_related("owner", "person", "application__applicant")
    asked = PartException.objects.select_related(
        "application__tier", "application__applicant", "person", "asked_by", "answered_by"
    )
    context = {
        "open": threats.open(),
        "closed": threats.filter(stage=RegisterStage.CLOSED).order_by("-stage_since"),
        "asked": asked.filter(answer=""),
        "contested": TeachingRelation.objects.to_settle().select_related(
            "teacher", "learner", "answered_by"
        ),
        "settles": Role.ADMINISTRATOR in request.user.roles,
        "today": today,
        "form": ThreatForm(
            None, cases=Application.objects.none(), owners=_owners(), initial={"scope": "general"}
        ),
        "nav": _nav(request.user),
    }
    return render(request, "applicants/impartiality.html", context | more)


@require_http_methods(["GET", "POST"])
def threat(request: UserRequest, pk: int) -> HttpResponse:
    """One entry: look at it again; close it or open it again."""
    me, found = _keeper(request), get_object_or_404(Threat, pk=pk)
    data = request.POST if "review" in request.POST else None
    now_so = {"mitigation": found.mitigation, "owner": found.owner_id}
    form = ReviewForm(data, owners=_owners(), initial=now_so)
    if request.method == "POST" and _changed(request, found, form, me):
        return redirect("applicants:threat", pk=pk)
    context = {
        "threat": found,
        "form": form,
        "looks": found.reviews.select_related("by"),
        "history": Event.objects.about(found).select_related("actor").order_by("-pk"),
        "today": body_day(timezone.now()),
        "nav": _nav(request.user),
    }
    return render(request, "applicants/threat.html", context)


def _changed(request: UserRequest, found: Threat, form: ReviewForm, me: User) -> bool:
    now, words = timezone.now(), request.POST.get("words", "")[:2000]
    try:
        if "close" in request.POST:
            register.close(found, note=words, by=me, at=now)
        elif "reopen" in request.POST:
            register.reopen(found, note=words, by=me, at=now)
        elif form.is_valid():
            register.review(found, **form.cleaned_data, by=me, at=now)
        else:
            return False
    except Refused as refusal:
        messages.error(request, str(refusal))
        return "review" not in request.POST
    messages.success(request, _("Noted in the register."))
    return True


@require_http_methods(["GET", "POST"])
def ask(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for an exception: for an interview, and for bars that may be excepted from."""
    me, application = administrator(request), any_case(request, pk)
    form = ExceptionForm(request.POST or None, people=_exceptable(application))
    if form.is_valid():
        facts = form.cleaned_data
        try:
            register.ask_exception(application, form.role, **facts, by=me, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. A second person answers in the register."))
            return redirect("applicants:assign", pk=pk)
    context = {"application": application, "form": form, "nav": "worklist"}
    return render(request, "applicants/exception.html", context)


def _exceptable(application: Application) -> QuerySet[User]:
    """Intake Managers whom only excepted bars keep from it."""
    today = body_day(timezone.now())
    barred = [
        c.person.pk
        for c in candidates(application, Role.INTAKE_MANAGER, today)
        if not c.may_act and not c.lacks
    ]
    found = bonds(application, barred, today)
    soft = [pk for pk in barred if found.get(pk) and set(found[pk]) <= set(EXCEPTED_BONDS)]
    return User.objects.filter(pk__in=soft).order_by("full_name")


@require_http_methods(["GET", "POST"])
def answer(request: UserRequest, pk: int) -> HttpResponse:
    """A second person allows an exception or refuses it."""
    me = _keeper(request)
    asked = get_object_or_404(PartException.objects.select_related("application__tier"), pk=pk)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        granted = "allow" in request.POST
        try:
            register.answer_exception(
                asked, granted=granted, **form.cleaned_data, by=me, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is noted."))
            return redirect("applicants:impartiality")
    context = {"asked": asked, "form": form, "nav": _nav(request.user)}
    return render(request, "applicants/answer.html", context)


@require_POST
def settle(request: UserRequest, pk: int) -> HttpResponse:
    """What somebody contests stands, or never was so."""
    me = administrator(request)
    relation = get_object_or_404(TeachingRelation.objects.to_settle(), pk=pk)
    stands, words = "stands" in request.POST, request.POST.get("note", "")[:2000]
    try:
        declaring.settle_teaching(relation, stands=stands, note=words, by=me, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Settled."))
    return redirect("applicants:impartiality")
