"""What is being read, by whom and by when, for those who answer for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, Q

from accounts.models import User
from accounts.roles import Role, parts_of_work
from applicants.flow import Stage
from applicants.models import OPEN, Application, CaseRole
from certificates.dates import body_day
from certificates.models import Route
from portfolios.calibrating import Nearness, nearness
from portfolios.models import Audit
from portfolios.pairs import finished_in
from portfolios.panels import Calibration, SecondAudit

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Going:
    """A portfolio in the audit. Whoever reads this opens no file."""

    case: Application
    readers: Sequence[tuple[str, bool]]  # a name, and whether they are final
    second: SecondAudit | None
    late: bool
    may_ask: bool


def going(user: User, at: datetime) -> list[Going]:
    """Portfolios in the audit, the earliest day first. Four queries however many."""
    parts = CaseRole.objects.filter(ended_at=None, role__in=parts_of_work(Role.AUDITOR))
    cases = list(
        Application.objects.filter(stage=Stage.AUDIT)
        .exclude(tier__route=Route.VERBAL_AUDIT)
        .exclude(applicant=user)
        .select_related("tier")
        .prefetch_related(
            Prefetch("cast", parts.select_related("person").order_by("since"), to_attr="readers")
        )
        .order_by("due_on", "pk")
    )
    done = finished_in([case.pk for case in cases])
    open_ = SecondAudit.objects.filter(
        submission__portfolio__application__in=cases, settled_at=None
    ).select_related("submission__portfolio")
    seconds = {second.submission.portfolio.application_id: second for second in open_}
    today = body_day(at)
    return [
        Going(
            case=case,
            readers=[
                (part.person.full_name, (case.pk, part.person_id) in done)
                for part in case.readers  # type: ignore[attr-defined]
            ],
            second=seconds.get(case.pk),
            late=case.due_on is not None and case.due_on < today,
            may_ask=case.pk not in seconds,
        )
        for case in cases
    ]


@dataclass(frozen=True, slots=True)
class Load:
    """An auditor's work, and how near they came to the marks of the sample."""

    person: User
    open: int
    late: int
    closed: int  # in the last twelve months
    sample: Nearness | None


def loads(at: datetime) -> list[Load]:
    """Every auditor of today."""
    today: date = body_day(at)
    mine = Q(parts__ended_at=None, parts__role__in=parts_of_work(Role.AUDITOR))
    waits = mine & Q(parts__application__stage=Stage.AUDIT)
    people = User.objects.with_role(Role.AUDITOR, today).annotate(
        held=Count("parts", filter=mine & Q(parts__application__stage__in=OPEN), distinct=True),
        late=Count("parts", filter=waits & Q(parts__application__due_on__lt=today), distinct=True),
    )
    closed = dict(
        Audit.objects.filter(closed_at__gte=at - YEAR)
        .values_list("auditor")
        .annotate(count=Count("pk"))
    )
    samples = {
        done.auditor_id: nearness(list(done.marks.all()))
        for done in Calibration.objects.exclude(finished_at=None).prefetch_related("marks__entry")
    }
    return [Load(p, p.held, p.late, closed.get(p.pk, 0), samples.get(p.pk)) for p in people]
