"""The log in from a table: a look through first, then a word, then all of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import UserRequest
from frameworks.tables import BYTES
from portfolios import log as keeping
from portfolios.forms import LogTable
from portfolios.log_import import COLUMNS, REQUIRED, look_through
from portfolios.logbook import LogSession, PendingLog
from trail.flow import Refused

PROBLEMS, SHOWN = 500, 20  # on one page


@require_http_methods(["GET", "POST"])
def upload(request: UserRequest) -> HttpResponse:
    """The dry run. A clean table is put by and shown; a faulty one is answered fault by fault."""
    form = LogTable(request.POST or None, request.FILES or None)
    context = {"form": form, "columns": COLUMNS, "required": REQUIRED}
    if form.is_valid():
        file, now = form.cleaned_data["file"], timezone.now()
        content = file.read(BYTES + 1)
        today = timezone.localdate()
        found = look_through(request.user, name=file.name, content=content, today=today)
        if not found.problems:
            keeping.keep(found.rows, notes=found.notes, name=file.name, by=request.user, at=now)
            return redirect("portfolios:review_log")
        context |= {
            "name": file.name,
            "problems": found.problems[:PROBLEMS],
            "count": len(found.problems),
            "notes": found.notes,
        }
    return render(request, "portfolios/log_import.html", context)


@require_http_methods(["GET", "POST"])
def review(request: UserRequest) -> HttpResponse:
    """What would come into the log. Posting takes it in."""
    pending = get_object_or_404(PendingLog, person=request.user)
    if request.method == "POST":
        return _take_in(request, pending)
    context = {
        "pending": pending,
        "sessions": [_session(row) for row in pending.rows[:SHOWN]],
        "minutes": sum(row["minutes"] for row in pending.rows),
    }
    return render(request, "portfolios/log_review.html", context)


def _session(row: dict[str, Any]) -> LogSession:
    return LogSession(**{**row, "on": date.fromisoformat(row["on"])})


def _take_in(request: UserRequest, pending: PendingLog) -> HttpResponse:
    seen = parse_datetime(request.POST.get("seen", "")) or pending.at
    try:
        count = keeping.take_in(pending, seen=seen, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext(
            "%(count)d session is in your log now.",
            "%(count)d sessions are in your log now.",
            count,
        )
        messages.success(request, words % {"count": count})
    return redirect("portfolios:log")


@require_POST
def put_away(request: UserRequest) -> HttpResponse:
    keeping.put_away(by=request.user)
    messages.success(request, _("The table is put away. Your log is as it was."))
    return redirect("portfolios:log")
