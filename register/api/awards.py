"""Programmes that hold an award today and agreed to be named."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _later
from ninja import Query, Router
from pydantic import Field

from awards.models import Award
from certificates.dates import body_day
from notices.texts import absolute
from register.api.shapes import ASK_AGAIN, Limit, Links, Told, in_pages, keep

router = Router(tags=["Programme awards"])
FIRST = UUID(int=0)


class Awarded(Told):
    """A programme, and the award that it holds. Awards speak of programmes, never of people."""

    number: str = Field(examples=["AWD-2026-3F6Q-V8"])
    id: UUID = Field(examples=["0d7a8f2e-4f4e-4c77-9d4e-6f2f0f6a1b3c"])
    programme: str = Field(examples=["Mentoring at Elm College"])
    organisation: str = Field(examples=["Elm College"])
    city: str = Field(examples=["Halifax"])
    country: str = Field(examples=["Canada"])
    scheme: str = Field(examples=["ISMPE"])
    level: str = Field(examples=["Gold"])
    awarded_on: date = Field(examples=["2026-02-01"])
    valid_until: date = Field(description=_later("Its last day."), examples=["2029-02-01"])
    page: str = Field(
        description=_later("The page that says the same to people."),
        examples=["https://portal.example.org/a/0d7a8f2e-4f4e-4c77-9d4e-6f2f0f6a1b3c/"],
    )


class Awards(Links):
    awards: list[Awarded]


@router.get(
    "",
    response=Awards,
    url_name="awards",
    operation_id="list_awards",
    summary=_later("List the programmes that hold an award today"),
    description=_later("Those that agreed to be named, in the order of their identifiers."),
)
def awards(
    request: HttpRequest,
    response: HttpResponse,
    after: Annotated[
        UUID, Query(description=_later("Where the page begins: take it from “next”."))
    ] = FIRST,
    limit: Limit = 100,
) -> dict[str, object]:
    found = Award.objects.in_force(body_day(timezone.now())).newest()
    found = found.filter(programme__listed=True, public_id__gt=after)
    rows = found.select_related("programme__organisation").order_by("public_id")
    keep(response, ASK_AGAIN)
    page, following = in_pages(
        request, response, rows[: limit + 1], limit, lambda award: award.public_id
    )
    return {"awards": [_told(award) for award in page], "next": following}


def _told(award: Award) -> dict[str, object]:
    programme = award.programme
    return {
        "number": award.number,
        "id": award.public_id,
        "programme": programme.name,
        "organisation": programme.organisation.name,
        "city": programme.organisation.city,
        "country": programme.organisation.country,
        "scheme": award.scheme_title,
        "level": award.label,
        "awarded_on": award.awarded_on,
        "valid_until": award.valid_until,
        "page": absolute(reverse("award:page", args=[award.public_id])),
    }
