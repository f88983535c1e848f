"""Recognised education providers: found by anybody, kept by their contacts."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import limits
from accounts.http import UserRequest
from accounts.models import User
from applicants import providing, recognising, rosters
from applicants.conditions import conditions
from applicants.models import Provider, ProviderRequest
from applicants.provider_flow import Kind, Stage
from applicants.provider_words import areas
from certificates.dates import body_day
from frameworks.tables import BYTES
from notices.models import BodyFact
from register.provider_forms import EntryForm, HandInForm, NoteForm, ProviderSearch
from register.providers import ON_A_PAGE, countries, entries, search
from trail.flow import Refused

REQUESTS, ANSWERS, MISSES, SHOWN = 5, 20, 30, 100  # an hour from one address; faults on a page
ROSTER_BYTES = 1024 * 1024
NAV = "register:providers"


# --- For everybody --------------------------------------------------------------------------------
@login_not_required
@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    today = body_day(at)
    taught = areas(at)
    form = ProviderSearch(request.GET, countries=countries(today), taught=taught)
    said = form.cleaned_data if form.is_valid() else {}
    first = ((said.get("page") or 1) - 1) * ON_A_PAGE
    rows = list(search(today, said)[first : first + ON_A_PAGE + 1])
    asked = {k: v for k in ("q", "country", "language", "area") if (v := said.get(k))}
    context = {
        "form": form,
        "entries": entries(rows[:ON_A_PAGE], taught),
        "following": (said.get("page") or 1) + 1 if len(rows) > ON_A_PAGE else 0,
        "query": urlencode(asked),
        "asked": bool(asked),
        "nav": NAV,
    }
    return render(request, "register/providers.html", context)


@login_not_required
@require_safe
def provider(request: HttpRequest, provider: int) -> HttpResponse:
    """What a provider offers, and whether it is recognised: a former one is told truly."""
    at = timezone.now()
    today = body_day(at)
    found = get_object_or_404(Provider.objects.public(today), pk=provider)
    context = {
        "entry": entries([found], areas(at))[0],
        "provider": found,
        "recognised": found.is_recognised(today),
        "conditions": conditions(),
        "nav": NAV,
    }
    return render(request, "register/provider.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def ask_recognition(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    user = request.user if isinstance(request.user, User) else None
    form = EntryForm(request.POST or None, at=at, user=user)
    if form.from_a_machine:
        return redirect("register:provider_asked")
    if form.is_valid():
        if limits.used_up("provider", REQUESTS, request, at):
            form.add_error(None, _("You wrote several times this hour. Try again in an hour."))
        elif made := _asked(form, user, at):
            limits.note("provider", request, at)
            known = made.stage == Stage.RECEIVED
            if known:
                return redirect("register:provider_request", made.secret)
            return redirect("register:provider_asked")
    context = {"form": form, "conditions": conditions(), "facts": BodyFact.objects.values_map()}
    return render(request, "register/provider_ask.html", {**context, "nav": NAV})


def _asked(form: EntryForm, user: User | None, at: datetime) -> ProviderRequest | None:
    try:
        return recognising.ask(form.facts(), token=form.cleaned_data["token"], by=user, at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@login_not_required
@require_safe
def provider_asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody: it tells nothing about the address."""
    return render(request, "register/provider_asked.html", {"nav": NAV})


@login_not_required
@require_http_methods(["GET", "POST"])
def provider_request(request: HttpRequest, wish: str) -> HttpResponse:
    """Whoever knows the address reads how it is going, confirms, answers, or takes it back."""
    at = timezone.now()
    if limits.used_up("provider-follow", MISSES, request, at):
        return render(request, "register/wait.html", status=429)
    found = recognising.by_secret(wish)
    if found is None:
        limits.note("provider-follow", request, at)
        raise Http404
    verb = request.POST.get("verb", "")
    form = NoteForm(request.POST if verb == "answer" else None)
    if verb and _done(request, found, form, verb, at):
        return redirect("register:provider_request", wish)
    response = render(request, "register/provider_request.html", _following(found, form, at))
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


