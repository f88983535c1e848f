"""Looking for a recognised education provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from applicants.models import Provider, ProviderRequest
from applicants.models.provider import ProviderQuerySet
from applicants.provider_words import languages, named

ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A provider as everybody may see it."""

    provider: Provider | ProviderRequest
    languages: Sequence[str]
    areas: Sequence[str]


def countries(on: date) -> list[str]:
    rows = Provider.objects.recognised(on).exclude(country="").order_by("country")
    return list(rows.values_list("country", flat=True).distinct())


def search(on: date, said: dict[str, Any]) -> ProviderQuerySet:
    rows = Provider.objects.recognised(on)
    if words := said.get("q"):
        rows = rows.filter(
            Q(name__icontains=words) | Q(offer__icontains=words) | Q(alignment__icontains=words)
        )
    if country := said.get("country"):
        rows = rows.filter(country=country)
    if language := said.get("language"):
        rows = rows.filter(languages__contains=f",{language},")
    if area := said.get("area"):
        rows = rows.filter(areas__contains=f",{area},")
    return rows.order_by("name", "pk")


def entries(
    rows: Sequence[Provider | ProviderRequest], taught: list[tuple[str, str]]
) -> list[Entry]:
    """`taught` are the areas of the profiles with their names."""
    spoken = languages()
    return [
        Entry(one, named(one.language_codes, spoken), named(one.area_codes, taught)) for one in rows
    ]
