"""An appeal or a complaint as one reader sees it, and what they can do about it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.roles import Role
from appeals import forms, panels, telling
from appeals.consequences import may_propose
from appeals.flow import Stage
from appeals.models import Appeal, Complaint, Matter, Note, Reader, Seat, Vote
from applicants.assigning import Candidate
from certificates.dates import body_day


@dataclass(frozen=True, slots=True)
class SeatShown:
    """A vote is seen by those who have signed theirs, and by all who handle it once answered."""

    seat: Seat
    vote: str
    words: str
    barred: bool


@dataclass(frozen=True, slots=True)
class MatterPage:
    """`deed` is what this reader is to do next; `forms` are all that they can send."""

    matter: Matter
    is_appeal: bool
    mine: bool
    handles: bool
    deed: str
    forms: dict[str, Any]
    seats: Sequence[SeatShown]
    notes: Sequence[Note]
    people: Sequence[Candidate]
    today: date
    late: bool
    outcome: str
    nobody_left: bool  # no panel chair may hear it: somebody must be given the role


def matter_page(
    matter: Matter, reader: User | None, at: datetime, bound: tuple[str, forms.Deed] | None = None
) -> MatterPage:
    """`reader` is nobody at the secret address; `bound` is the form that was sent and refused."""
    today, seats = body_day(at), matter.panel()
    mine = reader is None or (matter.writer is not None and matter.writer.pk == reader.pk)
    own = next((s for s in seats if reader is not None and s.person_id == reader.pk), None)
    roles = matter.acts_as(reader) if reader else frozenset()
    handles = not mine and bool(own or roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR})
    deed = _deed(matter, roles, seats, own) if handles else ""
    chairs = handles and Role.PANEL_CHAIR in roles
    people = panels.candidates(matter, today) if chairs and matter.is_open else []
    if deed == "admit" and reader is not None:  # the chair who admits it sits on it anyway
        people = [c for c in people if c.person.pk != reader.pk]
    shown = [_shown(matter, seat, own, today, chairs=chairs) for seat in seats]
    due = matter.due_on
    return MatterPage(
        matter=matter,
        is_appeal=isinstance(matter, Appeal),
        mine=mine,
        handles=handles,
        deed=deed,
        forms=_forms(
            matter,
            mine=mine,
            handles=handles,
            people=people,
            bound=bound,
            suspends=reader is not None and may_propose(matter, reader),
        ),
        seats=shown,
        notes=list(_notes(matter, mine=mine)),
        people=people,
        today=today,
        late=due is not None and due < today,
        outcome=_outcome(seats) if handles and deed == "answer" else "",
        nobody_left=handles
        and matter.stage in (Stage.RECEIVED, Stage.ADMISSION)
        and not telling.chairs(matter, today),
    )


def _deed(matter: Matter, roles: frozenset[str], seats: Sequence[Seat], own: Seat | None) -> str:
    if matter.stage == Stage.RECEIVED and Role.ADMINISTRATOR in roles:
        return "acknowledge"
    if matter.stage == Stage.ADMISSION and Role.PANEL_CHAIR in roles:
        return "admit"
    if matter.stage != Stage.PANEL or own is None:
        return ""
    if len(seats) == 1:
        return "answer_alone"
    if not own.vote:
        return "vote"
    return "answer" if own.chair and panels.majority(seats) else ""


def _outcome(seats: Sequence[Seat]) -> str:
    found = panels.majority(seats)
    return str(found.label) if found else ""


def _shown(matter: Matter, seat: Seat, own: Seat | None, today: date, *, chairs: bool) -> SeatShown:
    sees = (own is not None and bool(own.vote)) or (chairs and not matter.is_open)
    vote = str(Vote(seat.vote).label) if seat.vote and sees else ""
    barred = chairs and matter.stage == Stage.PANEL and bool(matter.bars(seat.person, today))
    return SeatShown(seat, vote, seat.words if vote else "", barred)


def _notes(matter: Matter, *, mine: bool) -> Any:
    rows = matter.notes.select_related("by")
    return rows.exclude(reader=Reader.PANEL) if mine else rows


FORMS: dict[str, type[forms.Deed]] = {
    "acknowledge": forms.Acknowledge,
    "turn_away": forms.TurnAway,
    "admit": forms.Admit,
    "vote": forms.CastVote,
    "answer": forms.Answer,
    "answer_alone": forms.AnswerAlone,
    "replace": forms.Replace,
    "note": forms.AddNote,
    "add": forms.Add,
    "name_subject": forms.NameSubject,
    "suspend": forms.Suspend,
}


def _forms(
    matter: Matter,
    *,
    mine: bool,
    handles: bool,
    people: Sequence[Candidate],
    bound: tuple[str, forms.Deed] | None,
    suspends: bool,
) -> dict[str, Any]:
    if not matter.is_open:
        found = {"suspend": forms.Suspend()} if suspends else {}
        return found | ({bound[0]: bound[1]} if bound and bound[0] in found else {})
    wanted = ["add"] if mine else []
    if handles:
        wanted = [name for name in FORMS if name not in ("add", "suspend")]
        if not isinstance(matter, Complaint):
            wanted.remove("name_subject")
    usual: dict[str, Any] = {name: FORMS[name](people=people) for name in wanted}
    return usual | ({bound[0]: bound[1]} if bound else {})
