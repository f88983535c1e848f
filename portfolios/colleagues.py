"""Who else may hold a verbal audit, and what changes hands with it."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import hand_on
from applicants.colleagues import case_of, may_take
from meetings.models import Kind, Meeting
from meetings.registry import Colleague, colleagues, parts


@colleagues(Kind.VERBAL_AUDIT)
def auditors(meeting: Meeting, at: datetime) -> Sequence[Colleague]:
    return may_take(case_of(meeting), Role.AUDITOR, at)


@parts(Kind.VERBAL_AUDIT)
def hand_audit_on(meeting: Meeting, to: User, by: User, at: datetime) -> None:
    """The new auditor begins an audit of their own: whoever judges has heard it."""
    hand_on(case_of(meeting), Role.AUDITOR, person=to, by=by, at=at)
