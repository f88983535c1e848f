"""Reminders of what lapses for those who work on cases, computed from the dates: the same however
often they run."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Grant, User
from accounts.roles import Role
from applicants.models import Declaration, Qualification, Threat
from applicants.models.qualification import QUALIFIED, SOON_DAYS
from applicants.qualifying import declared_by, followed
from applicants.reminders import owe
from certificates.dates import body_day
from notices.models import Message

DECLARE_AHEAD = 30  # days before a yearly declaration lapses
LAST_CALL = 14  # days before a qualification lapses
REVIEW_AHEAD = 7


def remind_of_lapsing(at: datetime) -> int:
    today = body_day(at)
    return owe([*_declarations(today), *_qualifications(today), *_reviews(today)])


def _letter(kind: str, key: str, to: int, **context: object) -> Message:
    return Message(key=key, kind=kind, to_id=to, not_before=timezone.now(), context=context)


def _declarations(today: date) -> Iterator[Message]:
    """A month before it lapses, and the day after; and once to whoever never declared."""
    grants = Grant.objects.in_force(today).filter(role__in=QUALIFIED, user__is_active=True)
    first = dict(grants.order_by("-pk").values_list("user", "pk"))
    said = declared_by(first)
    for person, grant in first.items():
        declaration = said.get(person)
        if declaration is None:
            yield _letter("declaration_missing", f"declare:{person}:{grant}", person)
        else:
            yield from _lapsing(declaration, today)


def _lapsing(declaration: Declaration, today: date) -> Iterator[Message]:
    until = declaration.holds_until
    for name, day in (("before", until - timedelta(days=DECLARE_AHEAD)), ("after", until)):
        if today > day if name == "after" else day <= today <= until:
            key = f"declaration:{declaration.pk}:{name}"
            person = declaration.person_id
            yield _letter("declaration_lapses", key, person, declaration=declaration.pk)


def _qualifications(today: date) -> Iterator[Message]:
    """Two months and two weeks ahead, to the person and to the administrators."""
    rows = Qualification.objects.in_force(today).filter(
        ends_on__lte=today + timedelta(days=SOON_DAYS)
    )
    keepers = set(User.objects.with_role(Role.ADMINISTRATOR, today).values_list("pk", flat=True))
    for row in rows:
        held = Qualification.objects.standing().filter(person=row.person_id, role=row.role)
        if followed(row, held):
            continue
        left = (row.ends_on - today).days
        call = LAST_CALL if left <= LAST_CALL else SOON_DAYS
        for person in sorted({row.person_id} | keepers):
            key = f"qualification:{row.pk}:{row.ends_on}:-{call}d:{person}"
            yield _letter("qualification_lapses", key, person, qualification=row.pk)


def _reviews(today: date) -> Iterator[Message]:
    for threat in Threat.objects.due(today + timedelta(days=REVIEW_AHEAD)):
        day = threat.review_on.isoformat()
        key = f"review:{threat.pk}:{day}:{threat.owner_id}"
        yield _letter("register_review_due", key, threat.owner_id, threat=threat.pk, on=day)
