"""A person's meetings as a calendar that reads itself again, at an address nobody can guess.

Calendar programs cannot sign in, so whoever knows the address may read. It is made, replaced and
revoked by its owner alone, and says no more than the invitations do.
"""

import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.invite import feed as calendar_file
from meetings.letters import invite_of, invite_of_visit
from meetings.models import CalendarFeed, Meeting, Visit
from trail.models import Event

BYTES = 32  # 256 bits: guessing is no way in
PAST = timedelta(days=60)
EVERY = timedelta(hours=1)


@transaction.atomic
def make(*, by: User, at: datetime) -> CalendarFeed:
    """Give the person an address. An earlier one stops working."""
    seed = secrets.token_hex(BYTES)
    facts = {"seed": seed, "digest": _digest(_secret(seed)), "made_at": at, "last_read_on": None}
    feed, is_new = CalendarFeed.objects.update_or_create(person=by, defaults=facts)
    Event.objects.record("make_feed" if is_new else "replace_feed", about=by, by=by, at=at)
    return feed


@transaction.atomic
def revoke(*, by: User, at: datetime) -> None:
    """The address stops working, and nothing takes its place."""
    deleted, _rows = CalendarFeed.objects.filter(person=by).delete()
    if deleted:
        Event.objects.record("revoke_feed", about=by, by=by, at=at)


def secret_of(feed: CalendarFeed) -> str:
    """What the address carries; nothing where the server's key has changed since it was made.
    The address goes on working then, but nobody can read it here any more."""
    secret = _secret(feed.seed)
    return secret if _digest(secret) == feed.digest else ""


def find(secret: str) -> CalendarFeed | None:
    """The feed behind a secret, by one look at one index, whatever is asked: unknown, revoked and
    closed accounts cannot be told apart by the answer or by the time it takes."""
    active = CalendarFeed.objects.filter(person__is_active=True).select_related("person")
    return active.filter(digest=_digest(secret)).first()


def note_read(feed: CalendarFeed, *, at: datetime) -> None:
    """Remember the day on which it was last read, once a day."""
    day = at.astimezone(feed.person.zone).date()
    if feed.last_read_on != day:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=day)


def calendar_of(person: User, *, at: datetime) -> bytes:
    """From two months back to the last that is booked, cancelled ones included so that programs
    strike them out. Two queries, in the person's language."""
    meetings = Meeting.objects.of(person).filter(starts_at__gte=at - PAST)
    meetings = meetings.select_related("host", "guest").order_by("starts_at", "pk")
    visits = Visit.objects.filter(host=person, starts_at__gte=at - PAST).select_related("host")
    with translation.override(person.language):
        found = [*map(invite_of, meetings), *map(invite_of_visit, visits.order_by("starts_at"))]
        return calendar_file(found, name=_("IMC meetings"), every=EVERY)


def _secret(seed: str) -> str:
    key = salted_hmac("meetings.feed", seed, algorithm="sha256").digest()
    return urlsafe_b64encode(key).rstrip(b"=").decode()


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
