"""What the home of an applicant and the home of a member of staff are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from appeals.desk import waiting_for
from applicants.flow import Stage
from applicants.models import Application
from awards.models import AwardProposal, Member
from certificates.models import Certificate
from certificates.proposals import PROPOSERS, Proposal
from certificates.status import Standing
from frameworks.models import Edition
from imc_portal.next_step import NextStep, next_step
from imc_portal.paths import Step, path_of
from imc_portal.sentences import INTERNAL, Line, lines
from imc_portal.worklist import Row, turns
from meetings.models import Meeting, State
from meetings.slots_view import Line as MeetingLine
from meetings.slots_view import line
from portfolios.calibrating import not_calibrated
from portfolios.models import Entry, EntryState, Finding
from renewals.models import Leave
from renewals.page import State as RenewalState
from renewals.page import state_of
from trail.models import Event

SHOWN = 8  # entries of the timeline, and cases on the home of staff


@dataclass(frozen=True, slots=True)
class ToImprove:
    """An entry that came back, with what was said of it."""

    entry: Entry
    finding: Finding | None
    comment: str


@dataclass(frozen=True, slots=True)
class CaseHome:
    """One case of the applicant: what is next, the path, and what happened so far."""

    case: Application
    step: NextStep
    path: Sequence[Step]
    history: Sequence[Line]
    to_improve: Sequence[ToImprove]


@dataclass(frozen=True, slots=True)
class Other:
    case: Application
    step: NextStep


@dataclass(frozen=True, slots=True)
class Held:
    certificate: Certificate
    standing: Standing
    renewal: RenewalState | None


@dataclass(frozen=True, slots=True)
class ApplicantHome:
    first: CaseHome | None
    others: Sequence[Other]
    closed: Sequence[Application]
    certificates: Sequence[Held]

    @property
    def is_empty(self) -> bool:
        return not (self.first or self.others or self.closed or self.certificates)


@dataclass(frozen=True, slots=True)
class StaffHome:
    rows: Sequence[Row]
    today: Sequence[MeetingLine]
    appeals: int  # and complaints, that wait for this person
    records: bool  # of certificates, that this person may open
    proposals: int  # about certificates and awards, that this person may answer
    leaves: int  # that this person may answer
    keeps: bool  # the wording of profiles and frameworks
    drafts: Sequence[Edition]
    sample: bool  # an auditor who has not rated the sample yet


def applicant_home(user: User, at: datetime) -> ApplicantHome:
    """The most urgent case first: what is late, then what is theirs, then by its day."""
    mine = Application.objects.filter(applicant=user).select_related("tier", "edition")
    cases = list(mine.order_by("-opened_at", "-pk"))
    steps = [Other(case, next_step(case, user, at)) for case in cases if _is_current(case, at)]
    steps.sort(key=_urgency)
    first = _case_home(steps[0], user) if steps else None
    shown = {other.case.pk for other in steps}
    own = Certificate.objects.visible_to(user)
    held = own.select_related("tier__framework", "holder").prefetch_related("events")
    return ApplicantHome(
        first=first,
        others=steps[1:],
        closed=[case for case in cases if case.pk not in shown],
        certificates=[Held(c, c.standing(at), state_of(c, at)) for c in held],
    )


def _is_current(case: Application, at: datetime) -> bool:
    """Open, or ended so lately that the outcome is the news."""
    if case.is_open:
        return True
    news = case.stage in (Stage.CERTIFIED, Stage.DECLINED, Stage.REDIRECTED, Stage.REFERRED)
    return news and at - case.stage_since < timedelta(days=30)


def _urgency(other: Other) -> tuple[int, bool, str, int]:
    order = {"late": 0, "turn": 1, "waiting": 2, "done": 3}
    due = other.case.due_on
    return order[other.step.state], due is None, due.isoformat() if due else "", -other.case.pk


def _case_home(other: Other, user: User) -> CaseHome:
    case = other.case
    events = list(case.history()[:60])
    return CaseHome(
        case=case,
        step=other.step,
        path=path_of(case, events, _("Your turn") if other.step.mine else other.step.whose),
        history=lines([e for e in events if _is_told(e)][:SHOWN], user),
        to_improve=_to_improve(case) if case.stage == Stage.PORTFOLIO else [],
    )


def _is_told(event: Event) -> bool:
    """A meeting that was held is told by what came of it."""
    held = event.verb == "close" and event.after == State.DONE
    return event.verb not in INTERNAL and not held


def _to_improve(case: Application) -> list[ToImprove]:
    entries = Entry.objects.filter(portfolio__application=case, state=EntryState.TO_IMPROVE)
    findings = Finding.objects.filter(audit__application=case).exclude(audit__closed_at=None)
    latest = {(f.statement_id, f.facet): f for f in findings.order_by("audit__number")}
    asked = {
        pk: sent.why
        for record in case.verifications.prefetch_related("sent_back__statements")
        for sent in reversed(record.sent_back.all())
        for pk in [statement.pk for statement in sent.statements.all()]
    }
    found = []
    for entry in entries.select_related("statement"):
        finding = latest.get((entry.statement_id, entry.facet))
        said = entry.advice if finding and not finding.is_met else ""
        words = said or asked.get(entry.statement_id, "")
        found.append(ToImprove(entry, finding if said else None, words))
    return found


def staff_home(user: User, at: datetime) -> StaffHome:
    """What is this person's to move, whom they meet today, appeals they may hear of, and for
    administrators the wording that they keep."""
    end = (at.astimezone(user.zone) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    keeps = Role.ADMINISTRATOR in user.roles
    drafts = Edition.objects.kept_by(user).drafts().select_related("framework")
    meetings = Meeting.objects.of(user).upcoming(at).filter(starts_at__lt=end)
    return StaffHome(
        rows=turns(user, at, SHOWN),
        today=[line(meeting, user) for meeting in meetings.select_related("host", "guest")],
        appeals=len(waiting_for(user, at)),
        records=bool(user.roles & PROPOSERS),
        proposals=Proposal.objects.waiting_for(user).count()
        + AwardProposal.objects.waiting_for(user).count(),
        leaves=Leave.objects.to_answer(user).count() if keeps else 0,
        keeps=keeps,
        drafts=list(drafts) if keeps else [],
        sample=Role.AUDITOR in user.roles and bool(not_calibrated(Role.AUDITOR, [user.pk])),
    )


def has_cases(user: User) -> bool:
    """Somebody of the staff may be an applicant too."""
    return Application.objects.filter(applicant=user).exists()


def runs_programme(user: User) -> bool:
    """Somebody of an organisation that has its programme assessed."""
    return Member.objects.filter(person=user, ended_at=None).exists()
