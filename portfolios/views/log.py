"""The mentoring log of one person."""

import codecs

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from frameworks.exporting import as_csv
from portfolios import log as keeping
from portfolios.forms import LogForm
from portfolios.log_import import COLUMNS
from portfolios.logbook import LogSession


def own_session(request: UserRequest, pk: int) -> LogSession:
    return get_object_or_404(LogSession.objects.filter(person=request.user), pk=pk)


@require_GET
def log(request: UserRequest) -> HttpResponse:
    months = keeping.months(request.user, timezone.localdate())
    context = {
        "sessions": LogSession.objects.filter(person=request.user),
        "totals": keeping.totals(request.user),
        "months": months,
        "bars": [(m.first.month, (m.mentoring, m.learning, m.supervision)) for m in months],
    }
    return render(request, "portfolios/log.html", context)


@require_GET
def export(request: UserRequest) -> HttpResponse:
    """What comes out goes in again. The mark in front tells Excel how the accents are written."""
    body = codecs.BOM_UTF8 + as_csv(COLUMNS, keeping.table(request.user))
    headers = {"Content-Disposition": 'attachment; filename="mentoring-log.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def add(request: UserRequest) -> HttpResponse:
    form = LogForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        keeping.add(**form.cleaned_data, by=request.user)
        _said(request, form)
        again = "again" in request.POST
        return redirect("portfolios:add_session" if again else "portfolios:log")
    return render(request, "portfolios/session.html", {"form": form})


@require_http_methods(["GET", "POST"])
def change(request: UserRequest, pk: int) -> HttpResponse:
    session = own_session(request, pk)
    form = LogForm(request.POST or None, instance=session, today=timezone.localdate())
    if form.is_valid():
        keeping.change(own_session(request, pk), **form.cleaned_data, by=request.user)
        _said(request, form)
        return redirect("portfolios:log")
    return render(request, "portfolios/session.html", {"form": form, "session": session})


@require_POST
def delete(request: UserRequest, pk: int) -> HttpResponse:
    keeping.delete(own_session(request, pk), by=request.user)
    messages.success(request, _("The session is deleted."))
    return redirect("portfolios:log")


def _said(request: UserRequest, form: LogForm) -> None:
    if form.names_somebody:
        messages.warning(
            request,
            _("Saved. “%(name)s” looks like a real name: initials protect your mentee better.")
            % {"name": form.cleaned_data["mentee_alias"]},
        )
    else:
        messages.success(request, _("The session is in your log."))
