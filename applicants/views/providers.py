"""Education providers and their rosters, kept by administrators."""

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import UserRequest
from applicants import providing, rosters
from applicants.models import Provider, ProviderRequest, RosterFile
from applicants.staff_forms import ProviderForm, ReasonsForm, RosterForm
from applicants.views.doors import administrator
from certificates.dates import body_day
from frameworks.tables import BYTES
from trail.flow import Refused

SHOWN = 100
NAV = "accounts:people"


@require_http_methods(["GET", "POST"])
def listing(request: UserRequest) -> HttpResponse:
    administrator(request)
    today = body_day(timezone.now())
    form = ProviderForm(request.POST or None)
    if form.is_valid():
        return redirect("applicants:provider", pk=form.save().pk)
    waiting = Q(rows__relation=None, rows__withdrawn_at=None)
    counts = {"taught": Count("rows"), "waiting": Count("rows", filter=waiting)}
    found = Provider.objects.annotate(**counts)
    asked = ProviderRequest.objects.visible_to(request.user).open()
    context = {
        "providers": [(one, one.is_recognised(today)) for one in found],
        "asked": asked.order_by("stage_since"),
        "files": RosterFile.objects.waiting().select_related("provider").defer("content"),
        "form": form,
        "nav": NAV,
    }
    return render(request, "applicants/providers.html", context)


@require_http_methods(["GET", "POST"])
def provider(request: UserRequest, pk: int) -> HttpResponse:
    administrator(request)
    found = get_object_or_404(Provider, pk=pk)
    form = ProviderForm(request.POST or None, instance=found)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("applicants:provider", pk=pk)
    return _page(request, get_object_or_404(Provider, pk=pk), form=form)


@require_http_methods(["POST"])
def end_recognition(request: UserRequest, pk: int) -> HttpResponse:
    me, found = administrator(request), get_object_or_404(Provider, pk=pk)
    form = ReasonsForm(request.POST)
    if not form.is_valid():
        return _page(request, found, end_form=form)
    try:
        why = form.cleaned_data["reasons"]
        providing.end_recognition(found, why=why, by=me, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The recognition has ended. The provider gets a letter."))
    return redirect("applicants:provider", pk=pk)


@require_http_methods(["GET", "POST"])
def roster_file(request: UserRequest, pk: int) -> HttpResponse:
    """A roster that its provider handed in: looked through, then taken in or sent back."""
    me = administrator(request)
    file = get_object_or_404(RosterFile.objects.waiting().select_related("provider"), pk=pk)
    form = ReasonsForm(request.POST if "send_back" in request.POST else None)
    try:
        if "take" in request.POST:
            providing.take_in(file, by=me, at=timezone.now())
            messages.success(request, _("The roster is taken in."))
            return redirect("applicants:provider", pk=file.provider_id)
        if form.is_valid():
            why = form.cleaned_data["reasons"]
            providing.send_back(file, why=why, by=me, at=timezone.now())
            messages.success(request, _("Sent back. The provider gets a letter."))
            return redirect("applicants:provider", pk=file.provider_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
    look = rosters.look_through(file.provider, name=file.name, content=bytes(file.content))
    context = {"file": file, "look": look, "form": form, "nav": NAV}
    return render(request, "applicants/roster_file.html", context)


@require_http_methods(["POST"])
def roster(request: UserRequest, pk: int) -> HttpResponse:
    """First a look through, which shows every fault or what would change; then, with the same
    table sent back, taking it in."""
    me, found = administrator(request), get_object_or_404(Provider, pk=pk)
    sent = _again(request)
    form = RosterForm(request.POST, request.FILES)
    if sent is None and form.is_valid():
        file = form.cleaned_data["file"]
        sent = file.name[:200], file.read(BYTES + 1)
    if sent is None:
        return _page(request, found, roster_form=form)
    look = rosters.look_through(found, name=sent[0], content=sent[1])
    if look.problems or "take" not in request.POST:
        kept = base64.b64encode(sent[1]).decode()
        return _page(request, found, look=look, name=sent[0], kept=kept)
    try:
        rosters.take_in(found, look.rows, by=me, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The roster is taken in."))
    return redirect("applicants:provider", pk=pk)


def _again(request: UserRequest) -> tuple[str, bytes] | None:
    """The table that was looked through, as the page sends it back."""
    if "take" not in request.POST:
        return None
    try:
        content = base64.b64decode(request.POST.get("kept", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return request.POST.get("name", "")[:200], content


def _page(request: UserRequest, found: Provider, **more: Any) -> HttpResponse:
    look = more.get("look")
    context = {
        "provider": found,
        "form": ProviderForm(instance=found),
        "roster_form": RosterForm(),
        "rows": found.rows.select_related("relation")[:SHOWN],
        "count": len(look.problems) if look else 0,
        "problems": look.problems[:SHOWN] if look else [],
        "notes": look.notes if look else [],
        "columns": rosters.COLUMNS,
        "recognised": found.is_recognised(body_day(timezone.now())),
        "end_form": ReasonsForm(),
        "files": found.roster_files.defer("content").select_related("sent_by")[:20],
        "requests": found.requests.visible_to(request.user).order_by("-pk")[:20],
        "nav": NAV,
    }
    return render(request, "applicants/provider.html", context | more)
