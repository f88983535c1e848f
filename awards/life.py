"""What happens to an award after it was given: one person proposes, another confirms.

The same deeds, table and kinds as those of certificates (`certificates.flow`, `.status`), on rows
of its own: an award has a team instead of a holder, and nothing rests on it.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from awards.models import DEEDS, Award, AwardEvent, AwardProposal
from certificates.dates import body_day
from certificates.flow import HAPPENS, POSSIBLE, Deed, Stage
from certificates.lifecycle import NotPossible, WaitsAlready
from certificates.proposals import PROPOSERS
from certificates.status import Happened, Kind, stopped_since
from notices.services import post
from trail.flow import Refused
from trail.models import Event


def deeds_for(user: User, award: Award, at: datetime) -> list[Deed]:
    """What this person may propose about the award now."""
    if not user.roles & PROPOSERS or _of_the_team(user, award):
        return []
    return [deed for deed in DEEDS if award.status(at) in POSSIBLE[deed]]


@transaction.atomic
def propose(award: Award, deed: Deed, *, reason: str, by: User, at: datetime) -> AwardProposal:
    """Say what should happen, and why; a second person answers. Nothing changes until then."""
    locked = _lock(award)
    if not by.roles_on(body_day(at)) & PROPOSERS:
        raise Refused(_("Only the body proposes this."))
    if _of_the_team(by, locked):
        raise Refused(_("Nobody proposes anything about their own programme."))
    if not reason.strip():
        raise Refused(_("Write a reason. The team reads it."))
    _check_status(locked, deed, at)
    wanted = AwardProposal(
        award=locked,
        deed=deed,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=at,
        stage=Stage.WAITING,
        stage_since=at,
    )
    _write(wanted)
    Event.objects.record(
        "propose",
        about=wanted,
        by=by,
        at=at,
        case=wanted.trail_case(),
        award=locked.number,
        deed=deed.value,
    )
    return wanted


def _write(wanted: AwardProposal) -> None:
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError:
        raise WaitsAlready(
            _("Something is proposed about this award already. It waits for an answer.")
        ) from None


@transaction.atomic
def confirm(proposal: AwardProposal, *, by: User, at: datetime) -> Award:
    """The second person says yes, and it happens now. Raises NeedsAnother for whoever proposed it,
    and Bound for whoever is too close to the programme or judged it."""
    locked = _answerable(proposal, by)
    award, deed = locked.award, Deed(locked.deed)
    _check_status(award, deed, at)
    locked.move(
        "confirm", by=by, at=at, also=locked.answered(by, at), award=award.number, deed=deed.value
    )
    _happen(award, HAPPENS[deed], proposal=locked, by=by, at=at)
    for member in award.programme.organisation.members.filter(ended_at=None):
        post(
            f"programme_{HAPPENS[deed].value}",
            to=member.person,
            key=f"award_proposal:{locked.pk}:confirmed:{member.person_id}",
            proposal=locked.pk,
        )
    proposal.refresh_from_db()
    return award


@transaction.atomic
def refuse(proposal: AwardProposal, *, reason: str, by: User, at: datetime) -> None:
    if not reason.strip():
        raise Refused(_("Write a reason. Whoever proposed it reads it."))
    locked = _answerable(proposal, by)
    also = locked.answered(by, at) | {"answer": reason.strip()}
    locked.move("refuse", by=by, at=at, also=also, award=locked.award.number)
    proposal.refresh_from_db()


@transaction.atomic
def take_back(proposal: AwardProposal, *, by: User, at: datetime) -> None:
    """Whoever proposed it thinks better of it."""
    locked = AwardProposal.objects.select_for_update().get(pk=proposal.pk)
    locked.move("take_back", by=by, at=at, also=locked.answered(by, at), award=locked.award.number)
    proposal.refresh_from_db()


def _happen(award: Award, kind: Kind, *, proposal: AwardProposal, by: User, at: datetime) -> None:
    AwardEvent.objects.create(
        award=award, kind=kind, effective_at=at, by=by, reason=proposal.reason, proposal=proposal
    )
    rows = AwardEvent.objects.filter(award=award).values_list("kind", "effective_at")
    stopped = stopped_since([Happened(*row) for row in rows], at)
    Award.objects.filter(pk=award.pk).update(stopped_at=stopped)
    award.refresh_from_db()


def _lock(award: Award) -> Award:
    rows = Award.objects.select_for_update(of=("self",))
    return rows.select_related("programme__organisation", "decision__bid").get(pk=award.pk)


def _answerable(proposal: AwardProposal, by: User) -> AwardProposal:
    award = _lock(proposal.award)
    locked = AwardProposal.objects.select_for_update().get(pk=proposal.pk)
    locked.award = award
    locked.demand_second(by)
    return locked


def _of_the_team(user: User, award: Award) -> bool:
    return award.programme.organisation.members.filter(person=user).exists()


def _check_status(award: Award, deed: Deed, at: datetime) -> None:
    status = award.status(at)
    if deed not in DEEDS or status not in POSSIBLE[deed]:
        raise NotPossible(
            _("“%(deed)s” cannot be done with an award that is %(status)s.")
            % {"deed": deed.label, "status": str(status.label).lower()}
        )
