"""What happens to a certificate after it was issued: two people of the body, or its holder.

`propose` by one and `confirm` by another is the only way to suspend, reinstate, reduce, correct or
withdraw. Giving back is the holder's own and takes nobody else.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import plain_name
from certificates.dates import body_day
from certificates.flow import HAPPENS, POSSIBLE, Deed, Stage, possible
from certificates.models import Certificate
from certificates.proposals import PROPOSERS, Proposal
from certificates.reissuing import Scope, check_scope, with_name, with_scope
from certificates.services import happen
from certificates.status import Kind
from certificates.wishes import NameRequest
from notices.services import post
from trail.flow import Refused
from trail.models import Event

__all__ = [
    "Deed",
    "Proposal",
    "Scope",
    "confirm",
    "deeds_for",
    "propose",
    "refuse",
    "surrender",
    "take_back",
]

LONGEST_NAME = 200
WHOLE = Scope()  # nothing falls away


class NotPossible(Refused):
    """At its present status that cannot be done with the certificate."""


class WaitsAlready(Refused):
    """One proposal at a time waits about a certificate."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a proposal is about beside the deed: the scope that is left, or the right name."""

    scope: Scope = WHOLE
    name: str = ""


NO_CHANGE = Change()


def deeds_for(user: User, certificate: Certificate, at: datetime) -> list[Deed]:
    """What this person may propose about the certificate now."""
    if not user.roles & PROPOSERS or user.pk == certificate.holder_id:
        return []
    return possible(certificate.status(at))


@transaction.atomic
def propose(
    certificate: Certificate,
    deed: Deed,
    *,
    reason: str,
    by: User,
    at: datetime,
    change: Change = NO_CHANGE,
) -> Proposal:
    """Say what should happen, and why; a second person answers. Nothing changes until then.

    Raises NotPossible at the wrong status, WaitsAlready, NoSmallerScope, and Refused where this
    person may not propose, or without a reason.
    """
    locked = _lock(certificate)
    _check_first(locked, deed, reason, by, at)
    if deed == Deed.REDUCE:
        check_scope(locked, change.scope)
    scope = change.scope if deed == Deed.REDUCE else WHOLE
    wanted = Proposal(
        certificate=locked,
        deed=deed,
        reason=reason.strip(),
        name=_right_name(locked, change.name) if deed == Deed.REPLACE else "",
        without=list(scope.without),
        nested=scope.nested,
        proposed_by=by,
        proposed_at=at,
        stage=Stage.WAITING,
        stage_since=at,
    )
    _write(wanted)
    asked = locked.name_requests.waiting() if deed == Deed.REPLACE else NameRequest.objects.none()
    asked.update(answered_at=at, answered_by=by, proposal=wanted)
    Event.objects.record(
        "propose", about=wanted, by=by, at=at, certificate=locked.number, deed=deed.value
    )
    return wanted


def _write(wanted: Proposal) -> None:
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError:
        raise WaitsAlready(
            _("Something is proposed about this certificate already. It waits for an answer.")
        ) from None


@transaction.atomic
def confirm(proposal: Proposal, *, by: User, at: datetime) -> Certificate:
    """The second person says yes, and it happens now. Returns the certificate as it then is: the
    new one where one took its place.

    Raises NeedsAnother for whoever proposed it, Bound for whoever is too close to the holder.
    """
    locked = _answerable(proposal, by)
    deed, number = Deed(locked.deed), locked.certificate.number
    _check_status(locked.certificate, deed, at)
    locked.move(
        "confirm", by=by, at=at, also=locked.answered(by, at), certificate=number, deed=deed.value
    )
    certificate = _carry_out(locked, deed, by, at)
    post(
        f"certificate_{HAPPENS[deed].value}",
        to=certificate.holder,
        key=f"proposal:{locked.pk}:confirmed",
        proposal=locked.pk,
    )
    Event.objects.record(deed.value, about=locked.certificate, by=by, at=at, proposal=locked.pk)
    proposal.refresh_from_db()
    return certificate


