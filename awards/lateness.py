"""Reminders of what waits in a bid, computed from dates: the same whenever, and however often."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from awards.flow import Part, Stage
from awards.models import Bid, BidPart
from awards.talk_letters import ANSWER_DAYS
from certificates.dates import body_day
from notices.services import post

LATE = (22, 8, 1)  # days after the last day; who was reminded late is reminded once


def remind(at: datetime) -> int:
    """Owe every letter that is due now; returns how many were looked at."""
    return _late(at) + _to_appoint(at) + _undeclared(at)


def _late(at: datetime) -> int:
    today = body_day(at)
    owed = 0
    late = Bid.objects.open().filter(due_on__lt=today).select_related("programme__organisation")
    for bid in late:
        days = (today - bid.due_on).days if bid.due_on else 0
        step = next(step for step in LATE if days >= step)
        since = bid.stage_since.isoformat()
        for person in _whose(bid, at):
            key = f"programme_late:{bid.pk}:{bid.stage}:{since}:{step}:{person.pk}"
            post("programme_late", to=person, key=key, bid=bid.pk, stage=bid.stage)
            owed += 1
    return owed


def _whose(bid: Bid, at: datetime) -> Iterable[User]:
    """Whoever it waits for; where nobody has the part, all who might take it."""
    if Part.TEAM in bid.owners:
        rows = bid.programme.organisation.members.filter(ended_at=None).select_related("person")
        return [row.person for row in rows]
    held = bid.cast.filter(part__in=bid.owners, ended_at=None).select_related("person")
    if people := [row.person for row in held]:
        return people
    role = Role.PANEL_CHAIR if bid.stage == Stage.DECISION else Role.ADMINISTRATOR
    return list(User.objects.with_role(role, body_day(at)))


def _to_appoint(at: datetime) -> int:
    owed = 0
    administrators = list(User.objects.with_role(Role.ADMINISTRATOR, body_day(at)))
    for bid in Bid.objects.filter(stage=Stage.APPOINTMENT):
        for person in administrators:
            key = f"programme_to_appoint:{bid.pk}:{bid.stage_since.isoformat()}:{person.pk}"
            post("programme_to_appoint", to=person, key=key, bid=bid.pk)
            owed += 1
    return owed


def _undeclared(at: datetime) -> int:
    """Who has not said within a week whether anything binds them is asked once more."""
    rows = BidPart.objects.filter(
        ended_at=None,
        declared_at=None,
        since__lte=at - timedelta(days=ANSWER_DAYS),
        bid__in=Bid.objects.open(),
    )
    for row in rows.select_related("person"):
        key = f"programme_not_declared:{row.pk}"
        post("programme_not_declared", to=row.person, key=key, row=row.pk)
    return rows.count()
