"""The sample that auditors rate before a first case, and what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from frameworks.models import Statement
from portfolios import calibrating
from portfolios.desk import choices
from portfolios.forms import SampleForm
from portfolios.models import Mark
from portfolios.panels import Calibration, SampleEntry, SampleMark
from portfolios.rulebook import Criterion
from portfolios.views.doors import auditor
from trail.flow import Refused


@require_GET
def sample(request: UserRequest) -> HttpResponse:
    """The list while it is rated; afterwards both marks side by side."""
    auditor(request)
    entries, marks = list(SampleEntry.objects.all()), _marks(request.user)
    done = Calibration.objects.filter(auditor=request.user).exclude(finished_at=None).first()
    statements = _statements(entries)
    titles = dict(Criterion.objects.values_list("key", "title"))
    rows = [
        {
            "entry": entry,
            "statement": statements.get(entry.statement_code),
            "mark": marks.get(entry.pk),
            "state": _state(marks.get(entry.pk)),
            "marks": _side_by_side(entry, marks[entry.pk], titles) if done else (),
        }
        for entry in entries
    ]
    context = {
        "rows": rows,
        "done": done,
        "nearness": calibrating.nearness(list(marks.values())) if done else None,
        "rated": sum(row["state"] == "done" for row in rows),
        "next": next((row["entry"] for row in rows if row["state"] != "done"), None),
    }
    return render(request, "portfolios/sample.html", context)


def _state(mark: SampleMark | None) -> str:
    if mark is None:
        return "none"
    return "done" if mark.is_complete else "draft"


def _marks(user: User) -> dict[int, SampleMark]:
    rows = SampleMark.objects.filter(calibration__auditor=user).select_related("entry")
    return {mark.entry_id: mark for mark in rows}


def _statements(entries: list[SampleEntry]) -> dict[str, Statement]:
    """The statements in their newest published words."""
    codes = [entry.statement_code for entry in entries]
    rows = Statement.objects.filter(code__in=codes, edition__published_at__isnull=False)
    return {row.code: row for row in rows.order_by("edition__published_at", "pk")}


def _side_by_side(
    entry: SampleEntry, mark: SampleMark, titles: dict[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            "title": titles[name],
            "mine": Mark(getattr(mark, name)).label,
            "body": Mark(getattr(entry, name)).label,
            "same": getattr(mark, name) == getattr(entry, name),
        }
        for name in calibrating.CRITERIA
    ]


@require_http_methods(["GET", "POST"])
def sample_entry(request: UserRequest, place: int) -> HttpResponse:
    auditor(request)
    entry = get_object_or_404(SampleEntry, position=place)
    if Calibration.objects.filter(auditor=request.user).exclude(finished_at=None).exists():
        return redirect("portfolios:sample")
    form = SampleForm(request.POST or None)
    if not form.is_valid():
        return _entry_page(request, entry)
    said = calibrating.Marks(**form.cleaned_data)
    try:
        calibrating.rate({entry: said}, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("portfolios:sample")
    if "X-Autosave" in request.headers:
        time = date_format(timezone.localtime(timezone.now()), "TIME_FORMAT")
        words = _("Saved at %(time)s, seen by you only") % {"time": time}
        return JsonResponse({"said": words})
    following = SampleEntry.objects.filter(position__gt=place).first()
    if following is None:
        return redirect("portfolios:sample")
    return redirect("portfolios:sample_entry", place=following.position)


def _entry_page(request: UserRequest, entry: SampleEntry) -> HttpResponse:
    mark = _marks(request.user).get(entry.pk)
    statement = _statements([entry]).get(entry.statement_code)
    context = {
        "entry": entry,
        "statement": statement,
        "mark": mark,
        "choices": choices(list(Criterion.objects.all()), mark),
        "following": SampleEntry.objects.filter(position__gt=entry.position).first(),
        "total": SampleEntry.objects.count(),
    }
    return render(request, "portfolios/sample_entry.html", context)


@require_POST
def finish(request: UserRequest) -> HttpResponse:
    auditor(request)
    try:
        calibrating.finish(by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. From now on you can be given cases."))
    return redirect("portfolios:sample")
