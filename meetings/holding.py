"""Keeping a time for somebody while they answer the questions. A hold that is over counts no more,
swept or not."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from meetings.locks import lock
from meetings.models import MINUTES, Hold, Kind
from meetings.rules import check_time

LASTS = timedelta(minutes=10)


@transaction.atomic
def hold(
    *, kind: Kind, host: User, guest: User, starts_at: datetime, about: str, at: datetime
) -> Hold:
    """Keep this time for the guest, in place of any other they hold for the same matter."""
    lock(host, guest)
    check_time(kind, host, guest, starts_at, by=guest, at=at, about=about)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=MINUTES[kind])}
    row, _new = Hold.objects.update_or_create(
        guest=guest,
        about=about,
        defaults={"host": host, "kind": kind, **times, "made_at": at, "until": at + LASTS},
    )
    return row


def held(guest: User, about: str, at: datetime) -> Hold | None:
    """What this person holds for this matter now."""
    live = Hold.objects.live(at).filter(guest=guest, about=about)
    return live.select_related("host", "guest").first()


@transaction.atomic
def release(*, guest: User, about: str) -> None:
    """The time is anybody's again."""
    Hold.objects.filter(guest=guest, about=about).delete()


@transaction.atomic
def sweep(at: datetime) -> int:
    """Remove what is over; returns how many."""
    gone, _each = Hold.objects.filter(until__lte=at).delete()
    return gone
