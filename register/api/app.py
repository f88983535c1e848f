"""The API as a whole: its parts, its addresses and its description."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_noop as _later
from ninja import NinjaAPI, Router
from pydantic import Field

from notices.texts import absolute
from register.api import (
    awards,
    catalogue,
    certificates,
    directory,
    frameworks,
    lists,
    problems,
)
from register.api.shapes import MINUTES_5, Told, keep

VERSION = "1.0.0"
start = Router(tags=["Start"])
# Every part of the API, and below which address it stands. A new part is one line here.
PARTS = {
    "": start,
    "/certificates": certificates.router,
    "/checks": lists.router,
    "/catalogue": catalogue.router,
    "/frameworks": frameworks.router,
    "/crosswalk": frameworks.crosswalk_router,
    "/awards": awards.router,
    "/directory": directory.router,
}


class Start(Told):
    version: str = Field(examples=[VERSION])
    documentation: str = Field(examples=["https://portal.example.org/api/"])
    openapi: str = Field(examples=["https://portal.example.org/api/v1/openapi.json"])


@start.get(
    "/",
    response=Start,
    url_name="start",
    operation_id="start",
    summary=_later("Find the documentation"),
)
def begin(request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    keep(response, MINUTES_5)
    return {
        "version": VERSION,
        "documentation": absolute(reverse("register:api")),
        "openapi": absolute(reverse("api:openapi")),
    }


api = NinjaAPI(
    title=_later("The public API of the IMC Portal"),
    version=VERSION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
for prefix, router in PARTS.items():
    api.add_router(prefix, router)


def urls() -> tuple[list[Any], str, str]:
    """For everybody: nothing here asks who somebody is."""
    patterns, app, space = api.urls
    ours = [one for one in patterns if isinstance(one, URLPattern) and one.name != "api-root"]
    for pattern in ours:
        pattern.callback = login_not_required(pattern.callback)
    return ours, app, space
