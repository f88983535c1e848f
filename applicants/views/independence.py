"""What binds people to each other: said before a file opens, and once for all cases."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import Grant, User
from applicants import assigning
from applicants.forms import CLEAR, INTEREST, DeclareForm, InterestForm, TeachForm
from applicants.models import Interest, TeachingRelation
from applicants.views.doors import file_to_open
from trail.flow import Refused


@require_http_methods(["GET", "POST"])
def declare(request: UserRequest, pk: int) -> HttpResponse:
    """Before the file opens; and, for who said that nothing binds them, the way out later."""
    application, me = file_to_open(request, pk), request.user
    said = application.declarations.filter(person=me).first()
    form = DeclareForm(request.POST or None)
    if form.is_valid():
        clear = form.cleaned_data["stand"] == CLEAR
        note = form.cleaned_data["note"]
        try:
            said = assigning.declare(application, clear=clear, note=note, by=me, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if said.clear:
                return redirect(*_next(request, pk))
            messages.success(request, _("You have stepped back. Somebody else takes this part."))
            return redirect("home")
    part = application.cast.filter(person=me).first()
    context: dict[str, Any] = {"application": application, "part": part, "said": said}
    context |= {"form": form, "clear": CLEAR, "interest": INTEREST, "nav": "worklist"}
    return render(request, "applicants/declare.html", context)


def _next(request: HttpRequest, pk: int) -> tuple[Any, ...]:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return (wanted,) if ours else ("case_file", pk)


@require_GET
def relations(request: UserRequest) -> HttpResponse:
    return _relations(request)


@require_POST
def teach(request: UserRequest) -> HttpResponse:
    form = TeachForm(request.POST, findable=_findable(request.user))
    if form.is_valid():
        about = form.relation(request.user)
        try:
            assigning.teach(**about, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. It bars both of you from judging the other."))
            return redirect("applicants:relations")
    return _relations(request, teach_form=form)


@require_POST
def interest(request: UserRequest) -> HttpResponse:
    form = InterestForm(request.POST, findable=_findable(request.user), prefix="interest")
    if form.is_valid():
        about, note = form.cleaned_data["email"], form.cleaned_data["note"]
        try:
            assigning.declare_interest(about=about, note=note, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. It bars both of you from judging the other."))
            return redirect("applicants:relations")
    return _relations(request, interest_form=form)


def _findable(me: User) -> QuerySet[User]:
    """Who works here may name anybody. Applicants may name who works here: only those could judge
    them, and nobody learns from this page whether somebody else has an account."""
    active = User.objects.filter(is_active=True)
    if me.roles:
        return active
    return active.filter(pk__in=Grant.objects.in_force(timezone.localdate()).values("user"))


def _relations(
    request: UserRequest,
    *,
    teach_form: TeachForm | None = None,
    interest_form: InterestForm | None = None,
) -> HttpResponse:
    me = request.user
    findable = _findable(me)
    teaching = TeachingRelation.objects.filter(Q(teacher=me) | Q(learner=me))
    context = {
        "teaching": teaching.select_related("teacher", "learner").order_by("-starts_on"),
        "interests": Interest.objects.filter(person=me).select_related("about"),
        "teach_form": teach_form or TeachForm(findable=findable),
        "interest_form": interest_form or InterestForm(findable=findable, prefix="interest"),
        "nav": "accounts:profile",
    }
    return render(request, "applicants/relations.html", context)
