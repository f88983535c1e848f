"""Pages of the trail: of a case, of the whole body for its Director, and its published heads."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.http import UserRequest
from accounts.roles import Role
from applicants.models import Application
from frameworks.exporting import inert
from imc_portal import casefile
from imc_portal.trail_page import (
    COLUMNS,
    asked_for,
    chosen,
    events_of_body,
    exported,
    seen_of,
    trail_page,
)
from trail.models import Event, Head
from trail.verify import unaltered, verify_since

HEADS = 366


def _director(request: UserRequest) -> None:
    """The whole trail is the Director's; to others it is not there."""
    if Role.DECIDER not in request.user.roles:
        raise Http404


@require_GET
def of_case(request: UserRequest, pk: int) -> HttpResponse:
    cases = Application.objects.visible_to(request.user).select_related("applicant", "tier")
    application = get_object_or_404(cases, pk=pk)
    if application.applicant_id == request.user.pk:
        return redirect("applicants:case", pk=pk)
    if casefile.is_locked(application, request.user):
        return redirect("applicants:declare", pk=pk)
    asked = asked_for(request.GET.dict())
    events = Event.objects.of_case(application.trail_case())
    context = {
        "application": application,
        "page": trail_page(events, asked, request.user),
        "whole": unaltered(events),
        "links": events.count(),
        "head": Head.objects.first(),
        "seen": seen_of(application),
        "nav": "worklist",
    }
    return render(request, "imc_portal/case_trail.html", context)


@require_GET
def whole(request: UserRequest) -> HttpResponse:
    _director(request)
    asked, head = asked_for(request.GET.dict()), Head.objects.first()
    context = {
        "page": trail_page(events_of_body(request.user), asked, request.user),
        "head": head,
        "verdict": verify_since(head),
        "export": asked.query(),
        "nav": "worklist",
    }
    return render(request, "imc_portal/trail.html", context)


@require_GET
def export(request: UserRequest, ending: str) -> StreamingHttpResponse:
    """What the filters leave, as CSV or as one JSON object a line, with the hashes."""
    _director(request)
    if ending not in ("csv", "json"):
        raise Http404
    rows = exported(chosen(events_of_body(request.user), asked_for(request.GET.dict())))
    kind = "text/csv" if ending == "csv" else "application/x-ndjson"
    name = f"trail-{timezone.localdate():%Y-%m-%d}.{'csv' if ending == 'csv' else 'ndjson'}"
    return StreamingHttpResponse(
        _csv(rows) if ending == "csv" else (json.dumps(row) + "\n" for row in rows),
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield writer.writerow(COLUMNS)
    for row in rows:
        said = {**row, "facts": json.dumps(row["facts"])}
        yield writer.writerow([inert(str(said[name])) for name in COLUMNS])


# --- Published heads --------------------------------------------------------------------------
@login_not_required
@require_safe
def heads(request: HttpRequest) -> HttpResponse:
    """For everybody: whoever keeps this page can show that nothing was cut off afterwards."""
    return render(request, "imc_portal/trail_heads.html", {"heads": Head.objects.all()[:HEADS]})


@login_not_required
@require_safe
def heads_data(_request: HttpRequest) -> HttpResponse:
    """The same for programs, at an address that stays."""
    rows = Head.objects.all()[:HEADS]
    fields = ("day", "links", "hash", "sights", "sights_hash", "unbroken")
    said = [{name: getattr(row, name) for name in fields} for row in rows]
    return JsonResponse({"algorithm": "SHA-256", "heads": said}, json_dumps_params={"indent": 1})
