"""Who else may hold a verification meeting, and what changes hands with it."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from accounts.roles import Role
from applicants.colleagues import case_of, may_take
from meetings.models import Kind, Meeting
from meetings.registry import Colleague, colleagues, parts
from verification.booking import hand_meeting_on


@colleagues(Kind.VERIFICATION, Kind.RENEWAL)
def verifiers(meeting: Meeting, at: datetime) -> Sequence[Colleague]:
    return may_take(case_of(meeting), Role.VERIFIER, at)


@parts(Kind.VERIFICATION, Kind.RENEWAL)
def hand_verification_on(meeting: Meeting, to: User, by: User, at: datetime) -> None:
    hand_meeting_on(case_of(meeting), meeting, to=to, by=by, at=at)
