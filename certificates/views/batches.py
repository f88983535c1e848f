"""Work on many certificates: ordered, watched, stopped, tried again, taken away. Administrators."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from accounts.roles import Role
from certificates import bulk
from certificates.batch_flow import EXPORTS, WHAT_IT_DOES, Kind
from certificates.batch_forms import OrderForm
from certificates.batches import Batch, BatchRow
from certificates.dates import body_day
from trail.flow import Refused

FOUND, FAILURES = 30, 100
NAV = "certificates:records"
TYPES = {
    "csv": "text/csv",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _keeper(request: UserRequest) -> None:
    if Role.ADMINISTRATOR not in request.user.roles:
        raise Http404


def _batch(request: UserRequest, pk: int) -> Batch:
    rows = Batch.objects.visible_to(request.user).select_related("ordered_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
def batches(request: UserRequest) -> HttpResponse:
    """What can be done to many at once, and what was ordered."""
    _keeper(request)
    context = {
        "kinds": [
            (kind, WHAT_IT_DOES[kind], None if kind in EXPORTS else bulk.waiting_for(kind))
            for kind in Kind
        ],
        "batches": Batch.objects.visible_to(request.user).select_related("ordered_by")[:FOUND],
        "nav": NAV,
    }
    return render(request, "certificates/batches.html", context)


@require_http_methods(["GET", "POST"])
def order_batch(request: UserRequest, kind: str) -> HttpResponse:
    _keeper(request)
    if kind not in Kind.values:
        raise Http404
    wanted, at = Kind(kind), timezone.now()
    form = OrderForm(request.POST or None, kind=wanted)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = bulk.order(
                wanted,
                asked=form.asked(body_day(at)),
                reason=said["reason"],
                token=said["token"],
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("certificates:batch", made.pk)
    context = {"kind": wanted, "what": WHAT_IT_DOES[wanted], "form": form, "nav": NAV}
    if wanted in {Kind.ISSUE, Kind.RENEW}:
        context["count"] = bulk.waiting_for(wanted)
    return render(request, "certificates/order_batch.html", context)


@require_GET
def batch(request: UserRequest, pk: int) -> HttpResponse:
    return render(request, "certificates/batch.html", _watched(_batch(request, pk)))


@require_GET
def batch_state(request: UserRequest, pk: int) -> HttpResponse:
    """The part alone: asked again every two seconds while it goes on."""
    return render(request, "certificates/_batch.html", _watched(_batch(request, pk)))


def _watched(found: Batch) -> dict[str, Any]:
    failed = found.rows.filter(state=BatchRow.State.FAILED).order_by("pk")[: FAILURES + 1]
    waits = found.rows.filter(state=BatchRow.State.WAITING).exclude(error="").first()
    return {
        "batch": found,
        "progress": bulk.progress(found),
        "failed": list(failed)[:FAILURES],
        "more": len(failed) > FAILURES,
        "held_up": waits.error if waits and found.is_open else found.last_error,
        "nav": NAV,
    }


@require_POST
def cancel_batch(request: UserRequest, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    try:
        bulk.cancel(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Stopped. What is done stays done."))
    return redirect("certificates:batch", pk)


@require_POST
def retry_row(request: UserRequest, pk: int) -> HttpResponse:
    mine = Batch.objects.visible_to(request.user)
    row = get_object_or_404(BatchRow.objects.filter(batch__in=mine), pk=pk)
    try:
        bulk.try_again(row, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("certificates:batch", row.batch_id)


@require_POST
def take_export(request: UserRequest, pk: int) -> HttpResponse | FileResponse:
    """A download is a deed: it is sent as a form, and stands in the trail."""
    found = _batch(request, pk)
    try:
        bulk.take_away(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:batch", pk)
    ending = str(found.file.name).rpartition(".")[2]
    name = f"{found.number}-{found.get_kind_display()}.{ending}".replace(" ", "-").lower()
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type=TYPES[ending]
    )
