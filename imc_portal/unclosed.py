"""What waits beside the cases: meetings without an outcome, and proposals about certificates
and awards.

A meeting that is over is its host's to note, and after a week the body's.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from awards.models import AwardProposal
from certificates.proposals import ByTwo, Proposal
from meetings.models import Meeting
from meetings.reminding import ASKED_FOR
from meetings.slots_view import Line, line


@dataclass(frozen=True, slots=True)
class Unclosed:
    """`mine` for the host. Whoever only keeps watch over hosts (`may_open` is False for a Director)
    learns whom to ask, and nothing about the guest."""

    line: Line
    mine: bool
    may_open: bool


def unclosed(user: User, at: datetime) -> list[Unclosed]:
    """One query. The oldest first."""
    wanted = Q(host=user)
    if {Role.ADMINISTRATOR, Role.DECIDER} & user.roles:
        wanted |= Q(ends_at__lte=at - ASKED_FOR)
    open_ = Meeting.objects.without_outcome(at).filter(wanted).exclude(guest=user)
    administers = Role.ADMINISTRATOR in user.roles
    return [
        Unclosed(
            line(meeting, user), meeting.host_id == user.pk, administers or meeting.host == user
        )
        for meeting in open_.select_related("host", "guest")
    ]


def proposals_for(user: User) -> list[tuple[ByTwo, bool]]:
    """One query for whoever may answer them, none for others. The oldest first."""
    waiting = Proposal.objects.waiting_for(user).select_related("certificate", "proposed_by")
    return [(one, True) for one in waiting]


def award_proposals_for(user: User) -> list[tuple[ByTwo, bool]]:
    """Likewise."""
    related = ("award__programme", "proposed_by")
    return [(one, True) for one in AwardProposal.objects.waiting_for(user).select_related(*related)]
