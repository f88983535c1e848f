"""Issuing certificates, and what happens to them later."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from certificates.dates import body_day, years_after
from certificates.models import Certificate, CertificateEvent, Facet, Tier, Visibility
from certificates.numbers import new_number
from certificates.papers import Drawing, Paper
from certificates.proposals import Proposal
from certificates.registry import tell
from certificates.renewal import Term, next_term
from certificates.snapshot import Snapshot
from certificates.status import GOOD, Happened, Kind, Status, on_hold, renewal_of, stopped_since
from certificates.terms import LISTING, listing
from certificates.wishes import What
from frameworks.models import Edition
from notices.models import BodyFact
from notices.services import post
from notices.texts import absolute
from trail.flow import Refused
from trail.models import Event

TRIES = 5
# What happens to a certificate without a word for those that rest on it.
ALONE = frozenset(
    {
        *(Kind.RENEWED, Kind.BASE_STOPPED, Kind.BASE_BACK),
        *(Kind.HANDED_IN, Kind.NOT_RENEWED, Kind.TAKEN_UP, Kind.EXTENDED),
    }
)


class NotRenewable(Refused):
    """What is to be renewed was taken out of force meanwhile."""


@dataclass(frozen=True, slots=True)
class Award:
    """What was decided: `decision` is the reference of the granting decision, `scope` how many
    statements of each facet the certificate speaks for."""

    tier: Tier
    holder: User
    edition: Edition
    decision: UUID
    scope: Mapping[str, int]
    renews: Certificate | None
    # What is renewed together ends together: the term of the one that leads.
    term: Term | None = None


@transaction.atomic
def issue(award: Award, *, at: datetime) -> Certificate:
    """Write the certificate, owe its drawings and its letter. The database refuses one without a
    granting decision."""
    day = body_day(at)
    before = renewable(award.renews, at) if award.renews else None
    term = award.term or (next_term(before) if before else None)
    certificate = insert(
        Certificate(
            holder=award.holder,
            tier=award.tier,
            edition=award.edition,
            decision=award.decision,
            awarded_on=day,
            expires_on=term.ends_on if term else first_end(award.tier, day),
            anchor_on=term.anchor if term else day,
            term=term.number if term else 1,
            renews=before,
            issued_at=at,
            visibility=before.visibility if before else Visibility.LINK,
            visibility_since=at,
        ),
        lambda numbered: _snapshot(award, numbered),
    )
    if before:
        happen(before, Kind.RENEWED, by=None, at=at, reason=certificate.number)
    return certificate


def present(certificate: Certificate) -> Certificate:
    """Itself, or what took its place meanwhile."""
    found = certificate
    while after := Certificate.objects.filter(replaces=found, tier=found.tier_id).first():
        found = after
    return found


def renewable(certificate: Certificate, at: datetime) -> Certificate:
    """The certificate that a renewal follows. Raises NotRenewable where it was stopped."""
    found = present(certificate)
    status = found.status(at)
    if status not in {Status.VALID, Status.LAPSED, Status.RENEWED}:
        raise NotRenewable(
            _("The certificate that this renews is %(status)s. Settle that first.")
            % {"status": str(status.label).lower()}
        )
    return found


def first_end(tier: Tier, awarded_on: date) -> date | None:
    """The last valid day of a first certificate; None where it does not expire."""
    return years_after(awarded_on, tier.years_valid) if tier.years_valid else None


def insert(certificate: Certificate, say: Callable[[Certificate], Snapshot]) -> Certificate:
    """Write a certificate under a number of its own, and owe its papers. Numbers are random: a
    taken one is drawn again, and none is ever used twice."""
    for _attempt in range(TRIES):
        certificate.number = new_number(certificate.awarded_on)
        certificate.public_id = secrets.token_urlsafe(16)
        certificate.snapshot = say(certificate)
        taken = Certificate.objects.filter(number=certificate.number).exists()
        if not taken:
            break
    else:
        raise IntegrityError("no free certificate number was found")
    certificate.save(force_insert=True)
    happen(certificate, Kind.ISSUED, by=None, at=certificate.issued_at, reason="")
    Drawing.objects.bulk_create(Drawing(certificate=certificate, paper=paper) for paper in Paper)
    return certificate


def _snapshot(award: Award, certificate: Certificate) -> Snapshot:
    """The words of the certificate, in the holder's language, as they are today."""
    facts = BodyFact.objects.values_map()
    french = award.holder.language.startswith("fr")
    with translation.override("fr-ca" if french else "en"):
        return Snapshot(
            language="fr-ca" if french else "en",
            holder=award.holder.full_name,
            title=award.tier.name,
            also=award.tier.also_published_as(),
            level=award.tier.level,  # type: ignore[typeddict-item] # one of the four levels
            scope=_("has shown, on recorded evidence, every statement that is asked for."),
            scope_detail=scope_detail(award.edition, award.scope),
            number=certificate.number,
            awarded_on=certificate.awarded_on.isoformat(),
            valid_until=certificate.expires_on.isoformat() if certificate.expires_on else None,
            issuer=facts["issuer_name"],
            administrator=facts["admin_name"],
            signatories=[
                [facts.get("signatory_1_name", ""), _("Director of Certification")],
                [facts.get("signatory_2_name", ""), _("Director of Education and Outreach")],
            ],
            check_url=absolute(f"/c/{certificate.public_id}/"),
            sample=award.edition.sample,
        )


