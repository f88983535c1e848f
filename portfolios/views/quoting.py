"""Texts and sessions of the log as evidence: adding them, and changing them until they are sent."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import UserRequest
from certificates.models import Requirement
from portfolios import quoting
from portfolios.evidence import handed_in
from portfolios.forms import SessionsForm, TextForm
from portfolios.logbook import LogSession
from portfolios.models import Evidence, EvidenceKind, Portfolio
from portfolios.views.doors import named_entry, own_portfolio
from trail.flow import Refused

PAGES: dict[type[Form], str] = {
    TextForm: "portfolios/text.html",
    SessionsForm: "portfolios/pick.html",
}


@require_http_methods(["GET", "POST"])
def add_text(request: UserRequest, pk: int) -> HttpResponse:
    portfolio = own_portfolio(request, pk)
    entry = named_entry(request, portfolio)
    keep = partial(quoting.add_text, portfolio, requirement=entry)
    return _answer(request, portfolio, TextForm(request.POST or None), keep, entry=entry)


@require_http_methods(["GET", "POST"])
def add_sessions(request: UserRequest, pk: int) -> HttpResponse:
    portfolio = own_portfolio(request, pk)
    entry = named_entry(request, portfolio)
    keep = partial(quoting.add_sessions, portfolio, requirement=entry)
    form = SessionsForm(request.POST or None, log=_log(request))
    return _answer(request, portfolio, form, keep, entry=entry)


@require_http_methods(["GET", "POST"])
def change(request: UserRequest, pk: int) -> HttpResponse:
    mine = Evidence.objects.visible_to(request.user).select_related("portfolio")
    piece = get_object_or_404(mine, pk=pk)
    portfolio = own_portfolio(request, piece.portfolio.application_id)
    if not piece.is_written:
        raise Http404
    said: dict[str, Any] = {"title": piece.title, "text": piece.text}
    if piece.kind == EvidenceKind.TEXT:
        form = TextForm(request.POST or None, initial=said)
        return _answer(request, portfolio, form, partial(quoting.change_text, piece), piece=piece)
    said["sessions"] = list(piece.sessions.values_list("pk", flat=True))
    picked = SessionsForm(request.POST or None, log=_log(request), initial=said)
    keep = partial(quoting.change_sessions, piece)
    return _answer(request, portfolio, picked, keep, piece=piece)


def _log(request: UserRequest) -> list[LogSession]:
    return list(LogSession.objects.filter(person=request.user))


def _answer(
    request: UserRequest,
    portfolio: Portfolio,
    form: Form,
    keep: Callable[..., Evidence],
    *,
    entry: Requirement | None = None,
    piece: Evidence | None = None,
) -> HttpResponse:
    if form.is_valid():
        try:
            kept = keep(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": kept.title})
            return _back(portfolio, entry, piece)
    context = {
        "case": portfolio.application,
        "form": form,
        "piece": piece,
        "requirement": entry,
        "fixed": piece is not None and piece.pk in handed_in(portfolio),
        "writable": portfolio.writable,
    }
    return render(request, PAGES[type(form)], context)


def _back(
    portfolio: Portfolio, requirement: Requirement | None, piece: Evidence | None
) -> HttpResponse:
    """To where one came from; the address tells the browser to let go of what it kept."""
    case, kept = portfolio.application_id, str(piece.pk) if piece else "new"
    page = reverse("portfolios:workspace", args=[case])
    if requirement is not None:
        there = [case, requirement.statement.code, requirement.facet]
        page = reverse("portfolios:entry", args=there)
    return redirect(f"{page}?kept={kept}#files-h")
