"""Finding a certificate by what somebody typed."""

import re
import unicodedata

from django.db.models import Prefetch, QuerySet

from certificates.models import Certificate, CertificateEvent
from certificates.numbers import tidy
from register.asking import ask

PUBLIC_ID = re.compile(r"^[-\w]{6,24}$", re.ASCII)
IN_ADDRESS = re.compile(r"/c/([-\w]{6,24})(?:/|\.json|$)", re.ASCII)
DIGEST = re.compile(r"^[0-9a-f]{64}$", re.ASCII)
TOLD = ("certificate", "kind", "effective_at", "ends_on")
# What a check reads. Fewer columns are most of what makes it quick.
READ = [
    *("public_id", "number", "awarded_on", "expires_on", "snapshot", "issued_at", "visibility"),
    *("extended_to", "replaces", "credential__sealed_at"),
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
    return ask(public_id, tuple(READ), TOLD)


def named(number: str, name: str) -> Certificate | None:
    """By its number, for whoever also knows the name that stands on it."""
    found = public_certificates().filter(number=tidy(number)).first()
    return found if found and bears(found, name) else None


def find(typed: str, name: str = "") -> Certificate | None:
    """By number, by code, or by the address that a square code leads to; with a name, only if that
    stands on the certificate.

    A private certificate and one that never was are both nothing, and so is another name.
    """
    found = _find(typed.strip())
    return found if found and (bears(found, name) or not _words(name)) else None


def find_paper(sha256: str) -> Certificate | None:
    """By the digest of a PDF that we issued, now or earlier."""
    return Certificate.objects.public().on_paper(sha256).first() if DIGEST.match(sha256) else None


def bears(certificate: Certificate, name: str) -> bool:
    """Every word of the name stands on it; accents, case and the order do not matter. Nothing is
    no name."""
    words = _words(name)
    return bool(words) and words <= _words(str(certificate.snapshot["holder"]))


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
