"""Finding a certificate by what somebody typed, and who is listed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.db.models.fields.json import KeyTextTransform

from certificates.models import Certificate, CertificateEvent, Visibility
from certificates.numbers import tidy

PUBLIC_ID = re.compile(r"^[-\w]{6,24}$", re.ASCII)
IN_ADDRESS = re.compile(r"/c/([-\w]{6,24})(?:/|\.json|$)", re.ASCII)
DIGEST = re.compile(r"^[0-9a-f]{64}$", re.ASCII)
PAGE = 20
TOLD = ("certificate", "kind", "effective_at")
# What a check reads. Fewer columns are most of what makes it quick.
READ = [
    *("public_id", "number", "awarded_on", "expires_on", "snapshot", "issued_at", "visibility"),
    *("replaces", "credential__sealed_at"),
    *(f"renewed_by__{name}" for name in ("public_id", "number", "visibility")),
    *(f"replaced_by__{name}" for name in ("public_id", "number", "visibility")),
]


def public_certificates() -> QuerySet[Certificate]:
    """What may be checked, with what a check needs: one query, and one for the events."""
    return (
        Certificate.objects.public()
        .select_related("renewed_by", "replaced_by", "credential")
        .only(*READ)
        .prefetch_related(Prefetch("events", CertificateEvent.objects.only(*TOLD)))
        .order_by()
    )


def checked(public_id: str) -> Certificate | None:
    """The certificate at this address, if it may be checked."""
    return next(iter(public_certificates().filter(public_id=public_id)), None)


def find(typed: str, name: str = "") -> Certificate | None:
    """By number, by code, or by the address that a square code leads to; with a name, only if that
    stands on the certificate.

    A private certificate and one that never was are both nothing, and so is another name.
    """
    found = _find(typed.strip())
    return found if found and _bears(found, name) else None


def find_paper(sha256: str) -> Certificate | None:
    """By the digest of a PDF that we issued, now or earlier."""
    return Certificate.objects.public().on_paper(sha256).first() if DIGEST.match(sha256) else None


def _bears(certificate: Certificate, name: str) -> bool:
    """Every word of the name stands on it; accents, case and the order do not matter."""
    return _words(name) <= _words(str(certificate.snapshot["holder"]))


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return set(re.findall(r"\w+", letters))


def _find(typed: str) -> Certificate | None:
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
