"""What is answered where something is wrong: one form (RFC 9457) and sentences for people."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _later
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from notices.texts import absolute

MEDIA = "application/problem+json"
ABOUT = "/api/#problem-{}"  # the page that explains every kind
# The kind, its title, and what is said where nothing more is known.
KINDS: Mapping[int, tuple[str, str | Promise, str | Promise]] = {
    400: (
        "unreadable",
        gettext_lazy("We could not read the request"),
        gettext_lazy("Send what the documentation shows."),
    ),
    404: (
        "not-found",
        gettext_lazy("There is nothing here"),
        gettext_lazy("Nothing public stands at this address. Private and unknown are the same."),
    ),
    405: (
        "method",
        gettext_lazy("This address is asked in another way"),
        gettext_lazy("The header Allow names the methods that work here."),
    ),
    413: (
        "too-large",
        gettext_lazy("The request is too large"),
        gettext_lazy("Send at most 1 MB at a time, and a long list in parts."),
    ),
    415: (
        "media-type",
        gettext_lazy("We do not read this kind of content"),
        gettext_lazy("The documentation names the Content-Type that this address reads."),
    ),
    422: (
        "invalid",
        gettext_lazy("Something in the request is not as it should be"),
        gettext_lazy("Every fault is listed under “errors”, with its place."),
    ),
    429: (
        "too-often",
        gettext_lazy("That was a little too often"),
        gettext_lazy("Wait as many seconds as the header Retry-After says."),
    ),
    500: (
        "our-fault",
        gettext_lazy("Something went wrong on our side"),
        gettext_lazy("Nothing was changed. Try again in a minute, or write to us."),
    ),
}
# The sentences for what a value can be; `%(…)s` comes with the fault.
FAULTS: Mapping[str, str | Promise] = {
    "missing": gettext_lazy("This is missing."),
    "string_type": gettext_lazy("Write this as text."),
    "string_too_short": gettext_lazy("This is too short."),
    "string_too_long": gettext_lazy("This is too long: at most %(max_length)s characters fit."),
    "string_pattern_mismatch": gettext_lazy("This holds characters that cannot stand here."),
    "too_short": gettext_lazy("The list is empty."),
    "too_long": gettext_lazy("The list is too long: at most %(max_length)s rows fit."),
    "extra_forbidden": gettext_lazy("We know no field of this name."),
    "day": gettext_lazy("Write the day as 2026-01-31."),
    "literal_error": gettext_lazy("Choose one of: %(expected)s."),
    "enum": gettext_lazy("Choose one of: %(expected)s."),
    "list_type": gettext_lazy("Send a list."),
    "int_parsing": gettext_lazy("Write a whole number."),
    "greater_than_equal": gettext_lazy("The smallest number here is %(ge)s."),
    "less_than_equal": gettext_lazy("The largest number here is %(le)s."),
}
ELSE = gettext_lazy("This is not what we expect here.")


class Fault(Schema):
    """One thing that is wrong."""

    detail: str = Field(description=_later("What is wrong, in a sentence."))
    parameter: str | None = Field(
        default=None, description=_later("The part of the address in which it is, such as “on”.")
    )
    pointer: str | None = Field(
        default=None, description=_later("The part of the body in which it is, such as “#/3/name”.")
    )


class Problem(Schema):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(
        description=_later("The kind of problem: the address at which it is explained.")
    )
    title: str = Field(description=_later("The kind in a few words."))
    status: int = Field(description=_later("The status of the answer once more."))
    detail: str = Field(description=_later("What happened and what to do, in a sentence."))
    errors: list[Fault] = Field(
        default_factory=list, description=_later("Every single fault, where there are several.")
    )


class Broken(Exception):
    """Ends a call with a problem."""

    def __init__(
        self, status: int, detail: str = "", *, errors: Sequence[Fault] = (), wait: int = 0
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.wait = status, detail, errors, wait

    def response(self) -> HttpResponse:
        return problem(self.status, self.detail, errors=self.errors, wait=self.wait)


def problem(
    status: int, detail: str = "", *, errors: Sequence[Fault] = (), wait: int = 0
) -> HttpResponse:
    kind, title, usual = KINDS.get(status, KINDS[500 if status >= 500 else 400])
    said: dict[str, Any] = {
        "type": absolute(ABOUT.format(kind)),
        "title": str(title),
        "status": status,
        "detail": detail or str(usual),
        "errors": [error.model_dump(exclude_none=True) for error in errors],
    }
    response = HttpResponse(json.dumps(said), status=status, content_type=MEDIA)
    response["Cache-Control"] = "no-store"
    if wait:
        response["Retry-After"] = str(wait)
    return response


def fault(error: Mapping[str, Any]) -> Fault:
    """What the library found, in our words. What was typed is never sent back."""
    sentence = str(FAULTS.get(error["type"], ELSE))
    told = error.get("ctx") or {}
    try:
        detail = sentence % told
    except KeyError:
        detail = str(ELSE)
    source, *place = error["loc"]
    if source in {"query", "path", "header"}:
        return Fault(detail=detail, parameter=str(place[-1]) if place else None)
    inside = place[1:] if source == "body" else place  # the first is our own name for the body
    return Fault(detail=detail, pointer="#" + "".join(f"/{_escaped(part)}" for part in inside))


def _escaped(part: object) -> str:
    """As a JSON pointer writes it; a name that nobody could have typed is cut short."""
    return str(part)[:60].replace("~", "~0").replace("/", "~1")


def install(api: NinjaAPI) -> None:
    """Whatever ends a call ends it in this form."""

    @api.exception_handler(Broken)
    def broken(_request: HttpRequest, error: Broken) -> HttpResponse:
        return error.response()

    @api.exception_handler(Http404)
    def missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem(404)

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(422, errors=[fault(one) for one in error.errors[:50]])

    @api.exception_handler(HttpError)
    def http(_request: HttpRequest, error: HttpError) -> HttpResponse:
        detail = _("The body is not the JSON that we expect.") if error.status_code == 400 else ""
        return problem(error.status_code, detail)
