"""The page on which an employer pastes or uploads a list. No cookie is asked for or set."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import limits
from register.lists.checking import LISTS, MOST, check_list
from register.lists.forms import ListForm
from register.lists.table import as_csv

PAGE = "register/list.html"
SAMPLE = "number, name, on\nIMC-2026-7F3K-Q9, Ada Example\nIMC-2024-2B8M-4T, Bo Li, 2026-01-31"
BOM = "\ufeff"  # without it, one well-known spreadsheet shows no accents


@csrf_exempt  # it changes nothing and knows nobody, so there is nothing to forge; hence no cookie
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def employers(request: HttpRequest) -> HttpResponse:
    at, asked = timezone.now(), request.method == "POST"
    form = ListForm(request.POST, request.FILES) if asked else ListForm()
    context = {"form": form, "most": MOST, "sample": SAMPLE, "nav": "register:check"}
    if not form.is_valid():
        return _page(request, context, 422 if asked else 200)
    if not limits.spend("list", LISTS, request, at):
        form.add_error(None, _("That was a little too often. Wait an hour, then try again."))
        return _page(request, context, 429)
    checked = check_list(form.rows, at=at)
    if "table" in request.POST:
        response = HttpResponse(BOM + as_csv(checked), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="certificates-{at:%Y-%m-%d}.csv"'
        response["Cache-Control"] = "no-store"
        return response
    return _page(request, context | {"checked": checked}, 200)


def _page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, PAGE, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
