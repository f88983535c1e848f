"""Reports as PDF: asked for here, drawn by a worker, fetched here."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import UserRequest
from awards.models import SheetKind
from awards.printouts import ask_guide, ask_report, printouts_for
from awards.reading import sheets_for
from awards.views.doors import any_bid, team_bid

REPORTS = (SheetKind.FIRST, SheetKind.FULL, SheetKind.AGREED)


@require_POST
def ask_for_report(request: UserRequest, pk: int, sheet: int) -> HttpResponse:
    bid = any_bid(request, pk)
    readable = {s.pk: s for s in sheets_for(bid, request.user) if s.kind in REPORTS and s.final_at}
    if sheet not in readable:
        raise Http404
    ask_report(bid, readable[sheet], by=request.user, at=timezone.now())
    messages.success(request, _("The PDF is being drawn. It takes a minute at most."))
    return redirect("awards:workspace", pk)


@require_POST
def ask_for_guide(request: UserRequest, pk: int) -> HttpResponse:
    bid = team_bid(request, pk)
    ask_guide(bid, by=request.user, at=timezone.now())
    messages.success(request, _("The PDF is being drawn. It takes a minute at most."))
    return redirect("awards:workspace", pk)


@require_GET
def printout(request: UserRequest, pk: int, piece: int) -> HttpResponseBase:
    """Whoever may read it on the page may fetch it."""
    bid = any_bid(request, pk)
    mine = [row.pk for row in printouts_for(bid, request.user)]
    rows = bid.printouts.filter(pk__in=mine, drawn_at__isnull=False)
    found = get_object_or_404(rows, pk=piece)
    name = slugify(f"{bid.programme.name} {found.get_kind_display()}")
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=f"{name}.pdf",
        content_type="application/pdf",
        headers={"Cache-Control": "private, no-store"},
    )
