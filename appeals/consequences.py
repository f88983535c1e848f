"""What an upheld complaint leads to: never by itself, always by two people."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appeals.flow import Stage
from appeals.models import Complaint, Matter, Subject
from certificates.flow import Deed
from certificates.lifecycle import propose
from certificates.proposals import Proposal
from trail.flow import Refused
from trail.models import Event


class NotUpheld(Refused):
    """Only an upheld complaint about a certified mentor leads to a proposal."""


def may_propose(matter: Matter, user: User) -> bool:
    """The chair of the panel that upheld it, once."""
    return bool(
        isinstance(matter, Complaint)
        and matter.stage == Stage.UPHELD
        and matter.subject == Subject.HOLDER
        and matter.certificate is not None
        and matter.proposal is None
        and any(seat.chair and seat.person_id == user.pk for seat in matter.panel())
    )


@transaction.atomic
def propose_suspension(complaint: Complaint, *, reason: str, by: User, at: datetime) -> Proposal:
    """Propose to suspend the certificate that the complaint is about; a second person confirms or
    refuses it. The holder reads the reason, so it names nobody who complained."""
    locked = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if not may_propose(locked, by) or locked.certificate is None:
        raise NotUpheld(_("Only the chair proposes that, once the complaint is upheld."))
    proposal = propose(locked.certificate, Deed.SUSPEND, reason=reason, by=by, at=at)
    Complaint.objects.filter(pk=locked.pk).update(proposal=proposal)
    Event.objects.record(
        "propose_suspension",
        about=locked,
        by=by,
        at=at,
        case=locked.trail_case(),
        proposal=proposal.pk,
    )
    complaint.refresh_from_db()
    return proposal
