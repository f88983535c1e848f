"""How often a certificate was checked on a day: a number, and nothing about who checked.

The numbers live in the cache for a month and in no record. Where the cache is away or emptied,
there are fewer of them, and everything else works.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.cache import cache

from certificates.dates import body_day
from certificates.models import Certificate

DAYS = 30
KEPT = (DAYS + 1) * 24 * 3600  # seconds


def note_check(certificate: Certificate, at: datetime) -> None:
    key = _key(certificate, body_day(at))
    try:
        cache.incr(key)
    except ValueError:
        cache.set(key, 1, KEPT)


def note_checks(certificates: Iterable[Certificate], at: datetime) -> None:
    """The same for many at once, in two moves however many."""
    keys = [_key(certificate, body_day(at)) for certificate in certificates]
    known = cache.get_many(keys)
    cache.set_many({key: known.get(key, 0) + 1 for key in keys}, KEPT)


def checks(certificate: Certificate, today: date) -> list[tuple[date, int]]:
    """Days of the last month on which it was checked, the newest first."""
    days = {_key(certificate, today - timedelta(days=n)): n for n in range(DAYS)}
    found = cache.get_many(days)
    return [(today - timedelta(days=days[key]), int(found[key])) for key in days if key in found]


def _key(certificate: Certificate, day: date) -> str:
    return f"checked:{certificate.pk}:{day.isoformat()}"
