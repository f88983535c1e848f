"""What becomes of a certificate while the case that renews it is on its way.

A file that was handed in by the last day keeps the certificate valid until it is decided; the
certificate learns of it here, with the very step that the case takes.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from applicants.flow import FINAL, Stage
from certificates.models import Certificate
from certificates.services import happen, present
from certificates.status import Kind, renewal_of
from trail.flow import Move

if TYPE_CHECKING:
    from applicants.models.case import Application

WITH_US = frozenset({Stage.AUDIT, Stage.VERIFICATION, Stage.DECISION})
# Work that was sent back is still being decided; silence, or leaving, ends it.
ENDED = frozenset({*FINAL, Stage.DORMANT}) - {Stage.CERTIFIED}


def follow(case: "Application", move: Move, at: datetime) -> None:
    """Tell the certificates that this case renews. Certificates tell of their own renewal."""
    kind = _told_by(move)
    if case.renews is None or kind is None:
        return
    for certificate in [present(case.renews), *_renewed_with(case)]:
        history = certificate.history()
        if any(event.kind == Kind.RENEWED for event in history):
            continue  # another case has renewed it since
        handed_in, _end = renewal_of(history, at)
        if (kind == Kind.NOT_RENEWED) == (handed_in is not None):
            happen(certificate, kind, by=None, at=at, reason=case.trail_case())


def _told_by(move: Move) -> Kind | None:
    if move.source == Stage.PORTFOLIO and move.target in WITH_US:
        return Kind.HANDED_IN
    if move.source == Stage.DECLINED and move.target == Stage.DECISION:
        return Kind.TAKEN_UP
    return Kind.NOT_RENEWED if move.target in ENDED else None


def _renewed_with(case: "Application") -> list[Certificate]:
    """Renewing Journey Mentor renews the certificate on which it rests, and keeps it likewise."""
    if not case.tier.renews_with:
        return []
    other = below(case.applicant_id, case.tier.renews_with)
    return [other] if other else []


def below(holder: int, level: str) -> Certificate | None:
    """The certificate of that level that is renewed along with another."""
    rows = Certificate.objects.filter(holder=holder, tier__level=level, renewed_by=None).exclude(
        replaced_by__tier__level=level
    )
    return rows.order_by("-awarded_on", "-pk").first()
