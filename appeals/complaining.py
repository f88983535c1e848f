"""Complaints: received from anybody, kept from whoever might be meant, and what they lead to."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import Grant, User
from accounts.roles import Role
from appeals.flow import ANSWER_DAYS, Stage
from appeals.models import Complaint, Subject
from appeals.telling import tell_secretary, tell_writer
from applicants.models.case import NotIndependent
from certificates.dates import body_day
from certificates.models import Certificate
from trail.flow import Refused
from trail.models import Event

SHORTEST_NAME = 3  # shorter words of a name are in every sentence


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told us. `number` is that of a certificate; an unknown one is kept all
    the same, and the answer does not tell them apart. `name` and `email` are empty where they
    keep their name to themselves."""

    subject: Subject
    text: str
    about_whom: str = ""
    number: str = ""
    name: str = ""
    email: str = ""


@transaction.atomic
def complain(told: Told, *, token: UUID, by: User | None, at: datetime) -> Complaint:
    """Keep a complaint and say so. The same token twice is one complaint."""
    if not told.text.strip():
        raise Refused(_("Tell us what happened."))
    number, about_whom = told.number.strip(), told.about_whom.strip()
    certificate = Certificate.objects.filter(number__iexact=number).first() if number else None
    if number:  # as it was typed, whether we have such a certificate or not
        about_whom = f"{about_whom} ({number})".strip()
    complaint, new = Complaint.objects.get_or_create(
        token=token,
        defaults={
            "subject": told.subject,
            "text": told.text.strip(),
            "about_whom": about_whom[:200],
            "certificate": certificate,
            "against": certificate.holder if certificate else None,
            "name": told.name,
            "email": told.email,
            "sender": by,
            "received_at": at,
            "answer_due_on": body_day(at) + timedelta(days=ANSWER_DAYS),
            "stage": Stage.RECEIVED,
            "stage_since": at,
        },
    )
    if new:
        complaint.kept_from.set(_might_be_meant(told, at))
        tell_writer(complaint, "complaint_kept", "received")
        tell_secretary(complaint, at)
        Event.objects.record(
            "complain",
            about=complaint,
            by=by,
            at=at,
            after=complaint.stage,
            case=complaint.trail_case(),
            subject=told.subject.value,
        )
    return complaint


def by_secret(secret: str) -> Complaint | None:
    """The complaint that is followed at this address. Nobody finds one by its number alone."""
    pk, _dash, _key = secret.partition("-")
    found = Complaint.objects.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if found is None or not constant_time_compare(found.secret, secret):
        return None
    return found


def _might_be_meant(told: Told, at: datetime) -> list[User]:
    """People of ours whose name is in it: better one too many kept away than whom it is about
    reading it. Where a common name would leave nobody to handle it, only the whole name counts."""
    on = body_day(at)
    staff = User.objects.filter(pk__in=Grant.objects.in_force(on).values("user"))
    broad = [person for person in staff if _named(person, told, any_part=True)]
    handlers = {*User.objects.with_role(Role.ADMINISTRATOR, on)}
    handlers |= {*User.objects.with_role(Role.PANEL_CHAIR, on)}
    if handlers - set(broad):
        return broad
    return [person for person in broad if _named(person, told, any_part=False)]


def _named(person: User, told: Told, *, any_part: bool) -> bool:
    """The whole name or the address anywhere; where it says whom it is about, a part of it too."""
    everything = f"{told.about_whom}\n{told.text}"
    if _plain(person.full_name) in _plain(everything) or person.email in everything.lower():
        return True
    words = set(_plain(told.about_whom).split())
    parts = {part for part in _plain(person.full_name).split() if len(part) >= SHORTEST_NAME}
    return any_part and bool(words & (parts | {_plain(person.called)}))


def _plain(text: str) -> str:
    """Small letters without accents, words apart by one space."""
    bare = "".join(
        char if char.isalnum() else " "
        for char in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(char)
    )
    return " ".join(bare.split())


@transaction.atomic
def name_subject(
    complaint: Complaint,
    *,
    against: User | None,
    certificate: Certificate | None,
    kept_from: Collection[User] = (),
    by: User,
    at: datetime,
) -> None:
    """Whoever handles it says whom it is about, and keeps others from it. Nobody is let in
    again."""
    if not complaint.acts_as(by) & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}:
        raise Refused(_("Only those who handle it do that."))
    if reasons := complaint.bars(by, body_day(at)):
        raise NotIndependent(reasons[0])
    if not complaint.is_open:
        raise Refused(_("It is closed."))
    if certificate is not None and against is None:
        against = certificate.holder
    if any(against == seat.person for seat in complaint.panel()):
        raise Refused(_("This person sits on the panel."))
    Complaint.objects.filter(pk=complaint.pk).update(against=against, certificate=certificate)
    complaint.kept_from.add(*kept_from)
    complaint.refresh_from_db()
    facts: dict[str, Any] = {"person": against.pk} if against else {}
    if certificate is not None:
        facts["certificate"] = certificate.pk
    Event.objects.record(
        "name_subject", about=complaint, by=by, at=at, case=complaint.trail_case(), **facts
    )
