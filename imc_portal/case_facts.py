"""What is so in a case right now, read in a few queries: the ground for saying what is next."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal
from applicants.flow import Stage
from applicants.models import ActionPlan, Application, Decision
from applicants.registry import parts_beside
from assessments.models import Rating, SelfAssessment
from certificates.models import Route, Tier
from meetings.models import Meeting, State
from portfolios.models import SENDABLE, Entry, EntryState
from portfolios.pairs import awaited_now


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
    plan: ActionPlan | None = None
    suggested: list[Tier] = field(default_factory=list)
    referred_to: str = ""
    decision: Decision | None = None
    appeal: Appeal | None = None
    reads: frozenset[int] = frozenset()
    lacks: Role | None = None

    @property
    def plan_waits(self) -> bool:
        """For the applicant's signature."""
        return self.plan is not None and self.plan.signed_by_applicant_at is None


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
        plan=ActionPlan.objects.filter(application=application).first(),
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
    held = Q(state=State.BOOKED) | Q(ends_at__gte=application.stage_since)
    rows = Meeting.objects.standing().filter(relation, held)
    return rows.select_related("host", "guest").order_by("-starts_at").first()


def _interview(application: Application, meeting: Meeting | None) -> int | None:
    if meeting is None or application.stage != Stage.INTAKE:
        return None
    rows = application.interviews.filter(meeting=meeting).values_list("pk", flat=True)
    found: int | None = rows.first()
    return found


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


def _elsewhere(facts: Facts, application: Application) -> Facts:
    """What suits better, as the interview named it."""
    held = application.interviews.exclude(recorded_at=None).first()
    if held is None:
        return facts
    return replace(facts, suggested=list(held.suggested.all()), referred_to=held.referred_to)


def _reading(facts: Facts, application: Application) -> Facts:
    """Whose findings are awaited, and which further auditor is still to be assigned."""
    wanted = parts_beside(application)
    return replace(
        facts,
        reads=frozenset(awaited_now(application.pk)),
        lacks=next((role for role in wanted if role not in facts.cast), None),
    )


MORE: dict[Stage, Callable[[Facts, Application], Facts]] = {
    Stage.SELF_ASSESSMENT: _rating,
    Stage.PORTFOLIO: _writing,
    Stage.AUDIT: _reading,
    Stage.CERTIFIED: _ending,
    Stage.DECLINED: _ending,
    Stage.REDIRECTED: _elsewhere,
    Stage.REFERRED: _elsewhere,
}


def passed(meeting: Meeting, at: datetime) -> bool:
    """Over, whether somebody has said so or not."""
    return meeting.state == State.DONE or meeting.ends_at <= at
