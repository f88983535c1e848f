"""Letters about the days of appeals and complaints, computed from the days."""

from datetime import datetime, timedelta

from accounts.models import User
from appeals.flow import AHEAD_DAYS, Stage
from appeals.models import Appeal, Complaint, Matter
from appeals.telling import chairs, ids, key_of, secretaries
from certificates.dates import body_day
from notices.models import Message
from notices.services import post


def remind_of_matters(at: datetime) -> int:
    """Owe whoever's turn it is a letter two days ahead, and one when the day has passed."""
    before, today = Message.objects.count(), body_day(at)
    open_: list[Matter] = [*Appeal.objects.open(), *Complaint.objects.open()]
    for matter in open_:
        due = matter.due_on
        if due is None or due > today + timedelta(days=AHEAD_DAYS):
            continue
        kind = "matter_due_passed" if due < today else "matter_due_soon"
        for person in whose_turn(matter, at):
            key = f"{key_of(matter)}:{matter.stage}:{due}:{kind}:{person.pk}"
            post(kind, to=person, key=key, not_before=at, **ids(matter))
    return Message.objects.count() - before


def whose_turn(matter: Matter, at: datetime) -> list[User]:
    """The secretary, the panel chairs, who has not signed yet, or the chair who is to answer."""
    if matter.stage == Stage.RECEIVED:
        return secretaries(matter, body_day(at))
    if matter.stage == Stage.ADMISSION:
        return chairs(matter, body_day(at))
    seats = matter.panel()
    unsigned = [seat.person for seat in seats if not seat.vote]
    return unsigned or [seat.person for seat in seats if seat.chair]
