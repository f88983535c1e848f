"""How far two auditors of one portfolio agree: by statement, by auditor, over time.

Settled second audits alone count, and of them the two who read blind: the third saw both.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import krippendorff
from django.utils.translation import gettext as _

from certificates.dates import body_day
from portfolios.calibrating import CRITERIA
from portfolios.models import Finding, Seat
from portfolios.pairs import verdict

FEW = 10  # below so many judgements a coefficient says nothing


@dataclass(frozen=True, slots=True)
class Judgement:
    """One entry as two people found it."""

    one: Finding
    other: Finding

    @property
    def same(self) -> bool:
        return verdict(self.one) == verdict(self.other)

    @property
    def statement(self) -> str:
        return f"{self.one.statement.code} {self.one.get_facet_display().lower()}"

    @property
    def month(self) -> date:
        closed = self.one.audit.closed_at
        assert closed is not None  # noqa: S101  only closed audits are read
        return body_day(closed).replace(day=1)

    @property
    def auditors(self) -> tuple[str, str]:
        return self.one.audit.auditor.full_name, self.other.audit.auditor.full_name


@dataclass(frozen=True, slots=True)
class Line:
    """How far two findings agree over some judgements. `alpha` is None where it says nothing, and
    `why` says so."""

    label: Any
    count: int
    same: int
    alpha: float | None
    why: str

    @property
    def percent(self) -> int:
        return round(100 * self.same / self.count) if self.count else 0


def judgements() -> list[Judgement]:
    """Every entry that two auditors judged blind, oldest first. One query."""
    rows = (
        Finding.objects.filter(
            audit__seat__in=[Seat.FIRST, Seat.SECOND],
            audit__closed_at__isnull=False,
            audit__submission__second_audit__settled_at__isnull=False,
        )
        .select_related("audit__auditor", "statement")
        .defer("audit__comment", "statement__concept_prompt", "statement__practice_prompt")
        .order_by("audit__closed_at", "statement__position", "facet", "audit__seat")
    )
    found: dict[tuple[int | None, int, str], dict[int, Finding]] = defaultdict(dict)
    for finding in rows:
        key = (finding.audit.submission_id, finding.statement_id, finding.facet)
        found[key][finding.audit.seat] = finding
    return [
        Judgement(seats[Seat.FIRST], seats[Seat.SECOND])
        for seats in found.values()
        if len(seats) == len((Seat.FIRST, Seat.SECOND))
    ]


def line(label: Any, judged: Sequence[Judgement]) -> Line:
    alpha, why = _alpha(judged)
    same = sum(one.same for one in judged)
    return Line(label=label, count=len(judged), same=same, alpha=alpha, why=why)


def _alpha(
    judged: Sequence[Judgement], criteria: Iterable[str] = CRITERIA
) -> tuple[float | None, str]:
    """Krippendorff's alpha over the levels, as ordinal data; else why there is none."""
    if len(judged) < FEW:
        return None, _("too few to say")
    ones, others = [], []
    for judgement in judged:
        for name in criteria:
            pair = getattr(judgement.one, name), getattr(judgement.other, name)
            if None not in pair:
                ones.append(pair[0])
                others.append(pair[1])
    if len({*ones, *others}) < 2:
        return None, _("every mark is the same")
    data = [ones, others]
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal")), ""


def by(judged: Iterable[Judgement], key: Callable[[Judgement], Iterable[Any]]) -> list[Line]:
    """A line for every label that `key` gives, in the order in which they come."""
    groups: dict[Any, list[Judgement]] = defaultdict(list)
    for judgement in judged:
        for label in key(judgement):
            groups[label].append(judgement)
    return [line(label, group) for label, group in groups.items()]


def by_criterion(judged: Sequence[Judgement]) -> list[Line]:
    """Percent of equal levels, criterion by criterion."""
    found = []
    for name in CRITERIA:
        same = sum(getattr(j.one, name) == getattr(j.other, name) for j in judged)
        alpha, why = _alpha(judged, [name])
        found.append(Line(name, len(judged), same, alpha, why))
    return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything that the Director reads about it."""

    all: Line
    criteria: Sequence[Line]
    statements: Sequence[Line]  # those on which auditors differ most come first
    auditors: Sequence[Line]
    months: Sequence[Line]


def agreement() -> Agreement:
    judged = judgements()
    statements = by(judged, lambda j: [j.statement])
    auditors = by(judged, lambda j: j.auditors)
    return Agreement(
        all=line("", judged),
        criteria=by_criterion(judged),
        statements=sorted(statements, key=lambda one: one.percent),
        auditors=sorted(auditors, key=lambda one: str(one.label)),
        months=by(judged, lambda j: [j.month]),
    )
