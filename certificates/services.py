"""Issuing certificates, and what happens to them later."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from certificates.dates import body_day, years_after
from certificates.models import (
    Certificate,
    CertificateEvent,
    Drawing,
    Facet,
    Paper,
    Tier,
    Visibility,
)
from certificates.numbers import new_number
from certificates.renewal import next_end
from certificates.snapshot import Snapshot
from certificates.status import FINAL, GOOD, Kind
from frameworks.models import Edition
from notices.models import BodyFact
from notices.services import post
from notices.texts import absolute
from trail.flow import Refused
from trail.models import Event

TRIES = 5
STOPS = {Kind.SUSPENDED, *FINAL}  # what takes a certificate out of force


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


@transaction.atomic
def issue(award: Award, *, at: datetime) -> Certificate:
    """Write the certificate, owe its drawings and its letter. The database refuses one without a
    granting decision."""
    day = body_day(at)
    before = award.renews
    anchor = before.anchor_on if before else day
    certificate = _insert(
        award,
        Certificate(
            holder=award.holder,
            tier=award.tier,
            edition=award.edition,
            decision=award.decision,
            awarded_on=day,
            expires_on=next_end(before) if before else first_end(award.tier, day),
            anchor_on=anchor,
            term=before.term + 1 if before else 1,
            renews=before,
            issued_at=at,
            visibility=before.visibility if before else Visibility.LINK,
            visibility_since=at,
        ),
    )
    happen(certificate, Kind.ISSUED, by=None, at=at, reason="")
    if before:
        happen(before, Kind.RENEWED, by=None, at=at, reason=certificate.number)
    Drawing.objects.bulk_create(Drawing(certificate=certificate, paper=paper) for paper in Paper)
    return certificate


def first_end(tier: Tier, awarded_on: date) -> date | None:
    """The last valid day of a first certificate; None where it does not expire."""
    return years_after(awarded_on, tier.years_valid) if tier.years_valid else None


def _insert(award: Award, certificate: Certificate) -> Certificate:
    """Numbers are random: a taken one is drawn again, and none is ever used twice."""
    for _attempt in range(TRIES):
        certificate.number = new_number(certificate.awarded_on)
        certificate.public_id = secrets.token_urlsafe(16)
        certificate.snapshot = _snapshot(award, certificate)
        taken = Certificate.objects.filter(number=certificate.number).exists()
        if not taken:
            certificate.save(force_insert=True)
            return certificate
    raise IntegrityError("no free certificate number was found")


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
            scope_detail=_scope_detail(award),
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


def _scope_detail(award: Award) -> str:
    concepts, practices = award.scope[Facet.CONCEPT], award.scope[Facet.PRACTICE]
    parts = []
    if concepts:
        parts.append(ngettext("%d concept", "%d concepts", concepts) % concepts)
    if practices:
        parts.append(ngettext("%d practice", "%d practices", practices) % practices)
    return _("%(counts)s, %(profile)s, edition %(edition)s") % {
        "counts": _(" and ").join(parts),
        "profile": award.edition.framework.title,
        "edition": award.edition.label,
    }


@transaction.atomic
def happen(
    certificate: Certificate, kind: Kind, *, by: User | None, at: datetime, reason: str
) -> CertificateEvent:
    """Add to the certificate's history. The trail hears of it through the case or the service."""
    if kind in STOPS:
        Certificate.objects.filter(pk=certificate.pk, stopped_at=None).update(stopped_at=at)
    elif kind == Kind.REINSTATED and not certificate.events.filter(kind__in=FINAL).exists():
        Certificate.objects.filter(pk=certificate.pk).update(stopped_at=None)
    return CertificateEvent.objects.create(
        certificate=certificate,
        kind=kind,
        effective_at=at,
        recorded_at=at,
        by=by,
        reason=reason,
    )


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
    Event.objects.record("show", about=certificate, by=by, at=at, visibility=visibility.value)
    return certificate


def letter_when_drawn(certificate: Certificate) -> None:
    """The holder hears of the certificate when there is something to download."""
    post(
        "certificate_ready",
        to=certificate.holder,
        key=f"certificate:{certificate.number}:ready",
        certificate=certificate.pk,
    )
