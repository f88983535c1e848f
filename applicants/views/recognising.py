"""The request of an education provider, as the staff answers it."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from accounts.models import User
from applicants import recognising
from applicants.models import ProviderRequest
from applicants.provider_flow import Hand, Kind
from applicants.provider_words import areas, languages, named
from applicants.recognising import MATTER, facts_of
from applicants.staff_forms import AgreeForm, AskMoreForm, ReasonsForm, RecogniseForm
from applicants.views.doors import administrator
from certificates.dates import body_day
from trail.flow import Refused

YEARS = 2  # of a recognition, unless another day is chosen
FORMS: dict[str, type[forms.Form]] = {"ask_more": AskMoreForm, "refuse": ReasonsForm}
DONE = {
    "acknowledge": gettext_lazy("Acknowledged. The provider gets a letter."),
    "ask_more": gettext_lazy("Asked. It is the provider’s turn now."),
    "recognise": gettext_lazy("Agreed. The entry is public, and the provider gets a letter."),
    "refuse": gettext_lazy("Refused. The provider gets a letter with your reasons."),
}
SHOWN = {
    "name": gettext_lazy("Name"),
    "country": gettext_lazy("Country"),
    "website": gettext_lazy("Website"),
    "offer": gettext_lazy("What it offers"),
    "languages": gettext_lazy("Taught in"),
    "areas": gettext_lazy("Areas of the profiles"),
    "alignment": gettext_lazy("How it relates to the statements"),
    "teachers": gettext_lazy("Who teaches"),
    "support": gettext_lazy("Learners with disabilities"),
    "complaints": gettext_lazy("How learners complain"),
    "public_email": gettext_lazy("E-mail address for learners"),
    "contact_name": gettext_lazy("Contact"),
    "contact_email": gettext_lazy("E-mail address of the contact"),
}


def _asked(request: UserRequest, pk: int) -> ProviderRequest:
    administrator(request)
    rows = ProviderRequest.objects.visible_to(request.user).select_related("provider")
    return get_object_or_404(rows, pk=pk)


@require_GET
def show(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _asked(request, pk))


@require_POST
def do(request: UserRequest, pk: int, verb: str) -> HttpResponse:
    """One step of it. What was typed is kept where it does not go through."""
    asked, at = _asked(request, pk), timezone.now()
    if verb == "declare":
        return _declare(request, asked, at)
    if verb not in DONE:
        raise Http404
    form = _form(verb, asked, at, request.POST)
    if form.is_valid():
        try:
            _step(verb, asked, form.cleaned_data, request.user, at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE[verb])
            return redirect("applicants:provider_request", pk)
    return _page(request, asked, verb, form)


def _declare(request: UserRequest, asked: ProviderRequest, at: datetime) -> HttpResponse:
    free = request.POST.get("free") == "yes"
    try:
        recognising.declare(asked, free=free, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if not free:
            messages.success(request, _("Thank you. Somebody else looks at this provider."))
    return redirect("applicants:provider_request", asked.pk)


def _step(verb: str, asked: ProviderRequest, said: dict[str, Any], by: User, at: datetime) -> None:
    if verb == "acknowledge":
        recognising.acknowledge(asked, by=by, at=at)
    elif verb == "ask_more":
        recognising.ask_more(asked, text=said["text"], by=by, at=at)
    elif verb == "recognise":
        recognising.recognise(asked, until=said.get("until"), by=by, at=at)
    else:
        recognising.refuse(asked, reasons=said["reasons"], by=by, at=at)


def _form(verb: str, asked: ProviderRequest, at: datetime, data: Any = None) -> forms.Form:
    if verb == "acknowledge":
        return AgreeForm(data)
    if verb == "recognise":
        if asked.kind == Kind.CHANGE:
            return AgreeForm(data)
        begins = body_day(at)
        if asked.provider and asked.provider.is_recognised(begins):
            begins = max(asked.provider.recognised_until or begins, begins)
        return RecogniseForm(data, initial={"until": recognising.later(begins, YEARS)})
    return FORMS[verb](data)


def _page(
    request: UserRequest, asked: ProviderRequest, verb: str = "", form: forms.Form | None = None
) -> HttpResponse:
    at, me = timezone.now(), request.user
    reads = asked.read_by(me)
    verbs = [move.verb for move in asked.moves_for(me)] if reads else []
    context = {
        "asked": asked,
        "reads": reads,
        "bound": Hand.STAFF not in asked.acts_as(me),
        "facts": _facts(asked, at) if reads else [],
        "notes": asked.notes.select_related("by") if reads else [],
        "steps": {one: form if one == verb else _form(one, asked, at) for one in verbs},
        "nav": "accounts:people",
    }
    return render(request, "applicants/provider_request.html", context)


def _facts(asked: ProviderRequest, at: datetime) -> list[tuple[str, str, str | None]]:
    """Label, what is asked for, and what the entry says now where that is something else."""
    now, choices = asked.provider, {"languages": languages(), "areas": areas(at)}
    differs = asked.is_open and now is not None

    def words(entry: Any, name: str) -> str:
        if name in choices:
            codes = [code for code in getattr(entry, name).split(",") if code]
            return ", ".join(named(codes, choices[name]))
        return str(getattr(entry, name))

    return [
        (
            str(label),
            words(asked, name),
            words(now, name)
            if differs and name in MATTER and getattr(now, name) != getattr(facts_of(asked), name)
            else None,
        )
        for name, label in SHOWN.items()
    ]
