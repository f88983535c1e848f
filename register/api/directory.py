"""The directory: certified mentors, and of each only what they show."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _later
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from directory.finding import Asked, Held, Shown, search, shown
from notices.texts import absolute
from register.api.problems import Broken
from register.api.shapes import ASK_AGAIN, SEEN, Links, Told, following_page, keep

router = Router(tags=["Directory"])
Level = Literal["recognition", "concepts", "practice", "journey"]
CODE = r"^[-a-zA-Z0-9_]+$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=SEEN)]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")]
Entry = Annotated[str, StringConstraints(min_length=1, max_length=24, pattern=CODE)]


class Certified(Told):
    """A certificate that is valid now. Without the person's name there is no number either."""

    title: str = Field(examples=["Certificate of Practice - Mentor"])
    level: Level = Field(examples=["practice"])
    awarded_on: date = Field(examples=["2025-06-02"])
    valid_until: date | None = Field(
        description=_later("Its last day; null where it does not expire."), examples=["2027-06-02"]
    )
    renewal_is_decided: bool = Field(
        description=_later("Its last day is over, and a timely renewal is being decided."),
        examples=[False],
    )
    number: str | None = Field(examples=["IMC-2026-7F3K-Q9"])
    page: str | None = Field(
        description=_later("The page that checks it."),
        examples=["https://portal.example.org/c/x3Kd81mWqLz0PfYtR5vB2A/"],
    )


class Listed(Told):
    """A mentor who asked to be found. What they do not show is null or empty."""

    id: str = Field(examples=["mWqLz0PfYtR5vB2A"])
    name: str | None = Field(examples=["Ada Example"])
    place: str | None = Field(examples=["Halifax"])
    country: str | None = Field(description=_later("ISO 3166, two letters."), examples=["CA"])
    languages: list[str] = Field(description=_later("ISO 639."), examples=[["en", "fr"]])
    about: str | None = Field(examples=["I keep bees, and listen."])
    for_whom: str | None = Field(examples=["People who change their trade"])
    offers_mentoring: bool = Field(examples=[True])
    volunteers: bool = Field(examples=[False])
    takes_letters: bool = Field(
        description=_later("Can they be written to through the portal?"), examples=[True]
    )
    certificates: list[Certified]
    page: str = Field(
        description=_later("The page that says the same to people."),
        examples=["https://portal.example.org/directory/mWqLz0PfYtR5vB2A/"],
    )


class Directory(Links):
    people: list[Listed]
    close: bool = Field(
        description=_later("Nobody is called as was asked; these names come near."),
        examples=[False],
    )


@router.get(
    "",
    response=Directory,
    url_name="directory",
    operation_id="search_directory",
    summary=_later("Find certified mentors"),
    description=_later(
        "Those who hold a certificate today and asked to be found, each with what they show. The "
        "nearest name first; without a name, in the order of names. Nobody is found by what they "
        "do not show."
    ),
)
def people(
    request: HttpRequest,
    response: HttpResponse,
    name: Annotated[
        Words | None,
        Query(description=_later("A part of the name. Accents do not matter."), examples=["Ada"]),
    ] = None,
    place: Annotated[Words | None, Query(examples=["Halifax"])] = None,
    country: Annotated[
        Country | None, Query(description=_later("ISO 3166, two letters."), examples=["CA"])
    ] = None,
    speaks: Annotated[
        Language | None,
        Query(description=_later("A language they mentor in, ISO 639."), examples=["fr"]),
    ] = None,
    level: Annotated[Level | None, Query(examples=["practice"])] = None,
    offers: Annotated[
        bool, Query(description=_later("Only those who offer mentoring."), examples=[True])
    ] = False,
    volunteers: Annotated[
        bool, Query(description=_later("Only those who volunteer."), examples=[False])
    ] = False,
    after: Annotated[
        Entry | None,
        Query(description=_later("Where the page begins: take it from “next”.")),
    ] = None,
) -> dict[str, object]:
    asked = Asked(
        name=name or "",
        place=place or "",
        country=country or "",
        language=speaks or "",
        level=level or "",
        offers=offers,
        volunteers=volunteers,
    )
    leaf = search(asked, at=timezone.now(), after=after or "")
    keep(response, ASK_AGAIN)
    following = following_page(request, response, leaf.following) if leaf.following else None
    return {"people": [_told(one) for one in leaf.rows], "close": leaf.near, "next": following}


@router.get(
    "/{entry}",
    response=Listed,
    url_name="person",
    operation_id="read_entry",
    summary=_later("Read one entry of the directory"),
)
def person(
    request: HttpRequest,
    response: HttpResponse,
    entry: Annotated[
        str,
        Path(
            min_length=1,
            max_length=24,
            pattern=CODE,
            description=_later("Its identifier, as the list gives it."),
            examples=["mWqLz0PfYtR5vB2A"],
        ),
    ],
) -> dict[str, object]:
    found = shown(entry, at=timezone.now())
    if found is None:
        raise Broken(404, _("Nobody is in the directory at this address."))
    keep(response, ASK_AGAIN)
    return _told(found)


def _told(one: Shown) -> dict[str, object]:
    return {
        "id": one.public_id,
        "name": one.name or None,
        "place": one.place or None,
        "country": one.country or None,
        "languages": list(one.languages),
        "about": one.about or None,
        "for_whom": one.for_whom or None,
        "offers_mentoring": one.offers,
        "volunteers": one.volunteers,
        "takes_letters": one.takes_letters,
        "certificates": [_certified(held) for held in one.certificates],
        "page": absolute(reverse("directory:entry", args=[one.public_id])),
    }


def _certified(held: Held) -> dict[str, object]:
    page = reverse("register:certificate", args=[held.public_id]) if held.public_id else ""
    return {
        "title": held.title,
        "level": held.level,
        "awarded_on": held.awarded_on,
        "valid_until": held.valid_until,
        "renewal_is_decided": held.in_renewal,
        "number": held.number or None,
        "page": absolute(page) if page else None,
    }
