"""The decision: by one person who took no other part, on the checked report, with reasons."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.checking import sheet_to_check
from awards.granting import grant
from awards.models import AwardDecision, Bid
from awards.rules import Verdict
from awards.scoring import of_sheet, verdict
from notices.services import post
from trail.flow import Refused


class BelowEveryBand(Refused):
    """The points do not carry an award."""


def outcome(bid: Bid) -> Verdict | None:
    """What the checked report comes to. The chair cannot choose another band."""
    sheet = sheet_to_check(bid)
    return verdict(bid, of_sheet(sheet)) if sheet else None


@transaction.atomic
def decide(bid: Bid, *, award: bool, reasons: str, by: User, at: datetime) -> AwardDecision:
    """Award the band that the points reach, or award nothing."""
    Bid.objects.select_for_update().get(pk=bid.pk)
    bid.refresh_from_db()
    verb = "award" if award else "refuse"
    move = bid.flow.find(bid.stage, verb)
    if move.role not in bid.acts_as(by):
        raise Refused(_("Only the chair decides."))
    bid.guard(move, by, at)
    reasons = reasons.strip()
    if not reasons:
        raise Refused(_("Write at least one sentence. The team receives it."))
    sheet, found = sheet_to_check(bid), outcome(bid)
    if sheet is None or found is None:
        raise Refused(_("There is no checked report."))
    if award and not found.band:
        raise BelowEveryBand(_("The points do not reach the lowest band."))
    decision = AwardDecision.objects.create(
        bid=bid,
        sheet=sheet,
        band=found.band if award else "",
        label=found.label if award else "",
        points=found.points,
        most=found.most,
        reasons=reasons,
        by=by,
        at=at,
    )
    if award:
        grant(bid, decision, at)
    kind = "programme_awarded" if award else "programme_not_yet"
    for member in bid.programme.organisation.members.filter(ended_at=None):
        post(kind, to=member.person, key=f"{kind}:{bid.pk}:{member.person_id}", bid=bid.pk)
    bid.move(verb, by=by, at=at, band=decision.band, points=found.points, most=found.most)
    return decision
