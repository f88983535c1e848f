"""The verbal audit: booking it, and the live form of the meeting."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import UserRequest
from applicants.flow import Stage
from certificates.models import Facet, Route
from frameworks.models import GuideQuestion
from meetings.forms import BookingForm
from meetings.models import Kind
from portfolios import verbal
from portfolios.desk import Item, choices, items
from portfolios.models import Audit, Criterion
from portfolios.views.desk import no_audit, self_ratings
from portfolios.views.doors import audit_case, open_audit_of, own_case, undeclared
from trail.flow import Refused

OPENING, CLOSING = ("opening",), ("comparison", "closing")
DAYS = 28


@require_http_methods(["GET", "POST"])
def book(request: UserRequest, pk: int) -> HttpResponse:
    case, now = own_case(request, pk), timezone.now()
    if case.route != Route.VERBAL_AUDIT or case.stage != Stage.AUDIT:
        return redirect("applicants:case", pk=pk)
    if booked := verbal.booked(case):
        return redirect("meetings:manage", pk=booked.meeting_id)
    slots = verbal.verbal_slots(case, at=now, days=DAYS)
    form = BookingForm(request.POST or None, slots=slots, viewer=request.user)
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        starts_at = chosen.pop("slot").starts_at
        try:
            verbal.book_verbal(case, starts_at=starts_at, **chosen, by=request.user, at=now)
        except Refused as refusal:
            form.add_error("slot", str(refusal))
        else:
            messages.success(request, _("Your verbal audit is booked. You both get a letter."))
            return redirect("applicants:case", pk=pk)
    context = {"case": case, "form": form, "host": verbal.auditor_of(case)}
    return render(request, "portfolios/book_verbal.html", context)


@require_GET
def desk(request: UserRequest, pk: int) -> HttpResponse:
    """One area at a time, as the guide goes; each statement saves by itself."""
    case = audit_case(request, pk)
    if elsewhere := undeclared(request, case):
        return elsewhere
    if case.route != Route.VERBAL_AUDIT:
        return redirect("portfolios:desk", pk=pk)
    audit = open_audit_of(request, case)
    if audit is None:
        return no_audit(request, case)
    context = _sheet(audit, request.GET.get("area", ""))
    return render(request, "portfolios/verbal.html", context)


def _sheet(audit: Audit, code: str) -> dict[str, Any]:
    """One area of the conversation, with the questions of the guide."""
    case, every = audit.application, items(audit)
    areas = _areas(every)
    here = _here(areas, code)
    questions = list(GuideQuestion.objects.filter(meeting_type=Kind.VERBAL_AUDIT))
    return {
        **_guide(questions, first=here is areas[0], last=here is areas[-1]),
        "case": case,
        "audit": audit,
        "areas": areas,
        "here": here,
        "after": next((a for a in areas[areas.index(here) + 1 :]), None),
        "lines": _lines(here["items"], questions, self_ratings(case)),
        "done": sum(not item.is_open for item in every),
        "total": len(every),
        "appointment": verbal.booked(case),
    }


def _guide(questions: list[GuideQuestion], *, first: bool, last: bool) -> dict[str, Any]:
    """Questions that belong to no statement: how the talk begins and ends."""
    return {
        "opening": [q for q in questions if first and q.stage in OPENING],
        "closing": [q for q in questions if last and q.stage in CLOSING],
    }


def _areas(every: list[Item]) -> list[dict[str, Any]]:
    areas: dict[int, dict[str, Any]] = {}
    for item in every:
        area = item.requirement.statement.area
        areas.setdefault(area.pk, {"area": area, "items": []})["items"].append(item)
    for group in areas.values():
        group["done"] = sum(not item.is_open for item in group["items"])
    return list(areas.values())


def _here(areas: list[dict[str, Any]], code: str) -> dict[str, Any]:
    """The area that was asked for, or the first with something open."""
    named = [group for group in areas if group["area"].code == code]
    open_ = [group for group in areas if group["done"] < len(group["items"])]
    return [*named, *open_, *areas][0]


def _lines(
    every: list[Item], questions: list[GuideQuestion], rated: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    criteria = list(Criterion.objects.all())
    asked = {
        (q.covers, q.stage): q for q in questions if q.stage in {Facet.CONCEPT, Facet.PRACTICE}
    }
    return [
        {
            "item": item,
            "question": asked.get((item.code, item.facet)),
            "choices": choices(criteria, item.finding),
            "comment": item.finding.comment if item.finding else "",
            "rated": rated.get(item.code),
        }
        for item in every
    ]
