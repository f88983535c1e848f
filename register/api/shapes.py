"""The parts of which requests and answers are made."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import wraps
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _later
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from notices.texts import absolute
from register.api.problems import Broken

T = TypeVar("T")
MOST_BYTES = 1024 * 1024
# Neither control characters nor halves of them: no database keeps them, and no name holds them.
SEEN = r"^[^\x00-\x1f\x7f-\x9f]*$"
LABEL = r"^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$"
SLUG = r"^[-a-zA-Z0-9_]+$"
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MINUTES_5, ASK_AGAIN = "public, max-age=300", "no-cache"


def _day(value: object) -> object:
    """A day and nothing else: the library would also take seconds since 1970."""
    if value is None or isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and ISO_DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "not a day")


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Number = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60, pattern=SEEN),
    Field(examples=["IMC-2026-7F3K-Q9"]),
]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=SEEN),
    Field(examples=["Ada Example"]),
]
Slug = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=SLUG)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=LABEL)]
Limit = Annotated[int, Field(ge=1, le=200, description=_later("How many a page, at most."))]
Key = Annotated[
    int, Field(ge=0, le=2**53, description=_later("Where the page begins: take it from “next”."))
]


class Told(Schema):
    """What we answer holds what is described and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Paged(Schema):
    """A page of a list, by the key of the last that was shown."""

    after: Key = 0
    limit: Limit = 100


class Links(Told):
    next: str | None = Field(
        description=_later("The address of the next page, where there is one."), examples=[None]
    )


def language() -> str:
    """The language of an answer, as machines write it."""
    return "fr-CA" if (get_language() or "en").startswith("fr") else "en"


def in_pages(
    request: HttpRequest,
    response: HttpResponse,
    found: Iterable[T],
    limit: int,
    key_of: Callable[[T], object],
) -> tuple[list[T], str | None]:
    """One page of what was found, with one more to see whether there is a next."""
    rows = list(found)
    if len(rows) <= limit:
        return rows, None
    rows = rows[:limit]
    return rows, following_page(request, response, str(key_of(rows[-1])))


def following_page(request: HttpRequest, response: HttpResponse, after: str) -> str:
    """The address of the same question from there on, told in the head of the answer too."""
    asked = {k: v for k, v in request.GET.items() if k != "after"}
    address = absolute(f"{request.path}?{urlencode(asked | {'after': after})}")
    response["Link"] = f'<{address}>; rel="next"'
    return address


def keep(response: HttpResponse, how: str, changed: Sequence[Any] = ()) -> None:
    """Say how long the answer may be kept, and since when it has been so."""
    response["Cache-Control"] = how
    if times := [at for at in changed if at]:
        response["Last-Modified"] = http_date(max(times).timestamp())


def reads(media: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A body of this kind, and no larger than anybody needs."""

    def decorator(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(run)
        def reader(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                _look(request, media)
            except Broken as broken:
                return broken.response()
            return run(request, *args, **kwargs)

        return reader

    return decorator


def _look(request: HttpRequest, media: str) -> None:
    if request.content_type != media:
        raise Broken(415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Broken(413)
