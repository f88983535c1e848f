"""Letters about renewal, computed from dates: the same whenever, and however often, they run."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from certificates.dates import body_day
from certificates.models import Certificate, CertificateEvent
from certificates.renewal import WARNINGS
from certificates.status import Kind
from notices.models import Message
from notices.sweeps import owe_all, text

# A sweep that was away for two weeks still writes; looking further back each day would cost more
# than it finds.
CATCH_UP = timedelta(days=14)


def remind_of_renewals(at: datetime) -> int:
    """Owe every holder the letter of their day: when handing in opens, 180, 90, 60, 30 and 7 days
    ahead, and at lapse.

    A sweep that comes late owes the latest warning that applies, not all that were missed.
    """
    return sum(_owe(window, at) for window in windows(body_day(at)))


@dataclass(frozen=True, slots=True)
class Window:
    """Certificates that end from `first` to `last` are owed this letter, for this fact."""

    kind: str
    fact: str
    first: date
    last: date


def windows(today: date) -> list[Window]:
    """What a sweep on that day looks for. Pure; no two windows share a day."""
    found, nearer = [], 0
    for days in sorted(WARNINGS):
        last = today + timedelta(days=days)
        first = max(today + timedelta(days=nearer), last - CATCH_UP)
        found.append(Window(f"recertification_{days}", f"-{days}d", first, last))
        nearer = days + 1
    yesterday = today - timedelta(days=1)
    lapsed = Window("recertification_lapsed", "lapsed", yesterday - CATCH_UP, yesterday)
    return [*found, lapsed]


def letters_of(certificate: Certificate, at: datetime) -> list[Message]:
    """What is owed at this instant about one certificate that can still be renewed."""
    return [
        Message(
            key=f"renewal:{certificate.pk}:{certificate.ends_on}:{window.fact}",
            kind=window.kind,
            to_id=certificate.holder_id,
            not_before=at,
            context={"certificate": certificate.pk},
        )
        for window in windows(body_day(at))
        if certificate.ends_on and window.first <= certificate.ends_on <= window.last
    ]


def _owe(window: Window, at: datetime) -> int:
    """One statement for everybody whose certificate ends between the two days."""
    key = Concat(
        Value("renewal:"),
        text("pk"),
        Value(":"),
        Cast(Coalesce("extended_to", "expires_on"), CharField()),
        Value(f":{window.fact}"),
        output_field=CharField(),
    )
    return owe_all(
        window.kind,
        _ending(window.first, window.last),
        key=key,
        to="holder_id",
        ids={"certificate": "pk"},
        at=at,
    )


def _ending(first: date, last: date) -> QuerySet[Certificate]:
    days = (first, last)
    moved = Q(extended_to__range=days)
    return to_renew().filter(moved | Q(extended_to=None, expires_on__range=days))


def to_renew() -> QuerySet[Certificate]:
    """Certificates that end one day and are neither renewed nor stopped, and of which no renewal
    is being decided."""
    renewed = CertificateEvent.objects.filter(certificate=OuterRef("pk"), kind=Kind.RENEWED)
    return Certificate.objects.filter(
        ~Exists(renewed), stopped_at=None, handed_in_on=None, expires_on__isnull=False
    )
