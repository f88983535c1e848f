"""The bids of programmes that wait for somebody of the staff, beside the cases of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from awards.models import Bid, BidPart
from awards.turns import turns_of
from certificates.dates import body_day

SEES_BIDS = frozenset({Role.ADMINISTRATOR, Role.ASSESSOR, Role.PANEL_CHAIR})
MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One bid, and what this person does next with it."""

    bid: Bid
    heading: str
    url: str
    label: str
    due: date | None
    late: bool


def waiting_bids(user: User, at: datetime) -> list[Waiting]:
    """What is this person's to do, the earliest day first. Interests are declared before anything
    else, whoever's turn it is. Programmes of one's own organisation are at their own place."""
    if not user.roles & SEES_BIDS:
        return []
    seen = Bid.objects.visible_to(user).open().select_related("programme__organisation", "scheme")
    own = {"programme__organisation__members__person": user}
    bids = list(seen.exclude(**own).order_by("due_on", "pk")[:MOST])
    parts = BidPart.objects.filter(person=user, bid__in=bids, ended_at=None, declared_at=None)
    undeclared = {row.bid_id: row for row in parts}
    found = [_declaring(bid, undeclared[bid.pk]) for bid in bids if bid.pk in undeclared]
    rest = [bid for bid in bids if bid.pk not in undeclared]
    found += _turns(rest, user, body_day(at))
    return sorted(found, key=lambda row: (row.due is None, row.due or date.max, row.bid.pk))


def _declaring(bid: Bid, row: BidPart) -> Waiting:
    words = _("Say whether anything binds you (%(part)s)") % {"part": row.get_part_display()}
    url = reverse("awards:declare", args=[bid.pk])
    return Waiting(bid, words, url, _("Answer"), None, late=False)


def _turns(bids: Sequence[Bid], user: User, today: date) -> list[Waiting]:
    return [
        Waiting(bid, turn.heading, turn.url, turn.label, bid.due_on, late=turn.state == "late")
        for bid, turn in turns_of(bids, user, today)
        if turn.url
    ]
