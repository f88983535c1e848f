"""The certificates on offer: their schemes, their names, and what each asks for now."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _later
from ninja import Path, Router
from pydantic import Field

from certificates.catalogue import Asked, asked_by
from certificates.models import Scheme, Tier
from notices.texts import absolute
from register.api.shapes import MINUTES_5, Slug, Told, keep, language

router = Router(tags=["Catalogue"])
Levels = Literal["recognition", "concepts", "practice", "journey"]
Way = Literal["verbal_audit", "written_audit", "verification"]


class Counted(Told):
    """How many statements are asked for, and in which edition."""

    framework: str = Field(examples=["mentor"])
    edition: str | None = Field(
        description=_later("The edition in force; null while none is published."),
        examples=["2026.1"],
    )
    concepts: int = Field(description=_later("Statements asked for as knowledge."), examples=[72])
    practices: int = Field(description=_later("Statements asked for as skill."), examples=[72])


class Offered(Told):
    """A certificate of the catalogue."""

    slug: str = Field(examples=["current-practice"])
    scheme: str = Field(description=_later("The key of its scheme."), examples=["imc-2026"])
    level: Levels = Field(
        description=_later("What both schemes share: the same level under two names."),
        examples=["practice"],
    )
    title: str = Field(examples=["Certificate of Practice - Mentor"])
    also_published_as: str | None = Field(
        description=_later("The name of the same level in the other scheme."),
        examples=["Certificate of Competence (Mentor)"],
    )
    offered: bool = Field(description=_later("Can one apply for it now?"), examples=[True])
    route: Way = Field(description=_later("How it is earned."), examples=["verification"])
    years_valid: int | None = Field(
        description=_later("How long it lasts; null where it does not expire."), examples=[2]
    )
    requires: Levels | None = Field(
        description=_later("The level that has to be held before."), examples=[None]
    )
    nests: Levels | None = Field(
        description=_later("The level that it contains."), examples=["concepts"]
    )
    renews_with: Levels | None = Field(
        description=_later("The level with which it is renewed."), examples=[None]
    )
    summary: str = Field(examples=["You show with evidence that you mentor in practice."])
    audience: str = Field(examples=["Mentors at work"])
    prerequisite: str = Field(examples=[""])
    language: str = Field(
        description=_later("The language of the three sentences."), examples=["en"]
    )
    asks: Counted


class Family(Told):
    """A scheme: a generation of names."""

    key: str = Field(examples=["imc-2026"])
    name: str = Field(examples=["IMC certificates"])
    generation: str = Field(examples=["current"])
    issuer: str = Field(examples=["International Mentoring Community"])
    administered_by: str = Field(examples=["WELLth Movement"])
    summary: str = Field(examples=["The names in use today."])
    status_note: str = Field(examples=[""])


class Catalogue(Told):
    schemes: list[Family]
    certificates: list[Offered]
    page: str = Field(
        description=_later("The page that says the same to people."),
        examples=["https://portal.example.org/about/certificates/"],
    )


@router.get(
    "",
    response=Catalogue,
    url_name="catalogue",
    operation_id="list_catalogue",
    summary=_later("Read the whole catalogue"),
    description=_later("Every scheme, every certificate, and what each asks for now."),
)
def catalogue(request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    tiers = Tier.objects.select_related("scheme", "framework")
    keep(response, MINUTES_5)
    return {
        "schemes": list(Scheme.objects.values(*Family.model_fields)),
        "certificates": [_offered(asked) for asked in asked_by(tiers, timezone.now())],
        "page": absolute(reverse("register:page", args=["certificates"])),
    }


@router.get(
    "/{slug}",
    response=Offered,
    url_name="catalogued",
    operation_id="read_offer",
    summary=_later("Read one certificate of the catalogue"),
)
def catalogued(
    request: HttpRequest,
    response: HttpResponse,
    slug: Annotated[
        Slug, Path(description=_later("Its short name."), examples=["current-practice"])
    ],
) -> dict[str, object]:
    keep(response, MINUTES_5)
    return _offered(_asked(slug, timezone.now()))


def _asked(slug: str, at: datetime) -> Asked:
    found = asked_by(Tier.objects.filter(slug=slug).select_related("scheme", "framework"), at)
    if not found:
        raise Http404
    return found[0]


def _offered(asked: Asked) -> dict[str, object]:
    tier, words = asked.tier, asked.tier.words
    return {
        "slug": tier.slug,
        "scheme": tier.scheme.key,
        "level": tier.level,
        "title": tier.name,
        "also_published_as": asked.also or None,
        "offered": tier.offered,
        "route": tier.route,
        "years_valid": tier.years_valid,
        "requires": tier.requires or None,
        "nests": tier.nests or None,
        "renews_with": tier.renews_with or None,
        "summary": words.summary,
        "audience": words.audience,
        "prerequisite": words.prerequisite,
        "language": words.lang or language(),
        "asks": {
            "framework": tier.framework.key,
            "edition": asked.edition.label if asked.edition else None,
            "concepts": asked.concepts,
            "practices": asked.practices,
        },
    }
