"""Letters about renewal, computed from dates: the same whenever, and however often, they run."""

from datetime import date, datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from certificates.dates import body_day
from certificates.models import Certificate, CertificateEvent
from certificates.renewal import WARNINGS
from certificates.status import Kind
from notices.sweeps import owe_all, text

# A sweep that was away for two weeks still writes; looking further back each day would cost more
# than it finds.
CATCH_UP = timedelta(days=14)


def remind_of_renewals(at: datetime) -> int:
    """Owe every holder the letter of their day: 180, 90, 60, 30 and 7 days ahead, and at lapse.

    A sweep that comes late owes the latest warning that applies, not all that were missed.
    """
    today = body_day(at)
    owed = 0
    nearer = 0
    for days in sorted(WARNINGS):
        last = today + timedelta(days=days)
        first = max(today + timedelta(days=nearer), last - CATCH_UP)
        owed += _owe(f"recertification_{days}", f"-{days}d", first, last, at)
        nearer = days + 1
    yesterday = today - timedelta(days=1)
    return owed + _owe("recertification_lapsed", "lapsed", yesterday - CATCH_UP, yesterday, at)


def _owe(kind: str, fact: str, first: date, last: date, at: datetime) -> int:
    """One statement for everybody whose certificate ends between the two days."""
    key = Concat(
        Value("renewal:"),
        text("pk"),
        Value(":"),
        text("expires_on"),
        Value(f":{fact}"),
        output_field=CharField(),
    )
    return owe_all(
        kind, _ending(first, last), key=key, to="holder_id", ids={"certificate": "pk"}, at=at
    )


def _ending(first: date, last: date) -> QuerySet[Certificate]:
    renewed = CertificateEvent.objects.filter(certificate=OuterRef("pk"), kind=Kind.RENEWED)
    return Certificate.objects.filter(
        ~Exists(renewed), stopped_at=None, expires_on__range=(first, last)
    )