def scope_detail(edition: Edition, scope: Mapping[str, int]) -> str:
    concepts, practices = scope[Facet.CONCEPT], scope[Facet.PRACTICE]
    parts = []
    if concepts:
        parts.append(ngettext("%d concept", "%d concepts", concepts) % concepts)
    if practices:
        parts.append(ngettext("%d practice", "%d practices", practices) % practices)
    return _("%(counts)s, %(profile)s, edition %(edition)s") % {
        "counts": _(" and ").join(parts),
        "profile": edition.framework.title,
        "edition": edition.label,
    }


@transaction.atomic
def happen(
    certificate: Certificate,
    kind: Kind,
    *,
    by: User | None,
    at: datetime,
    reason: str,
    proposal: Proposal | None = None,
    ends_on: date | None = None,
) -> CertificateEvent:
    """Add to the certificate's history, and keep its mirrors and what rests on it in step. The
    trail hears of it through the case or the service."""
    event = CertificateEvent.objects.create(
        certificate=certificate,
        kind=kind,
        effective_at=at,
        recorded_at=at,
        by=by,
        reason=reason,
        proposal=proposal,
        ends_on=ends_on,
    )
    _mirror(certificate, at)
    if kind not in ALONE:
        _settle_what_rests_on(certificate, at)
    if certificate.visibility == Visibility.DIRECTORY:
        tell(certificate, at)
    return event


def take_over(old: Certificate, new: Certificate, at: datetime) -> Certificate:
    """What takes the place of another keeps its longer end, and its renewal that is decided."""
    handed_in, extended_to = renewal_of(_history(old), at)
    if extended_to is not None:
        happen(new, Kind.EXTENDED, by=None, at=at, reason=old.number, ends_on=extended_to)
    if handed_in is not None:
        new.events.create(
            kind=Kind.HANDED_IN, effective_at=handed_in, recorded_at=at, reason=old.number
        )
        _mirror(new, at)
    return new


def _mirror(certificate: Certificate, at: datetime) -> None:
    """What lists ask the database for, in step with the events."""
    history = _history(certificate)
    handed_in, extended_to = renewal_of(history, at)
    now = {
        "stopped_at": stopped_since(history, at),
        "handed_in_on": body_day(handed_in) if handed_in else None,
        "extended_to": extended_to,
    }
    if changed := {name: now[name] for name in now if now[name] != getattr(certificate, name)}:
        Certificate.objects.filter(pk=certificate.pk).update(**changed)
        for name, value in changed.items():
            setattr(certificate, name, value)


def _history(certificate: Certificate) -> list[Happened]:
    """Read anew: whoever hands the certificate in may hold an older list of its events."""
    rows = CertificateEvent.objects.filter(certificate=certificate)
    return [Happened(*row) for row in rows.values_list("kind", "effective_at", "ends_on")]


def _settle_what_rests_on(certificate: Certificate, at: datetime) -> None:
    """A Journey certificate rests on a Mentor certificate: it is on hold while every one that the
    holder has was stopped, and comes back with the first that is in force."""
    level = certificate.tier.level
    mine = Certificate.objects.filter(holder=certificate.holder_id)
    resting = list(mine.filter(tier__requires=level, renewed_by=None))
    if not resting:
        return
    bases = mine.filter(tier__level=level).exclude(replaced_by__tier__level=level)
    stopped = bases.exclude(stopped_at=None).exists()
    hold = stopped and not bases.in_force(body_day(at)).exists()
    for one in resting:
        if on_hold(_history(one), at) != hold:
            kind = Kind.BASE_STOPPED if hold else Kind.BASE_BACK
            happen(one, kind, by=None, at=at, reason=certificate.number)


@transaction.atomic
def show(
    certificate: Certificate, visibility: Visibility, *, by: User, at: datetime
) -> Certificate:
    """The holder decides who can see the certificate; directory listing is theirs to give."""
    if by.pk != certificate.holder_id:
        raise Refused(_("Only the holder decides who sees a certificate."))
    if visibility == Visibility.DIRECTORY and certificate.status(at) not in GOOD:
        raise Refused(_("Only a valid certificate can be listed."))
    Certificate.objects.filter(pk=certificate.pk).update(visibility=visibility, visibility_since=at)
    certificate.visibility, certificate.visibility_since = visibility, at
    _keep_consent(certificate, visibility, at)
    tell(certificate, at)
    Event.objects.record("show", about=certificate, by=by, at=at, visibility=visibility.value)
    return certificate


def _keep_consent(certificate: Certificate, visibility: Visibility, at: datetime) -> None:
    """To be listed is agreed to in words; taking it back ends the agreement at once."""
    standing = certificate.agreements.filter(what=What.LISTING, ended_at=None)
    if visibility != Visibility.DIRECTORY:
        standing.update(ended_at=at)
    elif not standing.exists():
        certificate.agreements.create(
            what=What.LISTING, version=LISTING, words=listing(), agreed_at=at
        )


def letter_when_drawn(certificate: Certificate) -> None:
    """The holder hears of the certificate when there is something to download."""
    post(
        "certificate_ready",
        to=certificate.holder,
        key=f"certificate:{certificate.number}:ready",
        certificate=certificate.pk,
    )
