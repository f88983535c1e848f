"""What is so in a case right now, read in a few queries: the ground for saying what is next."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from appeals.models import Appeal
from applicants.flow import Stage
from applicants.models import ActionPlan, Application, Decision
from assessments.models import Rating, SelfAssessment
from certificates.models import Route
from meetings.models import Meeting, State
from portfolios.models import SENDABLE, Entry, EntryState


@dataclass(frozen=True, slots=True)
class Facts:
    """`meeting` is the one of the present stage: to come, or held and not yet recorded."""

    cast: dict[str, User]
    declared: frozenset[int]
    meeting: Meeting | None = None
    interview: int | None = None
    asked: int = 0
    rated: int = 0
    started: bool = False
    ready: int = 0
    to_improve: list[str] = field(default_factory=list)
    plan_waits: bool = False
    decision: Decision | None = None
    appeal: Appeal | None = None


def facts_of(application: Application) -> Facts:
    parts = application.cast.filter(ended_at=None).select_related("person")
    clear = application.declarations.filter(clear=True).values_list("person_id", flat=True)
    stage = Stage(application.stage)
    meeting = meeting_of(application)
    facts = Facts(
        cast={part.role: part.person for part in parts},
        declared=frozenset(clear),
        meeting=meeting,
        interview=_interview(application, meeting),
        plan_waits=_plan_waits(application),
    )
    more = MORE.get(stage)
    return more(facts, application) if more else facts


def meeting_of(application: Application) -> Meeting | None:
    """The meeting that the present stage turns on, if the stage has one."""
    relations = {
        Stage.INTAKE: Q(intake__application=application, intake__recorded_at=None),
        Stage.VERIFICATION: Q(verification__verification__application=application),
    }
    if application.route == Route.VERBAL_AUDIT:
        relations[Stage.AUDIT] = Q(verbal_audit__application=application)
    relation = relations.get(Stage(application.stage))
    if relation is None:
        return None
    held = Q(state=State.DONE, ends_at__gte=application.stage_since)
    rows = Meeting.objects.filter(relation, Q(state=State.BOOKED) | held)
    return rows.select_related("host", "guest").order_by("-starts_at").first()


def _interview(application: Application, meeting: Meeting | None) -> int | None:
    if meeting is None or application.stage != Stage.INTAKE:
        return None
    rows = application.interviews.filter(meeting=meeting).values_list("pk", flat=True)
    found: int | None = rows.first()
    return found


def _plan_waits(application: Application) -> bool:
    if application.stage not in (Stage.PORTFOLIO, Stage.AUDIT):
        return False
    plan = ActionPlan.objects.filter(application=application, signed_by_applicant_at=None)
    return plan.exists()


def _rating(facts: Facts, application: Application) -> Facts:
    rated = Rating.objects.filter(assessment__application=application)
    return replace(
        facts,
        asked=application.asked().values("statement").distinct().count(),
        rated=rated.exclude(concept=None, practice=None).count(),
        started=SelfAssessment.objects.filter(application=application).exists(),
    )


def _writing(facts: Facts, application: Application) -> Facts:
    entries = Entry.objects.filter(portfolio__application=application)
    rows = list(entries.values_list("state", "statement__code"))
    improve = [code for state, code in rows if state == EntryState.TO_IMPROVE]
    return replace(
        facts,
        asked=application.asked().count(),
        ready=sum(state in SENDABLE for state, _code in rows),
        to_improve=list(dict.fromkeys(improve)),
    )


def _ending(facts: Facts, application: Application) -> Facts:
    decision = application.decisions.filter(set_aside_at=None).first()
    appeal = Appeal.objects.filter(decision=decision).order_by("-pk").first()
    return replace(facts, decision=decision, appeal=appeal)


MORE: dict[Stage, Callable[[Facts, Application], Facts]] = {
    Stage.SELF_ASSESSMENT: _rating,
    Stage.PORTFOLIO: _writing,
    Stage.CERTIFIED: _ending,
    Stage.DECLINED: _ending,
}


def passed(meeting: Meeting, at: datetime) -> bool:
    """Over, whether somebody has said so or not."""
    return meeting.state == State.DONE or meeting.ends_at <= at
