"""What happens to a provider's entry: its contact keeps it true, confirms it yearly and hands in
rosters; we take rosters in, send them back, and may end a recognition.

A contact learns from us only what they told us: never who applied, nor who has an account here.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants import rosters
from applicants.conditions import CONDITIONS
from applicants.models import Provider, ProviderRequest, RosterFile
from applicants.models.provider_request import is_bound
from applicants.provider_flow import Kind
from applicants.recognising import FACTS, MATTER, Facts, ask, facts_of
from certificates.dates import body_day
from notices.services import post
from trail.flow import Refused
from trail.models import Event

MOST_WAITING = 10  # rosters that one provider may have lying with us


# --- The contact's side ---------------------------------------------------------------------------
@transaction.atomic
def edit(
    provider: Provider, facts: Facts, *, token: UUID, by: User, at: datetime
) -> ProviderRequest | None:
    """Small things change at once. Where something changes on which the recognition rests, the
    whole new entry is looked at first; returns what was asked then."""
    _speaks_for(provider, by)
    old, new = asdict(facts_of(provider)), asdict(facts)
    changed = {name for name in FACTS if old[name] != new[name]}
    light = {name: new[name] for name in sorted(changed - MATTER)}
    if light:
        Provider.objects.filter(pk=provider.pk).update(**light)
        Event.objects.record(
            "edit_entry", about=provider, by=by, at=at, fields=",".join(sorted(light))
        )
        provider.refresh_from_db()
    if not changed & MATTER:
        return None
    return ask(facts, token=token, by=by, at=at, kind=Kind.CHANGE, provider=provider)


@transaction.atomic
def renew(
    provider: Provider, facts: Facts, *, token: UUID, by: User, at: datetime
) -> ProviderRequest:
    """Ask to stay recognised, with the entry as it is to be."""
    _speaks_for(provider, by)
    return ask(facts, token=token, by=by, at=at, kind=Kind.RENEWAL, provider=provider)


@transaction.atomic
def confirm_year(provider: Provider, *, by: User, at: datetime) -> None:
    """Once a year: the entry is still true, and the conditions as they stand now still hold."""
    _speaks_for(provider, by)
    day = body_day(at)
    locked = Provider.objects.select_for_update().get(pk=provider.pk)
    if not locked.may_confirm(day):
        raise Refused(_("Nothing is to be confirmed now."))
    Provider.objects.filter(pk=provider.pk).update(confirmed_on=day, conditions=CONDITIONS)
    provider.refresh_from_db()
    Event.objects.record("confirm_year", about=provider, by=by, at=at, conditions=CONDITIONS)


@transaction.atomic
def hand_in(
    provider: Provider, look: rosters.Read, *, token: UUID, by: User, at: datetime
) -> RosterFile:
    """Hold a roster until one of us takes it in. The same token twice is one file."""
    _speaks_for(provider, by)
    Provider.objects.select_for_update().get(pk=provider.pk)
    if look.problems:
        raise Refused(_("The table has faults. Correct it and send it again."))
    found = RosterFile.objects.filter(token=token, provider=provider).first()
    if found:
        return found
    if provider.roster_files.waiting().count() >= MOST_WAITING:
        raise Refused(_("Several rosters of yours wait with us. Send the next one later."))
    file = RosterFile.objects.create(
        provider=provider,
        token=token,
        name=look.name,
        content=look.content,
        rows=len(look.rows),
        sent_by=by,
        sent_at=at,
    )
    Event.objects.record("hand_in_roster", about=provider, by=by, at=at, file=file.pk)
    return file


# --- Our side -------------------------------------------------------------------------------------
@transaction.atomic
def take_in(file: RosterFile, *, by: User, at: datetime) -> None:
    """The rows go where rows of rosters belong; the file itself goes."""
    held = _waiting(file, by, at)
    look = rosters.look_through(held.provider, name=held.name, content=bytes(held.content))
    if look.problems:
        raise Refused(_("The table has faults. Correct it and send it again."))
    rosters.take_in(held.provider, look.rows, by=by, at=at)
    _close(held, RosterFile.Answer.TAKEN, "", by, at)


@transaction.atomic
def send_back(file: RosterFile, *, why: str, by: User, at: datetime) -> None:
    held = _waiting(file, by, at)
    if not why.strip():
        raise Refused(_("Say what is to be put right. The provider reads it."))
    _close(held, RosterFile.Answer.RETURNED, why.strip(), by, at)
    Event.objects.record("return_roster", about=held.provider, by=by, at=at, file=held.pk)


@transaction.atomic
def end_recognition(provider: Provider, *, why: str, by: User, at: datetime) -> None:
    """From today on it is not recognised any more. The page says so; the reasons are theirs."""
    _is_keeper(by, at)
    if not why.strip():
        raise Refused(_("Write at least one sentence. The provider receives it."))
    day = body_day(at)
    locked = Provider.objects.select_for_update().get(pk=provider.pk)
    if not locked.is_recognised(day) or locked.ended_at:
        raise Refused(_("This provider is not recognised now."))
    addresses = (locked.contact_email, locked.public_email)
    if is_bound(by, locked.name, addresses, locked.pk):
        raise Refused(_("You belong to this provider or teach for it. Somebody else ends it."))
    Provider.objects.filter(pk=provider.pk).update(
        recognised_until=day, ended_at=at, ended_by=by, ended_why=why.strip()
    )
    provider.refresh_from_db()
    tell(provider, "provider_ended", f"ended:{at:%Y%m%d%H%M%S}")
    Event.objects.record("end_recognition", about=provider, by=by, at=at)


def tell(provider: Provider, kind: str, fact: str, **ids: Any) -> None:
    """A letter to the contact, in their language where they have an account."""
    if not provider.contact_email:
        return
    own = User.objects.filter(email__iexact=provider.contact_email, is_active=True).first()
    post(
        kind,
        key=f"entry:{provider.pk}:{fact}",
        to=own,
        address=provider.contact_email,
        provider=provider.pk,
        **ids,
    )


def _waiting(file: RosterFile, by: User, at: datetime) -> RosterFile:
    _is_keeper(by, at)
    held = RosterFile.objects.select_for_update().select_related("provider").get(pk=file.pk)
    if held.answered_at:
        raise Refused(_("Somebody has answered this roster already."))
    return held


def _close(held: RosterFile, answer: RosterFile.Answer, note: str, by: User, at: datetime) -> None:
    RosterFile.objects.filter(pk=held.pk).update(
        answer=answer, answered_by=by, answered_at=at, note=note, content=b""
    )
    tell(held.provider, "provider_roster_answered", f"roster:{held.pk}", file=held.pk)


def _is_keeper(by: User, at: datetime) -> None:
    if Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only an administrator does this."))


def _speaks_for(provider: Provider, by: User) -> None:
    if not Provider.objects.of_contact(by).filter(pk=provider.pk).exists():
        raise Refused(_("Only the contact of the provider does this."))
