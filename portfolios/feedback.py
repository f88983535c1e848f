"""What the auditors found, as the applicant reads it: a round for every time of handing in."""

from dataclasses import dataclass
from itertools import groupby

from applicants.models import Application
from portfolios.models import Audit, Finding, Seat
from portfolios.pairs import Key, advice_of


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that stands, with the words of everybody who found the same."""

    finding: Finding
    words: str


@dataclass(frozen=True, slots=True)
class Round:
    """`audit` is the one whose result stands."""

    audit: Audit
    said: list[Told]
    met: list[Finding]


def rounds_of(application: Application) -> list[Round]:
    """Newest first. Where two auditors read, their findings are told as one."""
    rows = application.audits.closed().select_related("auditor", "submission")
    rows = rows.defer("submission__snapshot")
    audits = rows.prefetch_related("findings__statement").order_by("-submission__number", "-number")
    return [_round(list(together)) for _, together in groupby(audits, key=_occasion)]


def _occasion(audit: Audit) -> tuple[int | None, int]:
    """What was judged: a submission, or what was spoken in one audit."""
    return audit.submission_id, 0 if audit.submission_id else audit.pk


def _round(audits: list[Audit]) -> Round:
    seats = {audit.seat: audit for audit in audits}
    final = seats.get(Seat.THIRD) or seats[Seat.FIRST]
    by_seat = [
        {(f.statement_id, f.facet): f for f in seats[seat].findings.all()} for seat in sorted(seats)
    ]
    standing: dict[Key, Finding] = {}
    for found in (by_seat[0], *by_seat[2:]):
        standing |= found
    told = [
        Told(finding, advice_of(_alike(finding, [one.get(key) for one in by_seat])))
        for key, finding in standing.items()
    ]
    told.sort(key=lambda t: (t.finding.statement.position, t.finding.facet))
    return Round(
        audit=final,
        said=[t for t in told if t.words or not t.finding.is_met],
        met=[t.finding for t in told if t.finding.is_met and not t.words],
    )


def _alike(finding: Finding, others: list[Finding | None]) -> list[Finding | None]:
    return [one for one in others if one is not None and one.is_met == finding.is_met]
