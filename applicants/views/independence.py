"""What binds people to each other: said before a file opens, and once for all cases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import Grant, User
from applicants import assigning, declaring
from applicants.forms import CLEAR, INTEREST, DeclareForm, InterestForm, TeachForm
from applicants.lapsing import DECLARE_AHEAD
from applicants.models import Affiliation, Interest, TeachingRelation
from applicants.models.qualification import QUALIFIED
from applicants.staff_forms import AffiliationForm, RelativeForm, YearForm
from applicants.views.doors import file_to_open
from certificates.dates import body_day
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

    def note() -> None:
        assigning.teach(**form.relation(request.user), by=request.user, at=timezone.now())

    said = _("Noted. It bars both of you from judging the other.")
    return _noted(request, form, note, said) or _relations(request, teach_form=form)


@require_POST
def interest(request: UserRequest) -> HttpResponse:
    form = InterestForm(request.POST, findable=_findable(request.user), prefix="interest")

    def note() -> None:
        about, words = form.cleaned_data["email"], form.cleaned_data["note"]
        assigning.declare_interest(about=about, note=words, by=request.user, at=timezone.now())

    said = _("Noted. It bars both of you from judging the other.")
    return _noted(request, form, note, said) or _relations(request, interest_form=form)


@require_POST
def join(request: UserRequest) -> HttpResponse:
    form = AffiliationForm(request.POST, prefix="join")

    def note() -> None:
        declaring.join(**form.cleaned_data, by=request.user, at=timezone.now())

    said = _("Noted. People of one organisation do not judge each other.")
    return _noted(request, form, note, said) or _relations(request, join_form=form)


@require_POST
def family(request: UserRequest) -> HttpResponse:
    form = RelativeForm(request.POST, prefix="family")

    def note() -> None:
        declaring.name_relative(**form.cleaned_data, by=request.user, at=timezone.now())

    said = _("Noted. It bars both of you from judging the other.")
    return _noted(request, form, note, said) or _relations(request, family_form=form)


@require_POST
def year(request: UserRequest) -> HttpResponse:
    """The yearly declaration of whoever works on cases."""
    if not _declares(request.user):
        raise Http404
    form = YearForm(request.POST, prefix="year")

    def note() -> None:
        words = form.cleaned_data["note"]
        declaring.declare_year(note=words, by=request.user, at=timezone.now())

    said = _("Declared. It holds for a year.")
    return _noted(request, form, note, said) or _relations(request, year_form=form)


@require_POST
def leave(request: UserRequest, pk: int) -> HttpResponse:
    tie = get_object_or_404(Affiliation, pk=pk, person=request.user)
    said = _("Noted. It bars for two more years.")
    return _done(request, lambda: declaring.leave(tie, by=request.user, at=timezone.now()), said)


@require_POST
def answer(request: UserRequest, pk: int) -> HttpResponse:
    """The other side confirms or contests teaching."""
    relation = get_object_or_404(TeachingRelation.objects.of(request.user), pk=pk)
    confirmed, note = "confirm" in request.POST, request.POST.get("note", "")[:2000]

    def deed() -> None:
        me, now = request.user, timezone.now()
        declaring.answer_teaching(relation, confirmed=confirmed, note=note, by=me, at=now)

    return _done(request, deed, _("Your answer is noted."))


@require_POST
def end(request: UserRequest, pk: int) -> HttpResponse:
    relation = get_object_or_404(TeachingRelation.objects.of(request.user), pk=pk)
    said = _("Noted. It bars for two more years.")

    def deed() -> None:
        declaring.end_teaching(relation, by=request.user, at=timezone.now())

    return _done(request, deed, said)


def _done(request: UserRequest, deed: Callable[[], None], said: str) -> HttpResponse:
    try:
        deed()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("applicants:relations")


def _noted(
    request: UserRequest, form: Form, note: Callable[[], None], said: str
) -> HttpResponse | None:
    """Back to the page, once it is written down; None where the form has to be shown again."""
    if not form.is_valid():
        return None
    try:
        note()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, said)
    return redirect("applicants:relations")


def _findable(me: User) -> QuerySet[User]:
    """Who works here may name anybody. Applicants may name who works here: only those could judge
    them, and nobody learns from this page whether somebody else has an account."""
    active = User.objects.filter(is_active=True)
    if me.roles:
        return active
    return active.filter(pk__in=Grant.objects.in_force(timezone.localdate()).values("user"))


def _declares(me: User) -> bool:
    return bool(me.roles & set(QUALIFIED))


def _relations(request: UserRequest, **forms: Form) -> HttpResponse:
    """The page, with a form that has to be filled in again where there is one."""
    me, today = request.user, body_day(timezone.now())
    findable = _findable(me)
    teaching = TeachingRelation.objects.of(me).filter(withdrawn_at=None)
    said = me.declarations.yearly().order_by("at", "pk").last()
    context: dict[str, Any] = {
        "teaching": [
            (relation, relation.may_answer(me))
            for relation in teaching.select_related("teacher", "learner").order_by("-starts_on")
        ],
        "interests": Interest.objects.filter(person=me).select_related("about"),
        "ties": me.affiliations.all(),
        "relatives": me.relatives.all(),
        "declares": _declares(me),
        "said": said,
        "holds": bool(said and said.holds_until >= today),
        "soon": bool(said and said.holds_until <= today + timedelta(days=DECLARE_AHEAD)),
        "teach_form": TeachForm(findable=findable),
        "interest_form": InterestForm(findable=findable, prefix="interest"),
        "join_form": AffiliationForm(prefix="join"),
        "family_form": RelativeForm(prefix="family"),
        "year_form": YearForm(prefix="year"),
        "nav": "accounts:profile",
    }
    return render(request, "applicants/relations.html", context | forms)
