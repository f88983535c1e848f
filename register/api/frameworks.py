"""Published editions with their areas and statements, and what answers what between them."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _later
from ninja import Path, Query, Router
from pydantic import Field

from frameworks.models import (
    ORIGINAL,
    Area,
    Crosswalk,
    Edition,
    EditionQuerySet,
    Framework,
    Statement,
    reader,
)
from frameworks.reading import in_force
from notices.texts import absolute
from register.api.shapes import (
    MINUTES_5,
    Label,
    Links,
    Paged,
    Slug,
    Told,
    in_pages,
    keep,
    language,
)

router = Router(tags=["Frameworks"])
crosswalk_router = Router(tags=["Frameworks"])
InPath = Annotated[Slug, Path(description=_later("The key of a framework."), examples=["mentor"])]
Named = Annotated[Label, Path(description=_later("The name of an edition."), examples=["2026.1"])]


class EditionShort(Told):
    """An edition of a framework. A published edition never changes."""

    label: str = Field(examples=["2026.1"])
    in_force: bool = Field(
        description=_later("Do new applications start under it?"), examples=[True]
    )
    sample: bool = Field(
        description=_later("Does it await the approval of the body?"), examples=[True]
    )
    published_on: date | None = Field(examples=["2026-01-15"])
    retired_on: date | None = Field(examples=[None])


class FrameworkTold(Told):
    """A family of editions."""

    key: str = Field(examples=["mentor"])
    title: str = Field(examples=["Mentor profile"])
    publisher: str = Field(
        description=_later("Whose words these are."),
        examples=["International Mentoring Community"],
    )
    note: str = Field(examples=[""])
    editions: list[EditionShort]


class Frameworks(Told):
    frameworks: list[FrameworkTold]


class AreaTold(Told):
    code: str = Field(examples=["M1"])
    title: str = Field(examples=["Preparing for mentoring"])
    plain_title: str = Field(examples=["Getting ready"])
    description: str = Field(examples=["What happens before the first meeting."])
    language: str = Field(description=_later("The language of these words."), examples=["en"])
    statements: int = Field(description=_later("How many it holds."), examples=[8])


class EditionTold(EditionShort):
    """An edition with its areas."""

    framework: str = Field(examples=["mentor"])
    title: str = Field(examples=["Mentor profile"])
    areas: list[AreaTold]
    page: str = Field(
        description=_later("The page that says the same to people."),
        examples=["https://portal.example.org/frameworks/mentor/2026.1/"],
    )


class StatementTold(Told):
    """What a mentor does, and what comes of it."""

    code: str = Field(examples=["M1.1"])
    area: str = Field(description=_later("The code of its area."), examples=["M1"])
    action: str = Field(examples=["Agrees with the mentee what mentoring is for,"])
    outcome: str = Field(examples=["so that both know what to expect."])
    language: str = Field(description=_later("The language of these words."), examples=["en"])
    safety_critical: bool = Field(examples=[False])


class Statements(Links):
    statements: list[StatementTold]


class Place(Told):
    """A statement by its place."""

    framework: str = Field(examples=["mentor"])
    edition: str = Field(examples=["2026.1"])
    code: str = Field(examples=["M1.1"])


class Link(Told):
    """A statement that answers an indicator of another framework."""

    indicator: Place
    statement: Place
    closeness: Literal["direct", "partial"] = Field(
        description=_later("Does it answer the whole indicator, or a part of it?"),
        examples=["direct"],
    )


class Crosswalked(Links):
    links: list[Link]


@router.get(
    "",
    response=Frameworks,
    url_name="frameworks",
    operation_id="list_frameworks",
    summary=_later("List the frameworks and their published editions"),
)
def frameworks(request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    found = _editions(Edition.objects.published(), response)
    return {"frameworks": _families(found)}


@router.get(
    "/{key}",
    response=FrameworkTold,
    url_name="framework",
    operation_id="read_framework",
    summary=_later("Read one framework and its published editions"),
)
def framework(request: HttpRequest, response: HttpResponse, key: InPath) -> dict[str, object]:
    found = _editions(Edition.objects.published().filter(framework__key=key), response)
    if not found:
        raise Http404
    return _families(found)[0]


@router.get(
    "/{key}/editions/{label}",
    response=EditionTold,
    url_name="edition",
    operation_id="read_edition",
    summary=_later("Read one edition and its areas"),
)
def edition(
    request: HttpRequest, response: HttpResponse, key: InPath, label: Named
) -> dict[str, object]:
    found = _edition(key, label, response)
    areas = Area.objects.filter(edition=found).annotate(n=Count("statements"))
    return {
        **_short(found, set(in_force(timezone.now()))),
        "framework": found.framework.key,
        "title": found.framework.title,
        "areas": [_area(area) for area in areas.prefetch_related("texts").order_by("position")],
        "page": absolute(reverse("frameworks:edition", args=[found.framework.key, found.label])),
    }


class OfArea(Paged):
    area: Label | None = Field(
        default=None, description=_later("Of this area alone."), examples=["M1"]
    )


@router.get(
    "/{key}/editions/{label}/statements",
    response=Statements,
    url_name="statements",
    operation_id="list_statements",
    summary=_later("List the statements of one edition"),
)
def statements(
    request: HttpRequest,
    response: HttpResponse,
    key: InPath,
    label: Named,
    paged: Query[OfArea],
) -> dict[str, object]:
    found = _edition(key, label, response)
    rows = Statement.objects.filter(edition=found, position__gt=paged.after)
    if paged.area is not None:
        rows = rows.filter(area__code=paged.area)
    rows = rows.select_related("area").prefetch_related("texts").order_by("position")
    page, following = in_pages(
        request, response, rows[: paged.limit + 1], paged.limit, lambda one: one.position
    )
    return {"statements": [_statement(one) for one in page], "next": following}


class OfFramework(Paged):
    framework: Slug | None = Field(
        default=None,
        description=_later("Links from or to this framework alone."),
        examples=["mentor"],
    )


@crosswalk_router.get(
    "",
    response=Crosswalked,
    url_name="crosswalk",
    operation_id="list_crosswalk",
    summary=_later("List which statements answer which indicators of other frameworks"),
    description=_later("Of published editions, in the order in which the links were made."),
)
def crosswalk(
    request: HttpRequest,
    response: HttpResponse,
    paged: Query[OfFramework],
) -> dict[str, object]:
    rows = Crosswalk.objects.filter(
        pk__gt=paged.after,
        indicator__edition__published_at__isnull=False,
        statement__edition__published_at__isnull=False,
    )
    if key := paged.framework:
        rows = rows.filter(
            Q(indicator__edition__framework__key=key) | Q(statement__edition__framework__key=key)
        )
    ends = ("indicator__edition__framework", "statement__edition__framework")
    keep(response, MINUTES_5)
    rows = rows.select_related(*ends).order_by("pk")
    page, following = in_pages(
        request, response, rows[: paged.limit + 1], paged.limit, lambda one: one.pk
    )
    return {"links": [_link(one) for one in page], "next": following}


def _editions(found: EditionQuerySet, response: HttpResponse) -> list[Edition]:
    rows = found.select_related("framework")
    editions = list(rows.order_by("framework__key", "-published_at"))
    keep(response, MINUTES_5, [at for e in editions for at in (e.published_at, e.retired_at)])
    return editions


def _edition(key: str, label: str, response: HttpResponse) -> Edition:
    rows = Edition.objects.published().filter(framework__key=key, label=label)
    found = rows.select_related("framework").first()
    if found is None:
        raise Http404
    keep(response, MINUTES_5, [found.published_at, found.retired_at])
    return found


def _families(editions: Iterable[Edition]) -> list[dict[str, object]]:
    current = set(in_force(timezone.now()))
    families: dict[Framework, list[dict[str, object]]] = {}
    for one in editions:
        families.setdefault(one.framework, []).append(_short(one, current))
    return [
        {
            "key": family.key,
            "title": family.title,
            "publisher": family.publisher,
            "note": family.note,
            "editions": shown,
        }
        for family, shown in families.items()
    ]


def _short(one: Edition, current: set[int]) -> dict[str, object]:
    return {
        "label": one.label,
        "in_force": one.pk in current,
        "sample": one.sample,
        "published_on": one.published_on,
        "retired_on": one.retired_on,
    }


def _area(area: Area) -> dict[str, object]:
    own = next((text for text in area.texts.all() if text.language == reader()), None)
    text = own or area
    return {
        "code": area.code,
        "title": text.title,
        "plain_title": text.plain_title,
        "description": text.description,
        "language": language() if own else ORIGINAL,
        "statements": area.n,  # type: ignore[attr-defined]
    }


def _statement(one: Statement) -> dict[str, object]:
    said = one.said
    return {
        "code": one.code,
        "area": one.area.code,
        "action": said.name,
        "outcome": said.outcome,
        "language": said.lang or language(),
        "safety_critical": one.safety_critical,
    }


def _link(one: Crosswalk) -> dict[str, object]:
    return {
        "indicator": _place(one.indicator),
        "statement": _place(one.statement),
        "closeness": one.link,
    }


def _place(one: Statement) -> dict[str, object]:
    family = one.edition.framework
    return {"framework": family.key, "edition": one.edition.label, "code": one.code}
