"""What everybody may ask about awards: people by pages, programs by documents. No cookie is set."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import credentials
from awards.credential import scheme_document
from awards.forms import OnDay
from awards.models import Award, AwardScheme, Standard
from awards.said import MEDALS, level_of
from awards.verdict import as_data, verdict
from certificates.dates import body_day
from certificates.numbers import PROGRAMME, tidy
from credentials.baking import bake
from credentials.views import KINDS, for_everybody, is_machine

PICTURES = Path(credentials.__file__).resolve().parent / "pictures"
MOST_LISTED = 500


@login_not_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Programmes that hold an award today and agreed to be named: of each its newest."""
    today = body_day(timezone.now())
    found = Award.objects.in_force(today).newest().filter(programme__listed=True)
    awards = found.select_related("decision", "programme__organisation").order_by(
        "programme__organisation__name", "-valid_until"
    )
    rows = [(award, level_of(award.decision.band)) for award in awards[:MOST_LISTED]]
    return render(request, "awards/listed.html", {"awards": rows})


@login_not_required
@require_safe
def page(request: HttpRequest, award: UUID) -> HttpResponse:
    """Anyone may ask whether an award is valid, or was, whether or not it is in the list."""
    found, at = _found(award), timezone.now()
    form = OnDay(request.GET)
    answer = verdict(found, at=at, on=form.cleaned_data["on"] if form.is_valid() else None)
    context = {
        "answer": answer,
        "award": found,
        "said": found.words("fr-ca" if get_language() == "fr-ca" else "en"),
        "standards": found.said["standards"],
        "after": Award.objects.filter(renews=found).first(),
        "sealed": bool(found.credential and found.credential.sealed_at),
        "form": form,
        "zone": settings.TIME_ZONE,
    }
    response = render(request, "awards/award.html", context)
    response["Cache-Control"] = "no-store"
    if not (found.programme.listed and answer.now.good):
        response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_safe
@for_everybody
def data(request: HttpRequest, award: UUID) -> HttpResponse:
    found, form = _found(award), OnDay(request.GET)
    if not form.is_valid():
        return JsonResponse({"error": _("Write the day as 2026-01-31.")}, status=400)
    told = as_data(verdict(found, at=timezone.now(), on=form.cleaned_data["on"]))
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
@for_everybody
def by_address(request: HttpRequest, award: UUID) -> HttpResponseBase:
    """The credential's own name: to people the page that checks it, to machines itself."""
    if is_machine(request):
        response: HttpResponseBase = _document(_found(award))
    else:
        response = redirect("award:page", award)
    patch_vary_headers(response, ["Accept"])
    return response


@login_not_required
@require_safe
def by_number(_request: HttpRequest, number: str) -> HttpResponse:
    """The address on paper: short enough to be typed."""
    tidied = tidy(number, PROGRAMME)
    return redirect("award:page", get_object_or_404(Award, number=tidied or "-").public_id)


@login_not_required
@require_safe
@for_everybody
def credential(_request: HttpRequest, award: UUID) -> HttpResponse:
    return _document(_found(award))


@login_not_required
@require_safe
@for_everybody
def badge(_request: HttpRequest, award: UUID, ending: str) -> HttpResponse:
    """The seal of the level, with the credential in it."""
    found = _found(award)
    if ending not in KINDS or not found.credential or not found.credential.sealed_at:
        raise Http404
    picture = (PICTURES / f"{level_of(found.decision.band)}.{ending}").read_bytes()
    content = bake(picture, ending, found.credential.document)
    return HttpResponse(content, content_type=KINDS[ending])


@login_not_required
@require_safe
@for_everybody
def scheme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What an award of this scheme stands for: to people a page, to machines the achievement."""
    found = get_object_or_404(AwardScheme, key=slug)
    if is_machine(request):
        with override("en"):
            text = json.dumps(scheme_document(found), ensure_ascii=False)
        response: HttpResponseBase = HttpResponse(text, content_type="application/ld+json")
    else:
        bands = [(band, MEDALS.get(band.key, "bronze")) for band in reversed(found.terms().bands)]
        context: dict[str, Any] = {
            "scheme": found,
            "bands": bands,
            "standards": Standard.objects.prefetch_related("criteria"),
        }
        response = render(request, "awards/scheme.html", context)
    patch_vary_headers(response, ["Accept"])
    return response


def _found(award: UUID) -> Award:
    rows = Award.objects.select_related("decision", "programme__organisation", "credential")
    return get_object_or_404(rows.prefetch_related("events"), public_id=award)


def _document(found: Award) -> HttpResponse:
    if not found.credential or not found.credential.sealed_at:
        raise Http404
    return HttpResponse(found.credential.document, content_type="application/vc")
