"""Hearing an appeal or a complaint: acknowledged, admitted or not, answered by its panel.

A panel is one person or three who took no part. Each signs their own vote; the majority decides;
the chair writes the reasons.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Grant, User
from accounts.roles import Role
from appeals.flow import PANELS, Stage
from appeals.models import Appeal, Matter, Seat, Vote
from appeals.telling import ids, tell_panel, tell_writer
from applicants.assigning import Candidate
from applicants.deciding import set_aside
from applicants.models import CaseRole
from applicants.models.case import NotIndependent, TookAnotherPart
from certificates.dates import body_day
from trail.flow import Refused
from trail.models import Event

# Whoever judges for the body may sit on a panel. Administrators decide nothing.
JUDGES = (Role.PANEL_CHAIR, Role.DECIDER, Role.VERIFIER, Role.AUDITOR, Role.INTAKE_MANAGER)


class NotThePanel(Refused):
    """Only who sits on the panel votes, and only its chair answers."""


class NotAllVoted(Refused):
    """A panel answers when everybody has signed."""


def candidates(matter: Matter, on: date) -> list[Candidate]:
    """Who could sit on the panel: those who may first, the least loaded first; of the others,
    why not."""
    judges = Grant.objects.in_force(on).filter(role__in=JUDGES).values("user")
    seats = Count("seats", filter=Q(seats__ended_at=None, seats__signed_at=None), distinct=True)
    people = User.objects.filter(is_active=True, pk__in=judges).annotate(load=seats)
    had = set(matter.seats.values_list("person_id", flat=True))
    found = []
    for person in people:
        reasons = matter.bars(person, on)
        if person.pk in had:
            reasons.append(_("Sits or sat on this panel."))
        found.append(Candidate(person, reasons, [], person.load, 0))
    return sorted(found, key=lambda c: (bool(c.reasons), c.load, c.person.full_name))


@transaction.atomic
def acknowledge(matter: Matter, *, by: User, at: datetime) -> None:
    """Say that it has reached somebody who looks after it, within five working days."""
    tell_writer(matter, "matter_acknowledged", "acknowledged")
    matter.move("acknowledge", by=by, at=at, also={"acknowledged_at": at})


@transaction.atomic
def turn_away(matter: Matter, *, reasons: str, by: User, at: datetime) -> None:
    """It is not heard, and why."""
    if not reasons.strip():
        raise Refused(_("Write the reasons. Whoever wrote to us receives them."))
    tell_writer(matter, "matter_turned_away", "turned_away")
    matter.move("turn_away", by=by, at=at, also={"admission": reasons.strip()})


@transaction.atomic
def admit(matter: Matter, *, reasons: str, members: Sequence[User], by: User, at: datetime) -> None:
    """It is heard, by whoever admits it as the chair, alone or with two others."""
    if len(members) + 1 not in PANELS:
        raise Refused(_("A panel is one person or three: choose nobody or two others."))
    if len({by.pk, *(person.pk for person in members)}) != len(members) + 1:
        raise Refused(_("Choose two different people beside yourself."))
    move = matter.flow.find(matter.stage, "admit")
    if move.role not in matter.acts_as(by):
        raise Refused(_("Only a panel chair does that."))
    matter.guard(move, by, at)
    for person in (by, *members):
        _seat(matter, person, chair=person.pk == by.pk, at=at)
    tell_writer(matter, "matter_admitted", "admitted")
    tell_panel(matter, "matter_seat", "seat")
    people = [by.pk, *(person.pk for person in members)]
    matter.move("admit", by=by, at=at, also={"admission": reasons.strip()}, panel=people)


def _seat(matter: Matter, person: User, *, chair: bool, at: datetime) -> Seat:
    """Raises for whoever may not sit here. Where there is a case, the seat is their part in it."""
    on = body_day(at)
    if not set(JUDGES) & person.roles_on(on):
        raise Refused(_("%(person)s does not judge for the body.") % {"person": person})
    if chair and Role.PANEL_CHAIR not in person.roles_on(on):
        raise Refused(_("Only a panel chair leads a panel."))
    if reasons := matter.bars(person, on):
        raise NotIndependent(f"{person}: {reasons[0]}")
    if matter.application is not None:
        CaseRole.sign(matter.application, person, Role.PANEL_CHAIR, at)
    try:
        with transaction.atomic():
            owner = {f"{name}_id": pk for name, pk in ids(matter).items()}
            return Seat.objects.create(person=person, chair=chair, since=at, **owner)
    except IntegrityError:
        raise TookAnotherPart(_("%(person)s sits here already.") % {"person": person}) from None


@transaction.atomic
def replace(matter: Matter, *, seat: Seat, person: User, by: User, at: datetime) -> Seat:
    """Somebody stepped back or may not act any more: another person takes the seat. What was
    signed before is kept, and does not count."""
    _locked(matter)
    if matter.stage != Stage.PANEL or seat.ended_at or seat.matter != matter:
        raise Refused(_("This seat is not to be filled."))
    if Role.PANEL_CHAIR not in matter.acts_as(by):
        raise Refused(_("Only a panel chair does that."))
    if matter.bars(by, body_day(at)):
        raise NotIndependent(_("You may not handle this."))
    if not matter.bars(seat.person, body_day(at)):
        raise Refused(_("%(person)s sits here.") % {"person": seat.person})
    Seat.objects.filter(pk=seat.pk).update(ended_at=at)
    new = _seat(matter, person, chair=seat.chair, at=at)
    tell_panel(matter, "matter_seat", "seat")
    Event.objects.record(
        "replace_seat",
        about=matter,
        by=by,
        at=at,
        case=matter.trail_case(),
        person=person.pk,
        instead_of=seat.person_id,
    )
    return new


@transaction.atomic
def vote(matter: Matter, *, choice: Vote, words: str, by: User, at: datetime) -> Seat:
    """Sign one's own vote. It cannot be changed, and the others' are not seen before."""
    _locked(matter)
    seat = next((s for s in matter.panel() if s.person_id == by.pk), None)
    if matter.stage != Stage.PANEL or seat is None:
        raise NotThePanel(_("Only the panel does that, while it is with the panel."))
    if reasons := matter.bars(by, body_day(at)):
        raise NotIndependent(reasons[0])
    signed = Seat.objects.filter(pk=seat.pk, signed_at=None)
    if not signed.update(vote=choice, words=words.strip(), signed_at=at):
        raise Refused(_("You have signed. A vote cannot be changed."))
    Event.objects.record("vote", about=matter, by=by, at=at, case=matter.trail_case())
    seat.refresh_from_db()
    return seat


def majority(seats: Sequence[Seat]) -> Vote | None:
    """What the panel has decided; None while somebody has not signed."""
    if not seats or any(not seat.vote for seat in seats):
        return None
    upheld = sum(seat.vote == Vote.UPHOLD for seat in seats)
    return Vote.UPHOLD if 2 * upheld > len(seats) else Vote.DISMISS


@transaction.atomic
def answer(matter: Matter, *, reasons: str, by: User, at: datetime) -> None:
    """The panel's answer, by its majority. An upheld appeal sets the decision aside: somebody else
    decides anew."""
    _locked(matter)
    if not reasons.strip():
        raise Refused(_("Write the reasons. Whoever wrote to us receives them."))
    seats = matter.panel()
    if matter.stage == Stage.PANEL and not any(s.chair and s.person_id == by.pk for s in seats):
        raise NotThePanel(_("Only the chair of the panel answers."))
    outcome = majority(seats)
    if matter.stage == Stage.PANEL and outcome is None:
        raise NotAllVoted(_("The panel answers when everybody on it has signed."))
    upheld = outcome == Vote.UPHOLD
    kind = "appeal_decided" if isinstance(matter, Appeal) else "complaint_decided"
    tell_writer(matter, kind, "answered")
    also = {"answer": reasons.strip(), "answered_at": at}
    facts = {"votes": "/".join(str(seat.vote) for seat in seats)}
    matter.move("uphold" if upheld else "dismiss", by=by, at=at, also=also, **facts)
    if upheld and isinstance(matter, Appeal):
        set_aside(matter.decision, by=by, at=at)


@transaction.atomic
def answer_alone(matter: Matter, *, choice: Vote, reasons: str, by: User, at: datetime) -> None:
    """A panel of one signs and answers in one step."""
    if not reasons.strip():
        raise Refused(_("Write the reasons. Whoever wrote to us receives them."))
    if len(matter.panel()) > 1:
        raise NotAllVoted(_("The panel answers when everybody on it has signed."))
    vote(matter, choice=choice, words="", by=by, at=at)
    answer(matter, reasons=reasons, by=by, at=at)


def _locked(matter: Matter) -> None:
    """One after the other; the root of an appeal is its case."""
    root = matter.decision.application if isinstance(matter, Appeal) else matter
    type(root)._default_manager.select_for_update().get(pk=root.pk)
    matter.refresh_from_db(fields=["stage"])
