"""The worklist: who waits for whom, by when. Five statements for the database, however
many cases there are, and the page is turned by key."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from accounts.models import User
from accounts.roles import Role
from applicants.flow import OWNER, Stage
from applicants.models import ActionPlan, Application, ApplicationQuerySet, CaseRole
from certificates.dates import body_day
from certificates.models import Route
from imc_portal.templatetags.look import days_left
from meetings.models import Meeting, State
from portfolios.pairs import awaited, lacks

PAGE = 20
CAP = 1000  # counts stop here: nobody needs to know which number above it
FILTERS: dict[str, Promise] = {
    "mine": _later("My turn"),
    "open": _later("All open"),
    "late": _later("Late"),
    "applicants": _later("Waiting for applicants"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One case as this reader sees it. `kind` and `icon` draw the tag."""

    case: Application
    mine: bool
    kind: str
    icon: str
    stage: str
    whose: str
    due: date | None
    late: bool
    left: str
    days: int  # since it has been where it is


@dataclass(frozen=True, slots=True)
class Filter:
    key: str
    label: str
    count: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Worklist:
    rows: list[Row]
    filters: list[Filter]
    first_url: str
    next_url: str
    search: str
    shown: str
    mine: str
    late: str


def worklist(user: User, at: datetime, asked: dict[str, str]) -> Worklist:
    """`asked` is the query string: show, q and after."""
    cases = _cases(user)
    key = asked.get("show", "mine")
    key = key if key in FILTERS else "mine"
    search, after = asked.get("q", "").strip()[:100], asked.get("after", "")
    counts = {name: _count(_filtered(cases, name, user, at)) for name in FILTERS}
    chosen = _filtered(cases, key, user, at)
    if search:
        chosen = chosen.filter(
            Q(applicant__full_name__icontains=search)
            | Q(applicant__native_name__icontains=search)
            | Q(applicant__email__iexact=search)
        )
    found = list(_after(_dressed(chosen, user, at), after)[: PAGE + 1])
    rows = [row_of(case, user, at) for case in found[:PAGE]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    base = {"show": key, **({"q": search} if search else {})}
    return Worklist(
        rows=rows,
        filters=[
            Filter(name, str(label), counts[name], f"?{urlencode({'show': name})}", name == key)
            for name, label in FILTERS.items()
        ],
        first_url=f"?{urlencode(base)}" if after else "",
        next_url=f"?{urlencode({**base, 'after': _key(last)})}" if last else "",
        search=search,
        shown=key,
        mine=counts["mine"],
        late=counts["late"],
    )


def turns(user: User, at: datetime, most: int) -> list[Row]:
    """The first cases that are this person's to move."""
    cases = _after(_dressed(_filtered(_cases(user), "mine", user, at), user, at), "")
    return [row_of(case, user, at) for case in cases[:most]]


def _cases(user: User) -> ApplicationQuerySet:
    """Open cases of other people that this person may see."""
    return Application.objects.visible_to(user).exclude(applicant=user).open()


def _count(cases: QuerySet[Application]) -> str:
    """How many, up to a thousand."""
    found = cases.order_by()[: CAP + 1].count()
    return f"{CAP}+" if found > CAP else str(found)


# --- Whose turn -------------------------------------------------------------------------------
def _held(role: Role) -> Subquery:
    """Who holds this part of the case now; of several auditors, the first who still reads."""
    if role == Role.AUDITOR:
        return Subquery(awaited(OuterRef("pk")).values("person")[:1])
    parts = CaseRole.objects.filter(application=OuterRef("pk"), role=role, ended_at=None)
    return Subquery(parts.values("person")[:1])


def _meeting_at() -> Case:
    """When the meeting of the present stage is, booked or held; None asks the applicant to book."""
    relations = {
        Stage.INTAKE: Q(
            intake__application=OuterRef("pk"), intake__recorded_at=None, intake__isnull=False
        ),
        Stage.AUDIT: Q(verbal_audit__application=OuterRef("pk")),
        Stage.VERIFICATION: Q(verification__verification__application=OuterRef("pk")),
    }
    held = Q(state=State.BOOKED) | Q(ends_at__gte=OuterRef("stage_since"))
    return Case(
        *(
            When(
                stage=stage,
                then=Subquery(
                    Meeting.objects.standing()
                    .filter(relation, held)
                    .order_by("-starts_at")
                    .values("starts_at")[:1]
                ),
            )
            for stage, relation in relations.items()
        ),
        output_field=DateTimeField(),
    )


def with_turn(cases: QuerySet[Application]) -> Any:  # the checker follows no annotations
    """With `holder` (the person of the staff whose work is awaited) and `turn`: applicant, staff,
    or unfilled where somebody must be assigned first."""
    staffed = {stage: role for stage, role in OWNER.items() if role != Role.APPLICANT}
    to_book = Q(meeting_at=None) & (
        Q(stage=Stage.VERIFICATION) | Q(stage=Stage.AUDIT, tier__route=Route.VERBAL_AUDIT)
    )
    return cases.annotate(
        holder=Case(*(When(stage=s, then=_held(role)) for s, role in staffed.items())),
        meeting_at=_meeting_at(),
        lacks=Case(When(lacks(OuterRef("pk")), stage=Stage.AUDIT, then=True), default=False),
    ).annotate(
        turn=Case(
            When(~Q(stage__in=list(staffed)), then=Value("applicant")),
            When(stage=Stage.INTAKE, meeting_at=None, then=Value("applicant")),
            When(holder=None, then=Value("unfilled")),
            When(to_book, then=Value("applicant")),
            default=Value("staff"),
            output_field=CharField(),
        )
    )


def _plan_asks(user: User, at: datetime) -> Case:
    """What the action plan asks of this Intake Manager: "sign" what the applicant changed, or
    "check" it on the day on which they look at it again."""
    part = CaseRole.objects.filter(
        application=OuterRef("pk"), person=user, role=Role.INTAKE_MANAGER, ended_at=None
    )
    plans = ActionPlan.objects.filter(application=OuterRef("pk"))
    due = plans.filter(next_check_on__lte=body_day(at))
    return Case(
        When(~Exists(part), then=Value("")),
        When(Exists(plans.filter(signed_by_manager_at=None)), then=Value("sign")),
        When(Exists(due), then=Value("check")),
        default=Value(""),
        output_field=CharField(),
    )


def _filtered(cases: ApplicationQuerySet, key: str, user: User, at: datetime) -> Any:
    if key == "late":
        return cases.late(body_day(at))
    if key == "applicants":
        return with_turn(cases).filter(turn="applicant")
    if key == "mine":
        turned = with_turn(cases)
        if Role.INTAKE_MANAGER not in user.roles:
            return turned.filter(_mine(user))
        return turned.annotate(asks=_plan_asks(user, at)).filter(_mine(user) | ~Q(asks=""))
    return cases


def _reads(user: User) -> Exists:
    """That this person is one of the auditors who still read."""
    return Exists(awaited(OuterRef("pk")).filter(person=user))


def _mine(user: User) -> Q:
    reads = Q(_reads(user), stage=Stage.AUDIT)
    mine = Q(turn="staff", holder=user.pk) | Q(turn="staff") & reads
    if Role.ADMINISTRATOR in user.roles:
        mine |= Q(turn="unfilled") | Q(lacks=True)
    if Role.DECIDER in user.roles:
        parts = CaseRole.objects.filter(person=user).values("application")
        mine |= Q(turn="unfilled", stage=Stage.DECISION) & ~Q(pk__in=parts)
    return mine


# --- Rows -------------------------------------------------------------------------------------
def _dressed(cases: QuerySet[Application], user: User, at: datetime) -> Any:
    plans = ActionPlan.objects.filter(application=OuterRef("pk"))
    name = User.objects.filter(pk=OuterRef("holder")).values("full_name")[:1]
    return (
        with_turn(cases)
        .annotate(
            holder_name=Subquery(name),
            reads=_reads(user),
            plan_asks=_plan_asks(user, at),
            check_on=Subquery(plans.values("next_check_on")[:1]),
        )
        .select_related("applicant", "tier")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def _after(cases: QuerySet[Application], key: str) -> QuerySet[Application]:
    """What follows this key: a day (or nothing) and a case. A broken key is the beginning."""
    day, _dot, pk = key.partition(".")
    try:
        number, due = int(pk), date.fromisoformat(day) if day else None
    except ValueError:
        return cases
    if due is None:
        return cases.filter(due_on=None, pk__gt=number)
    return cases.filter(Q(due_on__gt=due) | Q(due_on=due, pk__gt=number) | Q(due_on=None))


def _key(case: Application) -> str:
    return f"{case.due_on.isoformat() if case.due_on else ''}.{case.pk}"


ICONS = {
    Stage.SELF_ASSESSMENT: "pen",
    Stage.INTAKE: "calendar",
    Stage.PORTFOLIO: "pen",
    Stage.AUDIT: "search",
    Stage.VERIFICATION: "talk",
    Stage.DECISION: "person",
    Stage.DORMANT: "pause",
}


def row_of(case: Any, user: User, at: datetime) -> Row:
    """`case` comes dressed: with turn, holder, holder_name, meeting_at, plan_asks and check_on."""
    free = case.stage == Stage.DECISION and Role.DECIDER in user.roles
    lacks = case.turn == "unfilled" or case.lacks
    unfilled = (case.turn == "unfilled" and free) or (lacks and Role.ADMINISTRATOR in user.roles)
    reads = case.stage == Stage.AUDIT and case.reads
    moves = unfilled or (case.turn == "staff" and (reads or case.holder == user.pk))
    asks = "" if moves else case.plan_asks
    mine = moves or bool(asks)
    due = {"": case.due_on, "check": case.check_on}.get(asks)
    return Row(
        case=case,
        mine=mine,
        kind="you" if mine else "off" if case.stage in QUIET else "wait",
        icon="hand" if mine else _icon(case),
        stage=str(PLAN_WORDS[asks]) if asks else _words(case, mine=mine, unfilled=unfilled),
        whose=_whose(case, mine=mine),
        due=due,
        late=due is not None and due < body_day(at) and not asks,
        left="" if asks else days_left(due, timezone.localtime(at).date()),
        days=(body_day(at) - body_day(case.stage_since)).days,
    )


PLAN_WORDS: dict[str, Promise] = {
    "sign": _later("Your turn: sign the changed plan"),
    "check": _later("Your turn: look at the plan together"),
}


QUIET = (Stage.SELF_ASSESSMENT, Stage.PORTFOLIO, Stage.DORMANT)


def _icon(case: Any) -> str:
    if case.stage == Stage.PORTFOLIO and case.rounds:
        return "back"
    return "calendar" if case.meeting_at else ICONS[Stage(case.stage)]


def _words(case: Any, *, mine: bool, unfilled: bool) -> str:
    label = str(Stage(case.stage).label)
    if mine:
        task = _("assign somebody") if unfilled else label.lower()
        if unfilled and case.stage == Stage.DECISION:
            task = label.lower()
        return _("Your turn: %(task)s") % {"task": task}
    if case.turn == "unfilled":
        return _("%(stage)s: to be assigned") % {"stage": label}
    if case.meeting_at:
        return _("%(stage)s: booked") % {"stage": label}
    if case.turn == "applicant" and case.stage in (Stage.INTAKE, Stage.AUDIT, Stage.VERIFICATION):
        return _("%(stage)s: to be booked") % {"stage": label}
    if case.stage == Stage.PORTFOLIO and case.rounds:
        return _("Entries to improve")
    return label


def _whose(case: Any, *, mine: bool) -> str:
    if mine:
        return _("You")
    if case.turn == "applicant":
        return str(case.applicant.first_name_to_use)
    if case.turn == "unfilled":
        return str(Role.ADMINISTRATOR.label)
    return str(case.holder_name)