def _done(
    request: HttpRequest, found: ProviderRequest, form: NoteForm, verb: str, at: datetime
) -> bool:
    if limits.used_up("provider-answer", ANSWERS, request, at):
        form.add_error(None, _("You wrote several times this hour. Try again in an hour."))
        return False
    try:
        if verb == "confirm":
            recognising.confirm_address(found, at=at)
        elif verb == "take_back":
            recognising.take_back(found, by=None, at=at)
        elif form.is_valid():
            limits.note("provider-answer", request, at)
            recognising.answer(found, text=form.cleaned_data["text"], by=None, at=at)
        else:
            return False
    except Refused as refusal:
        messages.error(request, str(refusal))
    return True


def _following(found: ProviderRequest, form: NoteForm, at: datetime) -> dict[str, Any]:
    return {
        "asked": found,
        "entry": entries([found], areas(at))[0],
        "notes": found.notes.all(),
        "form": form,
        "stage": Stage(found.stage),
        "nav": NAV,
    }


# --- For whoever speaks for a provider ------------------------------------------------------------
def _mine(request: UserRequest, pk: int) -> Provider:
    return get_object_or_404(Provider.objects.of_contact(request.user), pk=pk)


@require_GET
def my_providers(request: UserRequest) -> HttpResponse:
    mine = list(Provider.objects.of_contact(request.user))
    if len(mine) == 1:
        return redirect("register:my_provider", mine[0].pk)
    return render(request, "register/my_providers.html", {"providers": mine, "nav": NAV})


@require_GET
def my_provider(request: UserRequest, pk: int) -> HttpResponse:
    return _own_page(request, _mine(request, pk))


def _own_page(request: UserRequest, mine: Provider, **more: Any) -> HttpResponse:
    """Nothing here comes from what applicants told us."""
    today = body_day(timezone.now())
    look = more.get("look")
    context = {
        "provider": mine,
        "recognised": mine.is_recognised(today),
        "may_confirm": mine.may_confirm(today),
        "open": mine.requests.open().first(),
        "files": mine.roster_files.all()[:20],
        "form": HandInForm(initial={"token": uuid4()}),
        "columns": rosters.COLUMNS,
        "conditions": conditions(),
        "count": len(look.problems) if look else 0,
        "problems": look.problems[:SHOWN] if look else [],
        "notes": look.notes if look else [],
        "name": look.name if look else "",
        "nav": NAV,
    }
    return render(request, "register/my_provider.html", context | more)


@require_http_methods(["GET", "POST"])
def edit_provider(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """The entry as it is to be: changed, or with the wish to stay recognised."""
    mine, at = _mine(request, pk), timezone.now()
    renewing = kind == Kind.RENEWAL
    if kind not in {Kind.CHANGE, Kind.RENEWAL}:
        raise Http404
    now = recognising.facts_of(mine)
    form = EntryForm(request.POST or None, at=at, facts=now, agreed=not renewing)
    if form.is_valid():
        change = providing.renew if renewing else providing.edit
        try:
            made = change(
                mine, form.facts(), token=form.cleaned_data["token"], by=request.user, at=at
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("We look at it first.") if made else _("Saved."))
            return redirect("register:my_provider", pk)
    context = {"provider": mine, "form": form, "renewing": renewing, "conditions": conditions()}
    return render(request, "register/provider_edit.html", {**context, "nav": NAV})


@require_POST
def confirm_provider(request: UserRequest, pk: int) -> HttpResponse:
    mine = _mine(request, pk)
    try:
        providing.confirm_year(mine, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. The entry is confirmed for a year."))
    return redirect("register:my_provider", pk)


@require_POST
def hand_in_roster(request: UserRequest, pk: int) -> HttpResponse:
    """Faults of the file are told at once; what is in it is held for the staff."""
    mine, form = _mine(request, pk), HandInForm(request.POST, request.FILES)
    if not form.is_valid():
        return _own_page(request, mine, form=form)
    file = form.cleaned_data["file"]
    if file.size > min(ROSTER_BYTES, BYTES):
        form.add_error("file", _("The file is larger than 1 MB. Send it in parts."))
        return _own_page(request, mine, form=form)
    look = rosters.read_alone(file.name[:200], file.read())
    if look.problems:
        return _own_page(request, mine, look=look)
    try:
        token = form.cleaned_data["token"]
        providing.hand_in(mine, look, token=token, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. We hold it until one of us takes it in."))
    return redirect("register:my_provider", pk)
