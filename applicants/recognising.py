"""Recognising education providers: a request comes in, is looked at by somebody whom nothing binds
to it, and is agreed to for a time or refused with reasons. A letter says each step."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.conditions import CONDITIONS
from applicants.models import Provider, ProviderDeclaration, ProviderNote, ProviderRequest
from applicants.provider_flow import Hand, Kind, Stage
from certificates.dates import body_day, years_after
from notices.services import post
from trail.flow import Refused
from trail.models import Event

LONGEST = 5  # years of one recognition


@dataclass(frozen=True, slots=True)
class Facts:
    """An entry as the provider tells it."""

    name: str
    country: str
    website: str
    offer: str
    languages: str
    areas: str
    alignment: str
    teachers: str
    support: str
    complaints: str
    public_email: str
    contact_name: str
    contact_email: str


FACTS = tuple(field.name for field in fields(Facts))
# What the body looks at again when it changes; the rest a contact changes alone.
MATTER = frozenset(FACTS) - {"website", "public_email", "contact_name"}


def facts_of(entry: Provider | ProviderRequest) -> Facts:
    return Facts(**{name: getattr(entry, name) for name in FACTS})


def by_secret(secret: str) -> ProviderRequest | None:
    """The request that is followed at this address. Nobody finds one by its number alone."""
    pk, _dash, _key = secret.partition("-")
    rows = ProviderRequest.objects.select_related("provider")
    found = rows.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if found is None or not constant_time_compare(found.secret, secret):
        return None
    return found


# --- The provider's side --------------------------------------------------------------------------
@transaction.atomic
def ask(
    facts: Facts,
    *,
    token: UUID,
    by: User | None,
    at: datetime,
    kind: Kind = Kind.FIRST,
    provider: Provider | None = None,
) -> ProviderRequest:
    """Keep a request. Where the address is not known to be the sender's, it waits until somebody
    who reads mail there says so. The same token twice is one request."""
    known = by is not None and _is_own(by, facts.contact_email)
    defaults = {
        **asdict(facts),
        "kind": kind,
        "provider": provider,
        "asked_at": at,
        "sender": by if known or provider else None,
        "conditions": CONDITIONS,
        "stage": Stage.RECEIVED if known or provider else Stage.ADDRESS,
        "stage_since": at,
    }
    try:
        with transaction.atomic():
            made, new = ProviderRequest.objects.get_or_create(token=token, defaults=defaults)
    except IntegrityError as error:
        raise Refused(_("A request of yours is being looked at already.")) from error
    if new:
        if made.stage == Stage.ADDRESS:
            _tell(made, "provider_confirm_address", "confirm")
        else:
            _arrived(made, at)
        Event.objects.record(
            "ask_recognition", about=made, by=by, at=at, case=made.trail_case(), kind=kind.value
        )
    return made


@transaction.atomic
def confirm_address(asked: ProviderRequest, *, at: datetime) -> None:
    """Whoever opened the link from the letter reads mail at this address."""
    _arrived(asked, at)
    asked.move("confirm_address", by=None, at=at)


@transaction.atomic
def answer(asked: ProviderRequest, *, text: str, by: User | None, at: datetime) -> None:
    said = _said(text, _("Write at least one sentence."))
    note = ProviderNote.objects.create(request=asked, text=said, ours=False, by=by, at=at)
    _tell_staff(asked, f"answer:{note.pk}", at)
    asked.move("answer", by=by, at=at)


@transaction.atomic
def take_back(asked: ProviderRequest, *, by: User | None, at: datetime) -> None:
    asked.move("take_back", by=by, at=at)


# --- Our side -------------------------------------------------------------------------------------
@transaction.atomic
def declare(asked: ProviderRequest, *, free: bool, by: User, at: datetime) -> None:
    """Say whether anything binds me to this provider, before I read what it writes. Said once."""
    if Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only an administrator looks at this."))
    if free and asked.binds(by):
        raise Refused(_("You belong to this provider, teach for it, or said that it binds you."))
    _row, new = ProviderDeclaration.objects.get_or_create(
        request=asked, person=by, defaults={"free": free, "at": at}
    )
    if new:
        Event.objects.record(
            "declare", about=asked, by=by, at=at, case=asked.trail_case(), free=free
        )


@transaction.atomic
def acknowledge(asked: ProviderRequest, *, by: User, at: datetime) -> None:
    _has_declared(asked, by)
    _tell(asked, "provider_received", "received")
    asked.move("acknowledge", by=by, at=at)


@transaction.atomic
def ask_more(asked: ProviderRequest, *, text: str, by: User, at: datetime) -> None:
    _has_declared(asked, by)
    said = _said(text, _("Say what is missing. The provider reads it."))
    note = ProviderNote.objects.create(request=asked, text=said, ours=True, by=by, at=at)
    _tell(asked, "provider_more_asked", f"more:{note.pk}", note=note.pk)
    asked.move("ask_more", by=by, at=at)


@transaction.atomic
def recognise(asked: ProviderRequest, *, until: date | None, by: User, at: datetime) -> Provider:
    """Agree: the entry becomes what was asked. A recognition lasts until `until`; a renewal goes on
    from the old end. A change of the entry leaves the time as it is."""
    _has_declared(asked, by)
    day = body_day(at)
    _locked(asked)
    also: dict[str, object] = {"decided_at": at, "decided_by": by}
    columns: dict[str, object] = {**asdict(facts_of(asked)), "conditions": asked.conditions}
    if asked.kind != Kind.CHANGE:
        starts = _starts(asked, day)
        if until is None or not starts < until <= years_after(starts, LONGEST):
            words = _("Choose a last day after %(day)s, at most %(years)d years later.")
            raise Refused(words % {"day": starts.isoformat(), "years": LONGEST})
        also |= {"starts_on": starts, "ends_on": until}
        columns |= {"recognised_until": until, "confirmed_on": day}
        columns |= {"ended_at": None, "ended_by": None, "ended_why": ""}
        held = asked.provider is not None and asked.provider.is_recognised(day)
        columns |= {} if held else {"recognised_from": day}
    provider = _entry(asked, columns)
    also["provider"] = provider
    kind = "provider_changed" if asked.kind == Kind.CHANGE else "provider_recognised"
    _tell(asked, kind, "recognised")
    asked.move("recognise", by=by, at=at, also=also, of=provider.pk)
    return provider


@transaction.atomic
def refuse(asked: ProviderRequest, *, reasons: str, by: User, at: datetime) -> None:
    _has_declared(asked, by)
    said = _said(reasons, _("Write at least one sentence. The provider receives it."))
    _tell(asked, "provider_refused", "refused")
    also = {"decided_at": at, "decided_by": by, "reasons": said}
    asked.move("refuse", by=by, at=at, also=also)


def forget_unconfirmed(at: datetime) -> int:
    """Requests whose address nobody confirmed are taken back after two weeks."""
    old = list(ProviderRequest.objects.unconfirmed(at))
    for asked in old:
        take_back(asked, by=None, at=at)
    return len(old)


def _starts(asked: ProviderRequest, day: date) -> date:
    """A renewal goes on where the recognition ends; one that had ended begins anew."""
    provider = asked.provider
    if provider is None or not provider.is_recognised(day):
        return day
    return max(provider.recognised_until or day, day)


def _entry(asked: ProviderRequest, columns: Mapping[str, object]) -> Provider:
    """The entry of the provider. One that is noted already under this name, for its roster or
    from an earlier time, is the same organisation."""
    found = asked.provider or Provider.objects.filter(name__iexact=asked.name).first()
    try:
        with transaction.atomic():
            if found is None:
                return Provider.objects.create(**columns)
            Provider.objects.filter(pk=found.pk).update(**columns)
    except IntegrityError as error:
        raise Refused(_("Another provider bears this name already.")) from error
    found.refresh_from_db()
    return found


def _locked(asked: ProviderRequest) -> None:
    ProviderRequest.objects.select_for_update().get(pk=asked.pk)
    asked.refresh_from_db()
    if asked.provider_id:
        Provider.objects.select_for_update().get(pk=asked.provider_id)


def _has_declared(asked: ProviderRequest, by: User) -> None:
    if Hand.STAFF in asked.acts_as(by) and not asked.read_by(by):
        raise Refused(_("First say whether anything binds you to this provider."))


def _said(text: str, refusal: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Refused(refusal)
    return said


def _is_own(user: User, email: str) -> bool:
    own = EmailAddress.objects.filter(user=user, verified=True, email__iexact=email)
    return bool(own.exists())


def _arrived(asked: ProviderRequest, at: datetime) -> None:
    _tell_staff(asked, "arrived", at)


def _tell(asked: ProviderRequest, kind: str, fact: str, **ids: Any) -> None:
    """A letter to the contact; to the provider's own contact where there is one with an account."""
    own = asked.sender if asked.sender and asked.sender.email == asked.contact_email else None
    post(
        kind,
        key=f"provider:{asked.pk}:{fact}",
        to=own,
        address=asked.contact_email,
        request=asked.pk,
        **ids,
    )


def _tell_staff(asked: ProviderRequest, fact: str, at: datetime) -> None:
    for person in User.objects.with_role(Role.ADMINISTRATOR, body_day(at)):
        if not asked.binds(person):
            post(
                "provider_to_review",
                key=f"provider:{asked.pk}:{fact}:{person.pk}",
                to=person,
                request=asked.pk,
            )


def later(day: date, years: int) -> date:
    """The last day of so many years that begin on this day."""
    return years_after(day, years) - timedelta(days=1)
