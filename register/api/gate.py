"""What every answer below /api/v1/ has in common, whatever happens inside.

Cookies are left at the door: the API knows nobody, so no other site can ask it in somebody's name,
and any site may ask it. Errors of Django's own come in the form that the API's have.
"""

import hashlib
from collections.abc import Callable
from typing import cast

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from accounts import limits
from register.api.problems import MEDIA, Fault, problem

Answer = Callable[[HttpRequest], HttpResponse]
PREFIX = "/api/v1/"
LANGUAGES = {"en": "en", "fr": "fr-ca"}
CALLS = 3600  # an hour, from one address
WHAT = "api"
# What a browser may show to the page that asked, and what such a page may send.
SHOWN = "Content-Language, ETag, Last-Modified, Link, Retry-After"
SENT = "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match"


def gate(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        return _finished(request, lambda: _read(request, get_response))

    return middleware


def _read(request: HttpRequest, get_response: Answer) -> HttpResponse:
    """An address that Django itself will not read is a problem like any other."""
    try:
        return _answered(request, get_response)
    except SuspiciousOperation:
        return problem(400)


def _answered(request: HttpRequest, get_response: Answer) -> HttpResponse:
    request.COOKIES.clear()
    chosen = request.GET.get("language")
    if chosen in LANGUAGES:
        request.META["HTTP_ACCEPT_LANGUAGE"] = LANGUAGES[chosen]
    translation.activate(translation.get_language_from_request(request))
    if chosen is not None and chosen not in LANGUAGES:
        wrong = Fault(detail=_("Choose one of: %(expected)s.") % {"expected": "en, fr"},
                      parameter="language")  # fmt: skip
        return problem(422, errors=[wrong])
    at = timezone.now()
    if request.method != "OPTIONS" and not limits.spend(WHAT, CALLS, request, at):
        return problem(429, wait=limits.seconds_left(at))
    return get_response(request)


def _finished(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """The same manners for all: no body where none is asked for, and open to every site."""
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"
    response = _in_our_form(answer(), asked)
    if response.status_code == 200 and "no-store" not in response.get("Cache-Control", "no-store"):
        response = _kept(request, response)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Content-Language", translation.get_language() or "en")
    response["Vary"] = "Accept-Language"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = SHOWN
    response["X-Robots-Tag"] = "noindex"
    if asked == "HEAD":
        request.method = asked
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response


def _in_our_form(response: HttpResponse, asked: str | None) -> HttpResponse:
    allowed = _allowed(response) if response.status_code == 405 else ""
    if allowed and asked == "OPTIONS":
        response = HttpResponse(status=204)
        response["Access-Control-Allow-Methods"] = allowed
        response["Access-Control-Allow-Headers"] = SENT
        response["Access-Control-Max-Age"] = "86400"
    elif response.status_code >= 400 and response.get("Content-Type") != MEDIA:
        response = problem(response.status_code)
    if allowed:
        response["Allow"] = allowed
    return response


def _allowed(response: HttpResponse) -> str:
    named = {method.strip() for method in response.get("Allow", "").split(",")} - {""}
    also = {"HEAD", "OPTIONS"} if "GET" in named else {"OPTIONS"}
    return ", ".join(sorted(named | also))


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Whoever has this answer already is told so, and gets no second copy."""
    digest = hashlib.sha256(response.content).hexdigest()[:32]
    response["ETag"] = f'"{digest}"'
    fresh = get_conditional_response(request, etag=response["ETag"], response=response)
    return cast("HttpResponse", fresh)
