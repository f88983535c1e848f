"""Documents for wallets and verifiers: public and without cookies, but for the holder's copy."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from django.views.decorators.http import condition, require_safe

from accounts.http import UserRequest
from certificates.models import Level, Tier
from credentials.baking import bake
from credentials.documents import achievement_document, did_document
from credentials.models import Credential, SigningKey, StatusList

View = Callable[..., HttpResponseBase]
PICTURES = Path(__file__).resolve().parent / "pictures"
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
MACHINES = ("application/vc", "application/ld+json", "application/json")


def for_everybody(view: View) -> View:
    """Wallets in browsers read across origins; search engines have no business here."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["X-Robots-Tag"] = "noindex"
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return opened


def _public(public_id: str) -> Credential:
    """Private, unknown and not sealed yet are the same to a stranger: not there."""
    sealed = Credential.objects.filter(sealed_at__isnull=False).select_related("certificate__tier")
    found = sealed.filter(certificate__public_id=public_id).exclude(
        certificate__visibility="private"
    )
    return get_object_or_404(found)


def _digest(_request: HttpRequest, public_id: str, **_: str) -> str | None:
    rows = Credential.objects.filter(certificate__public_id=public_id)
    digest = rows.values_list("sha256", flat=True).first()
    return f'"{digest}"' if digest else None


def _credential(found: Credential) -> HttpResponse:
    return HttpResponse(found.document, content_type="application/vc")


@login_not_required
@require_safe
@for_everybody
def did(_request: HttpRequest) -> HttpResponse:
    text = json.dumps(did_document(SigningKey.objects.all()))
    return HttpResponse(
        text, content_type="application/did+json", headers={"Cache-Control": "max-age=300"}
    )


@login_not_required
@require_safe
@for_everybody
def status_list(_request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(StatusList.objects.exclude(document=""), number=number)
    return HttpResponse(found.document, content_type="application/vc")


@login_not_required
@require_safe
@for_everybody
def achievement(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What a certificate stands for: to people a page, to machines the achievement."""
    tier = get_object_or_404(Tier.objects.select_related("framework"), slug=slug)
    if not is_machine(request):
        response: HttpResponseBase = redirect("register:page", slug="certificates")
    else:
        edition = tier.framework.editions.published().order_by("-published_at").first()
        with override("en"):
            text = json.dumps(achievement_document(tier, edition), ensure_ascii=False)
        response = HttpResponse(text, content_type="application/ld+json")
    patch_vary_headers(response, ["Accept"])
    return response


@login_not_required
@require_safe
@for_everybody
def badge(_request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    tier = get_object_or_404(Tier, slug=slug)
    return HttpResponse(_picture(tier.level, ending), content_type=KINDS[ending])


@login_not_required
@require_safe
@for_everybody
def by_address(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The credential's own name: to people the page that checks it, to machines itself."""
    if is_machine(request):
        response: HttpResponseBase = _credential(_public(public_id))
    else:
        response = redirect("register:certificate", public_id)
    patch_vary_headers(response, ["Accept"])
    return response


@login_not_required
@require_safe
@for_everybody
@condition(etag_func=_digest)
def credential(_request: HttpRequest, public_id: str) -> HttpResponse:
    return _credential(_public(public_id))


@login_not_required
@require_safe
@for_everybody
def baked(_request: HttpRequest, public_id: str, ending: str) -> HttpResponse:
    """The badge that carries its credential."""
    found = _public(public_id)
    level = found.certificate.tier.level if found.certificate else ""
    content = bake(_picture(level, ending), ending, found.document)
    return HttpResponse(content, content_type=KINDS[ending])


@require_safe
def own(request: UserRequest, number: str) -> HttpResponse:
    """The holder's copy, whatever others may see."""
    sealed = Credential.objects.filter(sealed_at__isnull=False, certificate__holder=request.user)
    found = get_object_or_404(sealed, certificate__number=number)
    return HttpResponse(
        found.document,
        content_type="application/vc",
        headers={
            "Content-Disposition": f'attachment; filename="{number}.json"',
            "Cache-Control": "private, no-store",
        },
    )


def is_machine(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", *MACHINES]) in MACHINES


def _picture(level: str, ending: str) -> bytes:
    if ending not in KINDS or level not in Level.values:
        raise Http404
    return (PICTURES / f"{level}.{ending}").read_bytes()
