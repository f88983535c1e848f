"""The verifier's desk: what to ask, and what was found, statement by statement."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import UserRequest
from applicants.models import Application
from trail.flow import Refused
from trail.seen import PORTFOLIO, note_sight
from verification import desks, services
from verification.forms import OutcomeForm, outcome_forms, told
from verification.models import Outcome, Verification
from verification.script import script
from verification.views.doors import assigned, common


@require_http_methods(["GET"])
def desk(request: UserRequest, pk: int) -> HttpResponse:
    application = assigned(request, pk)
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    note_sight(PORTFOLIO, case=application.trail_case(), by=request.user, at=timezone.now())
    return _page(request, application, request.GET.get("area", ""))


def _page(
    request: UserRequest, application: Application, area: str, mended: OutcomeForm | None = None
) -> HttpResponse:
    found = desks.desk_of(application, request.user, area)
    forms = outcome_forms(found.statements, found.record)
    explored = {s.code for s in found.every if s.pk in found.outcomes}
    context = common(application) | {
        "desk": found,
        "forms": [mended if mended and f.statement == mended.statement else f for f in forms],
        "script": script(application, explored=explored),
        "under_way": found.record and services.under_way(found.record, timezone.now()),
        "held": services.meetings_of(found.record) if found.record else [],
    }
    return render(request, "verification/desk.html", context)


@require_POST
def outcome(request: UserRequest, pk: int, area: str, code: str) -> HttpResponse:
    """Save one statement: as it is typed, or with its button where no script runs."""
    application, auto = assigned(request, pk), "X-Autosave" in request.headers
    if not application.declared(request.user):
        return redirect("applicants:declare", pk=pk)
    statement = desks.desk_of(application, request.user, area).statement(code)
    if statement is None:
        raise Http404
    form = OutcomeForm(request.POST, statement=statement)
    if form.is_valid():
        try:
            kept = desks.save(application, form, by=request.user, at=timezone.now())
        except Refused as refusal:
            if auto and isinstance(refusal, services.Conflict):
                return two_windows(refusal)
            form.hear(refusal)
        else:
            place = desks.address(application, kept.statement.area.code)
            return saved(kept) if auto else redirect(f"{place}#{kept.statement.code}")
    if auto:
        return JsonResponse({"refused": form.first_error}, status=422)
    return _page(request, application, area, form)


def saved(kept: Outcome | Verification) -> JsonResponse:
    """Told to the page: when it was saved, and the revision that stands now."""
    time = date_format(timezone.localtime(kept.saved_at), "TIME_FORMAT")
    said = _("Saved at %(time)s") % {"time": time}
    return JsonResponse({"said": said, "revision": kept.revision})


def two_windows(conflict: services.Conflict) -> JsonResponse:
    """Nothing was overwritten: what is stored is told, and what was typed stays in the form."""
    stored = conflict.stored
    answer: dict[str, Any] = {
        "refused": str(conflict),
        "stored": told(stored),
        "values": desks.values_of(stored),
        "revision": stored.revision,
    }
    return JsonResponse(answer, status=409)
