"""Coming into the directory, changing what one shows, and leaving."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates import services as certificates
from certificates.models import Certificate, Visibility
from certificates.status import GOOD
from certificates.terms import LISTING, listing
from directory import words
from directory.folding import fold
from directory.models import Consent, Entry, Field
from directory.terms import BASICS, VERSION
from directory.terms import words as consent_words
from directory.world import country_code
from trail.flow import Refused
from trail.models import Event

LONGEST = 240  # folding can make letters more: ﷺ alone becomes eighteen


class NotAgreed(Refused):
    """Something more is to be shown than was agreed to."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants their entry to be: the words, the switches, the certificates listed."""

    place: str
    country: str
    languages: Collection[str]
    about: str
    for_whom: str
    shows: Collection[str]
    certificates: Collection[Certificate]


@transaction.atomic
def edit(wish: Wish, *, agreed: bool, by: User, at: datetime) -> Entry:
    """Save one's own entry. Whoever lists a certificate is in the directory from this moment;
    whoever lists none any more is out of it."""
    entry = _entry_of(by, at)
    shows = [field.value for field in Field if field.value in wish.shows]
    entry.place, entry.country = wish.place.strip(), wish.country
    entry.languages, entry.shows = list(wish.languages), shows
    entry.about, entry.for_whom = wish.about.strip(), wish.for_whom.strip()
    entry.changed_at = at
    if wish.certificates:
        _agree(entry, shows, agreed=agreed, at=at)
    _save(entry)
    _list(wish.certificates, by=by, at=at)
    entry.refresh_from_db()
    Event.objects.record("edit_entry", about=entry, by=by, at=at, shows=shows)
    return entry


@transaction.atomic
def leave(entry: Entry, *, by: User, at: datetime) -> Entry:
    """Out of the directory at once: no certificate stays listed. The words stay, for them alone."""
    if entry.person_id != by.pk:
        raise Refused(_("Only the person themselves does this."))
    entry = _entry_of(by, at)
    listed = Certificate.objects.filter(holder=by, visibility=Visibility.DIRECTORY)
    for certificate in listed.order_by("pk"):
        certificates.show(certificate, Visibility.LINK, by=by, at=at)
    _end(entry, at)
    Event.objects.record("leave_directory", about=entry, by=by, at=at)
    return entry


@transaction.atomic
def switch_off_letters(entry: Entry, *, by: User, at: datetime) -> Entry:
    """Nobody writes to this person through the portal any more. Everything else stays."""
    if entry.person_id != by.pk:
        raise Refused(_("Only the person themselves does this."))
    entry = _entry_of(by, at)
    if entry.reveals(Field.LETTERS):
        entry.shows = [field for field in entry.shows if field != Field.LETTERS.value]
        entry.changed_at = at
        _save(entry)
        Event.objects.record("switch_off_letters", about=entry, by=by, at=at)
    return entry


@transaction.atomic
def follow(certificate: Certificate, at: datetime) -> None:
    """Keep the entry in step with the certificates that its person lists: in with the first, out
    with the last, under the name on the newest."""
    mine = Certificate.objects.filter(holder=certificate.holder_id)
    listed = mine.filter(visibility=Visibility.DIRECTORY)
    newest = listed.filter(stopped_at=None).order_by("-issued_at", "-pk").first()
    if not listed.exists():
        _end_of(certificate.holder, at)
        return
    entry = _entry_of(certificate.holder, at)
    if newest:
        entry.name = str(newest.snapshot["holder"])
    if entry.listed_since is None and newest:
        _begin_with_basics(entry, at)
    _save(entry)


def _list(wanted: Collection[Certificate], *, by: User, at: datetime) -> None:
    """One that has lapsed keeps the holder's choice for its renewal, unless they leave."""
    chosen = {one.pk for one in wanted}
    for certificate in Certificate.objects.filter(holder=by).order_by("pk"):
        is_listed = certificate.visibility == Visibility.DIRECTORY
        if certificate.pk in chosen and not is_listed:
            certificates.show(certificate, Visibility.DIRECTORY, by=by, at=at)
            continue
        ends = not chosen or certificate.status(at) in GOOD
        if is_listed and certificate.pk not in chosen and ends:
            certificates.show(certificate, Visibility.LINK, by=by, at=at)


def _begin_with_basics(entry: Entry, at: datetime) -> None:
    """The wallet asked for name, certificate and place, and for no more."""
    entry.shows = [field.value for field in BASICS]
    entry.changed_at = entry.listed_since = at
    Consent.objects.create(
        entry=entry, version=LISTING, words=listing(), fields=entry.shows, agreed_at=at
    )


def _agree(entry: Entry, shows: list[str], *, agreed: bool, at: datetime) -> None:
    """A consent that stands and covers it is enough; more than it covers is asked for in words."""
    standing = entry.consents.filter(ended_at=None)
    found = standing.first()
    if found and found.covers(shows):
        return
    if not agreed:
        raise NotAgreed(
            _("Tick that you agree: this shows more about you than you agreed to so far.")
        )
    standing.update(ended_at=at)
    Consent.objects.create(
        entry=entry, version=VERSION, words=consent_words(shows), fields=shows, agreed_at=at
    )
    entry.listed_since = entry.listed_since or at


def _end_of(person: User, at: datetime) -> None:
    entry = Entry.objects.select_for_update().filter(person=person).first()
    if entry:
        _end(entry, at)


def _end(entry: Entry, at: datetime) -> None:
    entry.consents.filter(ended_at=None).update(ended_at=at)
    entry.listed_since = None
    _save(entry)


def _entry_of(person: User, at: datetime) -> Entry:
    """The person's row, locked; a new one begins with what the account knows, and shows nothing."""
    Entry.objects.get_or_create(
        person=person,
        defaults={
            "public_id": secrets.token_urlsafe(12),
            "place": person.city,
            "country": country_code(person.country),
            "changed_at": at,
        },
    )
    return Entry.objects.select_for_update().get(person=person)


def _save(entry: Entry) -> None:
    """Only what is shown can be found."""
    before = Entry.objects.values_list("folded_name", flat=True).get(pk=entry.pk)
    shown = entry.listed_since is not None
    name = fold(entry.name)[:LONGEST] if shown and entry.reveals(Field.NAME) else ""
    place = fold(entry.place)[:LONGEST] if shown and entry.reveals(Field.PLACE) else ""
    # Who shows no name comes last.
    entry.sort_key = (f"0 {name}" if name else "1") if shown else ""
    entry.folded_name, entry.folded_place = name, place
    entry.shown_country = entry.country if shown and entry.reveals(Field.COUNTRY) else ""
    entry.tags = _tags(entry) if shown else ""
    entry.save()
    words.keep_in_step(before, name)


def _tags(entry: Entry) -> str:
    spoken = entry.languages if entry.reveals(Field.LANGUAGES) else []
    found = [f"l:{code}" for code in spoken]
    found += [one.value for one in (Field.OFFERS, Field.VOLUNTEERS) if entry.reveals(one)]
    return f" {' '.join(found)} " if found else ""
