"""What a meeting means for its case: who else may hold it, and time that was lost through us."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import candidates, hand_on
from applicants.models import Application
from applicants.services import give_time_back
from certificates.dates import body_day
from meetings.models import Kind, Meeting
from meetings.registry import Colleague, colleagues, parts, time_back
from trail.flow import Refused


def may_take(application: Application, role: Role, at: datetime) -> list[Colleague]:
    """Who holds the role, and why some of them may not act in this case. The independence that
    bars an assignment bars a meeting."""
    return [
        Colleague(candidate.person, candidate.reasons)
        for candidate in candidates(application, role, body_day(at))
    ]


def case_of(meeting: Meeting) -> Application:
    """The case that the meeting is about. Raises Refused where there is none."""
    application = _case(meeting)
    if application is None:
        raise Refused(_("This meeting belongs to no case."))
    return application


def _case(meeting: Meeting) -> Application | None:
    prefix, _colon, pk = meeting.about.get("case", "").partition(":")
    cases = Application.objects.select_related("applicant", "tier")
    return cases.filter(pk=pk).first() if prefix == "case" and pk.isdigit() else None


@colleagues(Kind.INTAKE)
def intake_managers(meeting: Meeting, at: datetime) -> Sequence[Colleague]:
    return may_take(case_of(meeting), Role.INTAKE_MANAGER, at)


@parts(Kind.INTAKE)
def hand_intake_on(meeting: Meeting, to: User, by: User, at: datetime) -> None:
    hand_on(case_of(meeting), Role.INTAKE_MANAGER, person=to, by=by, at=at)


@time_back(Kind.INTAKE, Kind.VERBAL_AUDIT, Kind.VERIFICATION, Kind.RENEWAL)
def restore(meeting: Meeting, at: datetime) -> None:
    application = _case(meeting)
    if application is not None:
        give_time_back(application, at=at)
