"""What of appeals and complaints waits for whom, for lists and worklists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from appeals.flow import OPEN, Stage
from appeals.models import Appeal, Complaint, Matter
from certificates.dates import body_day


@dataclass(frozen=True, slots=True)
class Row:
    """One matter as this reader sees it. `task` says what they are to do, if anything."""

    matter: Matter
    title: str
    who: str
    stage: str
    task: str
    due: date | None
    late: bool
    days: int  # since it has been where it is


def listed(user: User, at: datetime, *, everything: bool = False) -> list[Row]:
    """Everything that this person handles: open ones first, the earliest day first. `everything`
    is for whoever watches over the whole: all but what they are in themselves."""
    found = _all(user) if everything else _matters(user)
    rows = [_row(matter, user, body_day(at)) for matter in found]
    return sorted(rows, key=lambda row: (row.due is None, row.due or date.max, row.matter.number))


def waiting_for(user: User, at: datetime) -> list[Row]:
    """What is this person's to do now."""
    return [row for row in listed(user, at) if row.task]


def _matters(user: User) -> Iterable[Matter]:
    appeals: Any = Appeal.objects.handled_by(user).select_related(
        "decision__application__applicant", "decision__application__tier"
    )
    complaints: Any = Complaint.objects.handled_by(user).select_related("sender", "certificate")
    yield from appeals.prefetch_related("seats__person")
    yield from complaints.prefetch_related("seats__person")


def _all(user: User) -> Iterable[Matter]:
    appeals = Appeal.objects.open().exclude(decision__application__applicant=user)
    whole = ("decision__application__applicant", "decision__application__tier")
    yield from appeals.select_related(*whole).prefetch_related("seats__person")
    complaints = Complaint.objects.open().free_of(user)
    yield from complaints.select_related("sender").prefetch_related("seats__person")


def _row(matter: Matter, user: User, today: date) -> Row:
    due = matter.due_on
    if isinstance(matter, Appeal):
        title, who = matter.get_ground_display(), matter.writer.full_name
    else:
        assert isinstance(matter, Complaint)  # noqa: S101 - there is no third kind
        title = matter.get_subject_display()
        who = matter.sender.full_name if matter.sender else matter.name or _("no name given")
    return Row(
        matter=matter,
        title=title,
        who=who,
        stage=matter.stage_label,
        task=_task(matter, user),
        due=due,
        late=due is not None and due < today,
        days=(today - body_day(matter.stage_since)).days,
    )


def _task(matter: Matter, user: User) -> str:
    if matter.stage not in OPEN:
        return ""
    roles = user.roles
    if matter.stage == Stage.RECEIVED:
        keeps = roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}
        return _("Acknowledge it") if keeps else ""
    if matter.stage == Stage.ADMISSION:
        return _("Decide whether it is heard") if Role.PANEL_CHAIR in roles else ""
    return _seat_task(matter, user)


def _seat_task(matter: Matter, user: User) -> str:
    seats: Sequence[Any] = [seat for seat in matter.seats.all() if seat.ended_at is None]
    own = next((seat for seat in seats if seat.person_id == user.pk), None)
    if own is None:
        return ""
    if not own.vote:
        return _("Read it and sign your vote") if len(seats) > 1 else _("Answer it")
    everybody = all(seat.vote for seat in seats)
    return _("Write the answer") if own.chair and everybody else ""
