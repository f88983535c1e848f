"""Who assesses a bid: only people whom nothing binds to the programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from awards.flow import JUDGES, SEATS, Part, Process, Stage
from awards.handing_in import freeze_additions
from awards.models import Bid, BidPart, NotIndependent, TookAnotherPart
from awards.talks import take_all_back
from certificates.dates import body_day
from notices.services import post
from trail.flow import Refused
from trail.models import Event


@dataclass(frozen=True, slots=True)
class Candidate:
    """`reasons` says why they may not act here; empty: they may."""

    person: User
    reasons: Sequence[str]


def role_of(part: str) -> Role:
    return Role.PANEL_CHAIR if part == Part.CHAIR else Role.ASSESSOR


def seats(bid: Bid) -> tuple[Part, ...]:
    """The parts that are appointed here; a chair may also take theirs up."""
    return (*SEATS[Process(bid.process)], Part.CHAIR)


def candidates(bid: Bid, part: Part, at: datetime) -> list[Candidate]:
    """Everybody who holds the role today, those who may act first."""
    held = {row.person_id: row for row in bid.cast.all()}
    found = []
    for person in User.objects.with_role(role_of(part), body_day(at)):
        reasons = bid.bars(person, body_day(at))
        row = held.get(person.pk)
        if row is not None:
            words = (
                _("Is the %(part)s here.") if row.ended_at is None else _("Was the %(part)s here.")
            )
            reasons.append(words % {"part": row.get_part_display()})
        found.append(Candidate(person, reasons))
    return sorted(found, key=lambda c: (bool(c.reasons), c.person.full_name))


@transaction.atomic
def appoint(bid: Bid, part: Part, *, person: User, by: User, at: datetime) -> BidPart:
    """Give somebody a part. With the last seat taken the bid moves on to the assessors."""
    locked = Bid.objects.select_for_update().get(pk=bid.pk)
    if Part.ADMINISTRATOR not in locked.acts_as(by):
        raise Refused(_("Only an administrator appoints assessors."))
    if not locked.is_open or locked.stage in (Stage.ELIGIBILITY, Stage.EVIDENCE):
        raise Refused(_("Assessors are appointed when the evidence has been sent."))
    if part not in seats(locked):
        raise Refused(_("This part is not appointed here."))
    if role_of(part) not in person.roles_on(body_day(at)):
        raise Refused(_("This person does not hold the role."))
    if reasons := locked.bars(person, body_day(at)):
        raise NotIndependent(reasons[0])
    if (now := locked.held(part)) and locked.sheets.filter(person=now.person).exists():
        raise Refused(_("The work has begun. Whoever holds this part must step back first."))
    locked.cast.filter(part=part, ended_at=None).update(ended_at=at, ended_why="replaced")
    row = _sit(locked, part, person, at)
    post("programme_appointed", to=person, key=f"programme_appointed:{row.pk}", row=row.pk)
    Event.objects.record(
        "give_part",
        about=locked,
        by=by,
        at=at,
        case=locked.trail_case(),
        part=part.value,
        person=person.pk,
    )
    if locked.stage == Stage.APPOINTMENT and all(
        locked.held(seat) for seat in SEATS[Process(locked.process)]
    ):
        freeze_additions(locked, at)
        _tell_team(locked)
        bid.move("appoint", by=by, at=at)
        tell_owners(bid)
    else:
        bid.refresh_from_db()
    return row


def _sit(bid: Bid, part: Part, person: User, at: datetime, *, declared: bool = False) -> BidPart:
    try:
        with transaction.atomic():
            return BidPart.objects.create(
                bid=bid, person=person, part=part, since=at, declared_at=at if declared else None
            )
    except DatabaseError:  # SQLite names no difference between a constraint and a guard
        if bid.cast.filter(Q(person=person) | Q(part=part, ended_at=None)).exists():
            raise TookAnotherPart(
                _("One part a person: this one takes or took another here.")
            ) from None
        raise NotIndependent(_("Something binds this person to the programme.")) from None


@transaction.atomic
def declare(bid: Bid, *, clear: bool, by: User, at: datetime) -> None:
    """Say, before the file opens, that nothing binds one to the programme; or step back."""
    row = bid.cast.select_for_update().filter(person=by, ended_at=None, part__in=JUDGES).first()
    if row is None:
        raise Refused(_("You hold no part here."))
    columns = {"declared_at": at} if clear else {"ended_at": at, "ended_why": "recused"}
    BidPart.objects.filter(pk=row.pk).update(**columns)
    if not clear:
        take_all_back(bid, by, at)
        _tell_administrators(bid, row, at)
    Event.objects.record(
        "declare" if clear else "step_back",
        about=bid,
        by=by,
        at=at,
        case=bid.trail_case(),
        part=row.part,
    )


@transaction.atomic
def take_chair(bid: Bid, *, by: User, at: datetime) -> BidPart:
    """A chair takes up a decision, and says with it that nothing binds them."""
    locked = Bid.objects.select_for_update().get(pk=bid.pk)
    if locked.stage != Stage.DECISION or Part.CHAIR not in locked.acts_as(by):
        raise Refused(_("This decision is not yours to take."))
    if locked.held(Part.CHAIR) is not None:
        raise TookAnotherPart(_("Somebody else was faster."))
    if reasons := locked.bars(by, body_day(at)):
        raise NotIndependent(reasons[0])
    row = _sit(locked, Part.CHAIR, by, at, declared=True)
    Event.objects.record(
        "take_chair", about=locked, by=by, at=at, case=locked.trail_case(), part=Part.CHAIR.value
    )
    return row


def _tell_administrators(bid: Bid, row: BidPart, at: datetime) -> None:
    """A part is empty again: whoever appoints hears of it."""
    for person in User.objects.with_role(Role.ADMINISTRATOR, body_day(at)):
        post(
            "programme_part_empty",
            to=person,
            key=f"programme_part_empty:{row.pk}:{person.pk}",
            bid=bid.pk,
            part=row.part,
        )


def _tell_team(bid: Bid) -> None:
    for member in bid.programme.organisation.members.filter(ended_at=None):
        post(
            "programme_assessor_assigned",
            to=member.person,
            key=f"programme_assessor_assigned:{bid.pk}:{member.person_id}",
            bid=bid.pk,
        )


def tell_owners(bid: Bid) -> None:
    """Whoever among the assessors it is now the turn of hears of it."""
    for row in bid.cast.filter(part__in=bid.owners, ended_at=None).select_related("person"):
        post(
            "programme_task",
            to=row.person,
            key=f"programme_task:{bid.pk}:{bid.stage}:{bid.stage_since.isoformat()}:{row.pk}",
            bid=bid.pk,
            stage=bid.stage,
        )
