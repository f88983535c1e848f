"""How far two auditors of one portfolio agree: by statement, by auditor, over time.

Settled second audits alone count, and of them the two who read blind: the third saw both. The
database counts how often each pair of findings came about; no finding is read one by one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import krippendorff
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Facet
from frameworks.models import Statement
from portfolios.calibrating import CRITERIA
from portfolios.pairs import Marks, verdict_of

FEW = 10  # below so many judgements a coefficient says nothing


class Judged(NamedTuple):
    """What two people found of one entry."""

    one: Marks
    other: Marks
    one_skipped: bool
    other_skipped: bool

    @property
    def same(self) -> bool:
        ours = verdict_of(self.one, skipped=self.one_skipped)
        return ours == verdict_of(self.other, skipped=self.other_skipped)


Tally = Mapping[Judged, int]  # how often


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


# --- Counting -----------------------------------------------------------------------------------
# From the few second audits to the many findings, each reached by its unique index. SQLite keeps
# the order of a CROSS JOIN; left to itself it reads all findings of a statement for each of them.
PAIRS = """
WITH pair AS MATERIALIZED (
    SELECT first.id AS first_id, second.id AS second_id, first.auditor_id AS first_auditor,
        second.auditor_id AS second_auditor, {month} AS month
    FROM portfolios_secondaudit twice
    JOIN portfolios_audit first ON first.submission_id = twice.submission_id AND first.seat = 1
    JOIN portfolios_audit second ON second.submission_id = twice.submission_id AND second.seat = 2
    WHERE twice.settled_at IS NOT NULL AND first.closed_at IS NOT NULL
        AND second.closed_at IS NOT NULL
)
SELECT {by}, one.relevance, one.authorship, one.mastery, other.relevance, other.authorship,
    other.mastery, one.not_assessed <> '', other.not_assessed <> '', count(*)
FROM pair CROSS JOIN portfolios_finding one CROSS JOIN portfolios_finding other
WHERE one.audit_id = pair.first_id AND other.audit_id = pair.second_id
    AND other.statement_id = one.statement_id AND other.facet = one.facet
GROUP BY {places}
"""


def tallies(*by: str) -> dict[tuple[Any, ...], Counter[Judged]]:
    """How often each pair of findings came about, for every value of these columns."""
    column: Any = connection.ops.datetime_trunc_sql(  # a pair; the stubs know it as a text
        "month", "first.closed_at", (), settings.TIME_ZONE
    )
    month, given = column
    places = ", ".join(str(place) for place in range(1, len(by) + 9))
    found: dict[tuple[Any, ...], Counter[Judged]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(PAIRS.format(by=", ".join(by), month=month, places=places), given)
        for row in cursor.fetchall():
            key, (a, b, c, d, e, f, one, other, times) = row[: len(by)], row[len(by) :]
            found[key][Judged((a, b, c), (d, e, f), bool(one), bool(other))] += times
    return found


# --- Reckoning ----------------------------------------------------------------------------------
def line(label: Any, tally: Tally) -> Line:
    alpha, why = _alpha(tally, range(len(CRITERIA)))
    same = sum(times for judged, times in tally.items() if judged.same)
    return Line(label=label, count=sum(tally.values()), same=same, alpha=alpha, why=why)


def _alpha(tally: Tally, criteria: Iterable[int]) -> tuple[float | None, str]:
    """Krippendorff's alpha over the levels, as ordinal data; else why there is none."""
    if sum(tally.values()) < FEW:
        return None, _("too few to say")
    levels: Counter[tuple[int, int]] = Counter()
    for place in criteria:
        for judged, times in tally.items():
            one, other = judged.one[place], judged.other[place]
            if one is not None and other is not None:
                levels[one, other] += times
    if len({level for pair in levels for level in pair}) < 2:
        return None, _("every mark is the same")
    ones = [one for (one, _other), times in levels.items() for _time in range(times)]
    others = [other for (_one, other), times in levels.items() for _time in range(times)]
    data = [ones, others]
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal")), ""


def together(found: Iterable[Tally]) -> Counter[Judged]:
    whole: Counter[Judged] = Counter()
    for tally in found:
        whole.update(tally)
    return whole


def by_criterion(tally: Tally) -> list[Line]:
    """Percent of equal levels, criterion by criterion."""
    found = []
    for place, name in enumerate(CRITERIA):
        same = sum(n for judged, n in tally.items() if judged.one[place] == judged.other[place])
        alpha, why = _alpha(tally, [place])
        found.append(Line(name, sum(tally.values()), same, alpha, why))
    return found


def by_statement() -> list[Line]:
    """Those on which auditors differ most come first."""
    found = tallies("one.statement_id", "one.facet")
    statements = Statement.objects.in_bulk({statement for statement, _facet in found})
    lines = [
        line(f"{statements[statement].code} {Facet(facet).label.lower()}", found[statement, facet])
        for statement, facet in sorted(found, key=lambda key: (statements[key[0]].position, key[1]))
    ]
    return sorted(lines, key=lambda one: one.percent)


def by_auditor(found: Mapping[tuple[Any, ...], Tally]) -> list[Line]:
    """A line for each person, whichever of the two they were."""
    theirs: dict[int, Counter[Judged]] = defaultdict(Counter)
    for pair, tally in found.items():
        for person in pair:
            theirs[person].update(tally)
    people = User.objects.in_bulk(theirs)
    lines = [line(people[person].full_name, tally) for person, tally in theirs.items()]
    return sorted(lines, key=lambda one: str(one.label))


def by_month() -> list[Line]:
    """The body's months in which they were closed, oldest first."""
    found = tallies("month")
    days = {date.fromisoformat(str(began)[:10]): tally for (began,), tally in found.items()}
    return [line(day, tally) for day, tally in sorted(days.items(), key=lambda group: group[0])]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything that the Director reads about it."""

    all: Line
    criteria: Sequence[Line]
    statements: Sequence[Line]
    auditors: Sequence[Line]
    months: Sequence[Line]


def agreement() -> Agreement:
    pairs = tallies("first_auditor", "second_auditor")
    whole = together(pairs.values())
    return Agreement(
        all=line("", whole),
        criteria=by_criterion(whole),
        statements=by_statement(),
        auditors=by_auditor(pairs),
        months=by_month(),
    )
