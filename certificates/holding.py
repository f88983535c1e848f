"""What holders do with their own certificates beside showing them and giving them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import plain_name
from certificates.dates import body_day
from certificates.flow import POSSIBLE, Deed
from certificates.models import Certificate, Visibility
from certificates.proposals import PROPOSERS
from certificates.terms import TERMS, terms
from certificates.wishes import Agreement, NameRequest, What
from notices.services import post
from trail.flow import Refused
from trail.models import Event


class NotYours(Refused):
    """Only the holder does this."""


def agreed(certificate: Certificate) -> bool:
    """Has the holder agreed to the terms of use in force?"""
    standing = certificate.agreements.filter(what=What.TERMS, ended_at=None)
    return standing.filter(version=TERMS).exists()


@transaction.atomic
def agree(certificate: Certificate, *, by: User, at: datetime) -> Agreement:
    """Agree to the terms of use, word for word as they were read. Twice is once."""
    if by.pk != certificate.holder_id:
        raise NotYours(_("Only the holder agrees to this."))
    locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
    standing = locked.agreements.filter(what=What.TERMS, ended_at=None)
    found = standing.filter(version=TERMS).first()
    if found:
        return found
    standing.update(ended_at=at)
    made = locked.agreements.create(
        what=What.TERMS, version=TERMS, words="\n".join(terms()), agreed_at=at
    )
    Event.objects.record("agree", about=locked, by=by, at=at, version=TERMS)
    return made


@transaction.atomic
def ask_for_name(
    certificate: Certificate, *, name: str, why: str, by: User, at: datetime
) -> NameRequest:
    """Ask for the right name on the certificate. An administrator reads it first."""
    if by.pk != certificate.holder_id:
        raise NotYours(_("Only the holder asks for this."))
    if certificate.status(at) not in POSSIBLE[Deed.REPLACE]:
        raise Refused(_("The name is put right only on a certificate that stands."))
    tidy = " ".join(name.split())
    if not tidy or tidy == certificate.snapshot["holder"]:
        raise Refused(_("This is the name that stands on the certificate."))
    try:
        plain_name(tidy)
    except ValidationError as error:
        raise Refused(error.messages[0]) from None
    try:
        with transaction.atomic():
            asked = certificate.name_requests.create(name=tidy, why=why.strip(), asked_at=at)
    except IntegrityError:
        raise Refused(_("You have asked already. We are at it.")) from None
    Event.objects.record("ask_for_name", about=certificate, by=by, at=at, request=asked.pk)
    return asked


@transaction.atomic
def decline_name(request: NameRequest, *, why: str, by: User, at: datetime) -> NameRequest:
    """Do not follow a request, and tell the holder why."""
    if not by.roles_on(body_day(at)) & PROPOSERS or by.pk == request.certificate.holder_id:
        raise Refused(_("Only the body answers this, and nobody their own request."))
    if not why.strip():
        raise Refused(_("Write a reason. The holder reads it."))
    waiting = NameRequest.objects.waiting().filter(pk=request.pk)
    if not waiting.update(answered_at=at, answered_by=by, answer=why.strip()):
        raise Refused(_("Somebody has answered this already."))
    request.refresh_from_db()
    post(
        "name_request_answered",
        to=request.certificate.holder,
        key=f"name_request:{request.pk}:answered",
        request=request.pk,
    )
    Event.objects.record(
        "decline_name", about=request.certificate, by=by, at=at, request=request.pk
    )
    return request


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing the holder did to be seen, or not to be."""

    at: datetime
    text: str


def share_log(certificate: Certificate) -> Sequence[Shared]:
    """What the holder chose, the newest first. Who looked is not known, so it is not here."""
    words = {
        Visibility.PRIVATE.value: _("You made it private."),
        Visibility.LINK.value: _("You showed it to whoever has the link or the number."),
        Visibility.DIRECTORY.value: _("You listed it in the public directory."),
    }
    told = {
        "agree": _("You agreed to the terms of use."),
        "ask_for_name": _("You asked for another name on it."),
    }
    events = Event.objects.about(certificate).filter(verb__in=["show", *told]).order_by("-pk")
    return [Shared(e.at, told.get(e.verb) or words[e.facts["visibility"]]) for e in events]