@transaction.atomic
def refuse(proposal: Proposal, *, reason: str, by: User, at: datetime) -> Proposal:
    """The second person says no, and why. Whoever proposed it reads the reason."""
    if not reason.strip():
        raise Refused(_("Write a reason. Whoever proposed it reads it."))
    locked = _answerable(proposal, by)
    also = locked.answered(by, at) | {"answer": reason.strip()}
    locked.move("refuse", by=by, at=at, also=also, certificate=locked.certificate.number)
    for asked in locked.name_requests.all():
        post(
            "name_request_answered",
            to=locked.certificate.holder,
            key=f"name_request:{asked.pk}:answered",
            request=asked.pk,
        )
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def take_back(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Whoever proposed it thinks better of it."""
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    locked.move(
        "take_back",
        by=by,
        at=at,
        also=locked.answered(by, at),
        certificate=locked.certificate.number,
    )
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def surrender(certificate: Certificate, *, reason: str, by: User, at: datetime) -> Certificate:
    """The holder gives the certificate back, for good and at once. They need not say why."""
    locked = _lock(certificate)
    if by.pk != locked.holder_id:
        raise Refused(_("Only the holder gives a certificate back."))
    _check_status(locked, Deed.SURRENDER, at)
    for proposal in locked.proposals.waiting().select_for_update():
        also = proposal.answered(by, at)
        proposal.move("make_void", by=by, at=at, also=also, certificate=locked.number)
    happen(locked, Kind.SURRENDERED, by=by, at=at, reason=reason.strip())
    post(
        "certificate_surrendered",
        to=locked.holder,
        key=f"certificate:{locked.number}:surrendered",
        certificate=locked.pk,
    )
    Event.objects.record(Deed.SURRENDER.value, about=locked, by=by, at=at)
    certificate.refresh_from_db()
    return certificate


def _lock(certificate: Certificate) -> Certificate:
    """All of the holder's, in one order: what rests on this one changes with it."""
    mine = Certificate.objects.select_for_update(of=("self",)).filter(holder=certificate.holder_id)
    rows = mine.select_related("tier", "holder", "edition__framework", "replaces").order_by("pk")
    return next(row for row in rows if row.pk == certificate.pk)


def _answerable(proposal: Proposal, by: User) -> Proposal:
    certificate = _lock(proposal.certificate)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    locked.certificate = certificate
    locked.demand_second(by)
    return locked


def _check_first(certificate: Certificate, deed: Deed, reason: str, by: User, at: datetime) -> None:
    if not by.roles_on(body_day(at)) & PROPOSERS:
        raise Refused(_("Only the body proposes this."))
    if by.pk == certificate.holder_id:
        raise Refused(_("Nobody proposes anything about their own certificate."))
    if not reason.strip():
        raise Refused(_("Write a reason. The holder reads it."))
    if deed == Deed.SURRENDER:
        raise NotPossible(_("Only the holder gives a certificate back."))
    _check_status(certificate, deed, at)


def _check_status(certificate: Certificate, deed: Deed, at: datetime) -> None:
    status = certificate.status(at)
    if status not in POSSIBLE[deed]:
        raise NotPossible(
            _("“%(deed)s” cannot be done with a certificate that is %(status)s.")
            % {"deed": deed.label, "status": str(status.label).lower()}
        )


def _right_name(certificate: Certificate, name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME:
        raise Refused(_("Write the name as it should stand on the certificate."))
    if tidy == certificate.snapshot["holder"]:
        raise Refused(_("This is the name that stands on the certificate."))
    try:
        plain_name(tidy)
    except ValidationError as error:
        raise Refused(error.messages[0]) from None
    return tidy


def _carry_out(proposal: Proposal, deed: Deed, by: User, at: datetime) -> Certificate:
    """The new certificate stands before the old one ends, so that nothing between them is lost."""
    old = new = proposal.certificate
    if deed == Deed.REPLACE:
        new = with_name(old, proposal.name, at=at)
    elif deed == Deed.REDUCE:
        scope = Scope(tuple(proposal.without), proposal.nested)
        check_scope(old, scope)
        new = with_scope(old, scope, at=at)
    happen(old, HAPPENS[deed], by=by, at=at, reason=proposal.reason, proposal=proposal)
    return new
