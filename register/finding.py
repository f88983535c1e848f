"""Finding a certificate by what somebody typed, and who is listed."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from certificates.models import Certificate, Visibility
from certificates.numbers import tidy

PUBLIC_ID = re.compile(r"^[-\w]{6,24}$", re.ASCII)
IN_ADDRESS = re.compile(r"/c/([-\w]{6,24})(?:/|\.json|$)", re.ASCII)
PAGE = 20


def public_certificates() -> QuerySet[Certificate]:
    """What may be checked, with what a check needs: one query, and one for the events."""
    return (
        Certificate.objects.public()
        .select_related("renewed_by", "credential")
        .prefetch_related("events")
    )


def find(typed: str) -> Certificate | None:
    """By number, by code, or by the address that a square code leads to.

    A private certificate and one that never was are both nothing.
    """
    typed = typed.strip()
    if address := IN_ADDRESS.search(typed):
        return Certificate.objects.public().filter(public_id=address[1]).first()
    if number := tidy(typed):
        return Certificate.objects.public().filter(number=number).first()
    code = typed.replace(" ", "")
    if not PUBLIC_ID.match(code):
        return None
    return Certificate.objects.public().filter(public_id=code).first()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the directory, and the number of the next where there is one."""

    rows: list[Certificate]
    following: int | None


def listed(on: date) -> QuerySet[Certificate]:
    """Certificates in force whose holders want to be found, by the name that stands on them."""
    return (
        Certificate.objects.in_force(on)
        .filter(visibility=Visibility.DIRECTORY)
        .select_related("holder", "tier")
        .order_by(KeyTextTransform("holder", "snapshot"), "pk")
    )


def search(
    rows: QuerySet[Certificate], *, name: str, country: str, level: str
) -> QuerySet[Certificate]:
    if name:
        rows = rows.filter(snapshot__holder__icontains=name)
    if country:
        rows = rows.filter(holder__country=country)
    if level:
        rows = rows.filter(tier__level=level)
    return rows


def leaf(rows: QuerySet[Certificate], number: int) -> Leaf:
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Leaf(found[:PAGE], number + 1 if len(found) > PAGE else None)


def countries(rows: QuerySet[Certificate]) -> list[str]:
    named = rows.exclude(holder__country="").order_by("holder__country")
    return list(named.values_list("holder__country", flat=True).distinct())
