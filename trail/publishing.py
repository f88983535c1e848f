"""The head of the chain, published once a day."""

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from trail.models import Head, Sight
from trail.verify import verify


@transaction.atomic
def publish_head(at: datetime) -> Head | None:
    """Publish the day's head after walking the whole chain; None where the day has one. A broken
    chain is published too, and says so: silence would hide it."""
    day = timezone.localdate(at, timezone.get_default_timezone())
    if Head.objects.filter(day=day).exists():
        return None
    verdict = verify()
    sights, digest = sights_until(day)
    head, new = Head.objects.get_or_create(
        day=day,
        defaults={
            "links": verdict.links,
            "hash": verdict.head,
            "sights": sights,
            "sights_hash": digest,
            "unbroken": verdict.whole,
            "published_at": at,
        },
    )
    return head if new else None


def sights_until(day: date) -> tuple[int, str]:
    """How often files were read before that day, and one digest over all of it."""
    digest, count = hashlib.sha256(), 0
    rows = Sight.objects.filter(day__lt=day).order_by("day", "case", "person_id", "what")
    for row in rows.values_list("day", "case", "person_id", "what").iterator(chunk_size=5000):
        digest.update("\t".join(map(str, row)).encode() + b"\n")
        count += 1
    return count, digest.hexdigest()
