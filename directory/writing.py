"""Letters to people in the directory: written by anybody, sent on when the writer's address is
proven, reported and stopped by whoever received them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from certificates.dates import body_day
from directory.models import Approach, Barred, Entry, Field
from directory.services import switch_off_letters
from notices.services import post
from trail.flow import Refused
from trail.models import Event

A_DAY, TO_CONFIRM, KEPT = timedelta(days=1), timedelta(days=2), timedelta(days=180)
# How many letters a day one entry receives, and one address writes.
TO_ONE, FROM_ONE = 10, 3


class TakesNoLetters(Refused):
    """Left, switched off, not valid any more, or not from this writer: told alike."""


@dataclass(frozen=True, slots=True)
class Words:
    name: str
    email: str
    text: str


@transaction.atomic
def write(entry: Entry, words: Words, *, token: UUID, at: datetime) -> Approach:
    """Keep a letter and ask its writer to confirm it. The same token twice is one letter."""
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    if found := Approach.objects.filter(token=token).first():
        return found
    if not _takes(entry, at):
        raise TakesNoLetters(_("This person takes no letters here any more."))
    recent = Approach.objects.filter(written_at__gt=at - A_DAY)
    if recent.filter(entry=entry).count() >= TO_ONE:
        raise Refused(_("This person received many letters today. Try again tomorrow."))
    email = words.email.lower()
    if recent.filter(email=email).count() >= FROM_ONE:
        raise Refused(_("You wrote several letters today. Try again tomorrow."))
    approach = Approach.objects.create(
        entry=entry,
        token=token,
        key=secrets.token_urlsafe(24),
        name=words.name,
        email=email,
        text=words.text,
        language=get_language() or "en",
        written_at=at,
    )
    post(
        "approach_confirm",
        key=f"approach:{approach.pk}:confirm",
        address=email,
        approach=approach.pk,
        language=approach.language,
    )
    Event.objects.record("approach", about=approach, by=None, at=at)
    return approach


def waiting(key: str, at: datetime) -> Approach | None:
    """The letter behind the link of a confirmation, while the link holds."""
    rows = Approach.objects.filter(key=key, written_at__gt=at - TO_CONFIRM)
    return rows.select_related("entry").first()


@transaction.atomic
def confirm(approach: Approach, *, at: datetime) -> Approach:
    """The writer followed the link: the letter goes on its way, once."""
    entry = Entry.objects.select_for_update().get(pk=approach.entry_id)
    approach.refresh_from_db()
    if approach.confirmed_at:
        return approach
    if not _takes(entry, at) or _is_barred(entry, approach.email):
        raise TakesNoLetters(
            _("This person takes no letters here any more. Yours was not sent on.")
        )
    approach.confirmed_at = at
    approach.save(update_fields=["confirmed_at"])
    post(
        "approach_forwarded",
        key=f"approach:{approach.pk}:forwarded",
        to=entry.person,
        approach=approach.pk,
    )
    Event.objects.record("forward_approach", about=approach, by=None, at=at)
    return approach


@transaction.atomic
def report(approach: Approach, *, why: str, by: User, at: datetime) -> Approach:
    """Tell the administrators of a letter that should not have come. Its writer is barred from
    this person at once."""
    _only_receiver(approach, by)
    if not why.strip():
        raise Refused(_("Write in a sentence what is wrong with it."))
    fresh = Approach.objects.filter(pk=approach.pk, reported_at=None)
    if not fresh.update(reported_at=at, report=why.strip()):
        raise Refused(_("You have reported this letter already."))
    _bar(approach.entry, approach.email, by=by, at=at)
    for admin in User.objects.with_role(Role.ADMINISTRATOR, body_day(at)).exclude(pk=by.pk):
        key = f"approach:{approach.pk}:reported:{admin.pk}"
        post("approach_reported", key=key, to=admin, approach=approach.pk)
    approach.refresh_from_db()
    Event.objects.record("report_approach", about=approach, by=by, at=at)
    return approach


@transaction.atomic
def block(approach: Approach, *, by: User, at: datetime) -> None:
    """No more letters from this writer to this person. The writer is not told."""
    _only_receiver(approach, by)
    _bar(approach.entry, approach.email, by=by, at=at)
    Event.objects.record("block_writer", about=approach, by=by, at=at)


@transaction.atomic
def stop_letters(approach: Approach, *, by: User, at: datetime) -> None:
    """No more letters from anybody."""
    _only_receiver(approach, by)
    switch_off_letters(approach.entry, by=by, at=at)


@transaction.atomic
def settle(approach: Approach, *, note: str, bar: bool, by: User, at: datetime) -> None:
    """An administrator says what was done; with `bar` this writer reaches nobody here any more."""
    if not Approach.objects.reported_to(by).filter(pk=approach.pk).exists():
        raise Refused(_("Only an administrator answers this, and nobody their own report."))
    fresh = Approach.objects.filter(pk=approach.pk, settled_at=None)
    if not fresh.update(settled_at=at, settled_by=by, settled_note=note.strip()):
        raise Refused(_("Somebody has answered this already."))
    if bar:
        _bar(None, approach.email, by=by, at=at)
    Event.objects.record("settle_report", about=approach, by=by, at=at, barred=bar)


@transaction.atomic
def sweep(at: datetime) -> int:
    """Forget letters that nobody confirmed, and in time those that came, but for reports."""
    stale = Q(confirmed_at=None, written_at__lt=at - TO_CONFIRM)
    old = Q(reported_at=None, written_at__lt=at - KEPT)
    gone, _kinds = Approach.objects.filter(stale | old).delete()
    return gone


def _takes(entry: Entry, at: datetime) -> bool:
    shown = Entry.objects.shown(body_day(at)).filter(pk=entry.pk).exists()
    return shown and entry.reveals(Field.LETTERS)


def _is_barred(entry: Entry, email: str) -> bool:
    anywhere = Q(entry=entry) | Q(entry=None)
    return Barred.objects.filter(anywhere, email=email).exists()


def _bar(entry: Entry | None, email: str, *, by: User, at: datetime) -> None:
    try:
        with transaction.atomic():
            Barred.objects.create(entry=entry, email=email, by=by, at=at)
    except IntegrityError:
        return  # barred is barred


def _only_receiver(approach: Approach, by: User) -> None:
    if approach.entry.person_id != by.pk or not approach.confirmed_at:
        raise Refused(_("Only whoever received it does this."))
