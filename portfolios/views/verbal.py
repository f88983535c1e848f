"""The verbal audit: booking it, and the live form of the meeting."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.models import User
from applicants.flow import Stage
from applicants.models import Application
from certificates.models import Facet, Route
from frameworks.models import GuideQuestion
from meetings.booking import Door, answer
from meetings.models import MINUTES, Kind, Meeting
from portfolios import verbal
from portfolios.desk import Item, choices, items
from portfolios.models import Audit
from portfolios.rulebook import Criterion
from portfolios.views.desk import no_audit, self_ratings
from portfolios.views.doors import audit_case, open_audit_of, own_case, undeclared
from trail.flow import Refused

OPENING, CLOSING = ("opening",), ("comparison", "closing")


@require_http_methods(["GET", "POST"])
def book(request: UserRequest, pk: int) -> HttpResponse:
    case, now = own_case(request, pk), timezone.now()
    if case.route != Route.VERBAL_AUDIT or case.stage != Stage.AUDIT:
        return redirect("applicants:case", pk=pk)
    if booked := verbal.booked(case):
        return redirect("meetings:manage", pk=booked.meeting_id)
    host = verbal.auditor_of(case)
    context = {"case": case, "host": host}
    if host is None:
        return render(request, "portfolios/book_verbal.html", context)
    return answer(request, _door(case, host, context, request.user, now), at=now)


def _door(
    case: Application, auditor: User, context: dict[str, Any], by: User, at: datetime
) -> Door:
    def book_it(_auditor: User, **answers: Any) -> Meeting:
        """The service finds the auditor itself: whoever holds the part by then."""
        return verbal.book_verbal(case, **answers, by=by, at=at).meeting

    template = "portfolios/book_verbal.html"
    return Door(Kind.VERBAL_AUDIT, case.trail_case(), [auditor], book_it, template, context)


@require_GET
def desk(request: UserRequest, pk: int) -> HttpResponse:
    """Everything that is asked, as the guide goes; each statement saves by itself."""
    case = audit_case(request, pk)
    if elsewhere := undeclared(request, case):
        return elsewhere
    if case.route != Route.VERBAL_AUDIT:
        return redirect("portfolios:desk", pk=pk)
    audit = open_audit_of(request, case)
    if audit is None:
        return no_audit(request, case)
    return render(request, "portfolios/verbal.html", _sheet(audit))


def _sheet(audit: Audit) -> dict[str, Any]:
    """The whole conversation on one page, which needs no connection until it is closed."""
    case, every = audit.application, items(audit)
    questions = list(GuideQuestion.objects.filter(meeting_type=Kind.VERBAL_AUDIT))
    lines = _lines(every, questions, self_ratings(case))
    appointment = verbal.booked(case)
    return {
        "opening": [q for q in questions if q.stage in OPENING],
        "closing": [q for q in questions if q.stage in CLOSING],
        "case": case,
        "audit": audit,
        "areas": _areas(lines),
        "next": next((item for item in every if item.is_open), None),
        "done": sum(not item.is_open for item in every),
        "total": len(every),
        "appointment": appointment,
        "minutes": appointment.meeting.minutes if appointment else MINUTES[Kind.VERBAL_AUDIT],
        "asks": sum(q.minutes for q in questions),
    }


def _areas(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    areas: dict[int, dict[str, Any]] = {}
    for line in lines:
        area = line["item"].requirement.statement.area
        areas.setdefault(area.pk, {"area": area, "lines": []})["lines"].append(line)
    for group in areas.values():
        group["done"] = sum(not line["item"].is_open for line in group["lines"])
    return list(areas.values())


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
            "typed": item.finding,
            "rated": rated.get(item.code),
        }
        for item in every
    ]


@require_POST
def later(request: UserRequest, pk: int) -> HttpResponse:
    """The meeting is over before everything was asked: it goes on in another one."""
    case = audit_case(request, pk)
    if elsewhere := undeclared(request, case):
        return elsewhere
    audit = open_audit_of(request, case)
    if audit is not None:
        try:
            verbal.go_on_later(audit, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Everything is kept. The applicant can book the rest."))
    return redirect("portfolios:verbal", pk=pk)
