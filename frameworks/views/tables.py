"""Editions out as tables, and in again: a look through first, then a word, then all of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import UserRequest
from frameworks import differences, forms, services
from frameworks.exporting import as_csv, as_xlsx, table
from frameworks.importing import look_through
from frameworks.models import PendingImport
from frameworks.tables import BYTES
from frameworks.views.doors import kept, kept_draft
from trail.flow import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
PROBLEMS, CHANGES = 500, 200  # shown on one page


@require_http_methods(["GET", "POST"])
def upload(request: UserRequest, key: str, label: str) -> HttpResponse:
    """The dry run. A clean table is put by and shown; a faulty one is answered fault by fault."""
    edition = kept_draft(request, key, label)
    form = forms.Upload(request.POST or None, request.FILES or None)
    context = {"edition": edition, "form": form, "kinds": PendingImport.Kind.choices}
    if form.is_valid():
        kind, file = form.cleaned_data["kind"], form.cleaned_data["file"]
        content = file.read(BYTES + 1)
        found = look_through(edition, kind, name=file.name, content=content)
        if not found.problems:
            by, at = request.user, timezone.now()
            pending = services.keep(edition, found, kind=kind, name=file.name, by=by, at=at)
            return redirect("frameworks:review", key, label, pending.pk)
        context |= {
            "name": file.name,
            "problems": found.problems[:PROBLEMS],
            "count": len(found.problems),
            "notes": found.notes,
        }
    return render(request, "frameworks/import.html", context)


@require_http_methods(["GET", "POST"])
def review(request: UserRequest, key: str, label: str, pk: int) -> HttpResponse:
    """What a table would change. Posting takes it in."""
    edition = kept_draft(request, key, label)
    pending = get_object_or_404(PendingImport, pk=pk, edition=edition, by=request.user)
    if request.method == "POST":
        try:
            services.take_in(pending, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("frameworks:import", key, label)
        messages.success(request, _("The table is in the draft."))
        return redirect("frameworks:work", key, label)
    old, new = differences.after_import(edition, pending.kind, pending.rows)
    context = {
        "edition": edition,
        "pending": pending,
        "comparison": differences.compare(old, new),
        "most": CHANGES,
    }
    return render(request, "frameworks/review.html", context)


@require_POST
def put_away(request: UserRequest, key: str, label: str, pk: int) -> HttpResponse:
    edition = kept_draft(request, key, label)
    pending = get_object_or_404(PendingImport, pk=pk, edition=edition, by=request.user)
    services.put_away(pending, by=request.user)
    messages.success(request, _("The table is put away. The draft is as it was."))
    return redirect("frameworks:work", key, label)


@require_GET
def export(request: UserRequest, key: str, label: str, kind: str, ending: str) -> HttpResponse:
    edition = kept(request, key, label)
    if kind not in PendingImport.Kind.values or ending not in ENDINGS:
        raise Http404
    columns, rows = table(edition, kind)
    body = as_csv(columns, rows) if ending == "csv" else as_xlsx(columns, rows, kind)
    name = f"{key}-{label}-{kind}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=ENDINGS[ending], headers=headers)
