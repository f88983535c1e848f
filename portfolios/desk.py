"""What lies on the audit desk, and what the findings add up to. Everything here only reads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.flow import ROUNDS, Stage
from certificates.models import Requirement
from portfolios.models import Audit, AuditResult, EntryState, Finding, Mark, Seat
from portfolios.pairs import Pair, pair_of
from portfolios.panels import SampleMark
from portfolios.rulebook import Criterion
from portfolios.sampling import is_short


@dataclass(frozen=True, slots=True)
class Item:
    """One statement and facet on the desk. `row` is how it was handed in; None when spoken. A
    third auditor has both earlier findings beside it, and nothing to judge where they agree."""

    requirement: Requirement
    row: dict[str, Any] | None
    finding: Finding | None
    both: tuple[Finding | None, Finding | None] = (None, None)
    agreed: bool = False
    short: bool = False  # of a renewal that is checked for completeness alone

    @property
    def code(self) -> str:
        return self.requirement.statement.code

    @property
    def facet(self) -> str:
        return self.requirement.facet

    @property
    def settled(self) -> bool:
        """Accepted in an earlier round, carried over, or there to be complete: it needs no
        finding."""
        accepted = self.row is not None and self.row["state"] != EntryState.READY
        return self.short or accepted

    @property
    def to_judge(self) -> bool:
        return not self.settled and not self.agreed

    @property
    def not_assessed(self) -> bool:
        return self.finding is not None and bool(self.finding.not_assessed)

    @property
    def state(self) -> str:
        """The drawing that stands for it on the desk."""
        if self.settled:
            carried = self.row is not None and self.row["state"] == EntryState.CARRIED
            return "carried" if carried else "done"
        if self.finding is None:
            return "none"
        if not self.finding.is_complete:
            return "draft"
        return "ready" if self.finding.is_met else "back"

    @property
    def label(self) -> str:
        if self.not_assessed:
            return _("not assessed")
        if self.short:
            return _("complete")
        return {
            "carried": _("carried over"),
            "done": _("accepted before"),
            "none": _("open"),
            "draft": _("begun"),
            "ready": _("met"),
            "back": _("to improve"),
        }[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in {"none", "draft"}


def items(audit: Audit) -> list[Item]:
    """Everything that this audit judges or takes over, in the order of the profile."""
    findings = {(f.statement_id, f.facet): f for f in audit.findings.all()}
    rows = (
        {(r["code"], r["facet"]): r for r in audit.submission.snapshot["entries"]}
        if audit.submission
        else None
    )
    short = is_short(audit)
    pair = pair_of(audit.submission) if audit.seat == Seat.THIRD and audit.submission else None
    found = []
    for requirement in audit.application.asked():
        row = None
        if rows is not None:
            row = rows.get((requirement.statement.code, requirement.facet))
            if row is None:  # a renewal hands in some entries, not all
                continue
        finding = findings.get((requirement.statement_id, requirement.facet))
        item = Item(requirement, row, finding, short=short)
        found.append(item if pair is None else _seen_by_both(item, pair))
    return found


def _seen_by_both(item: Item, pair: Pair) -> Item:
    """With what the two found; where they agree, that is what counts."""
    key = (item.requirement.statement_id, item.facet)
    both = (pair.ones.get(key), pair.others.get(key))
    if item.settled or key in pair.disputed:
        return replace(item, both=both)
    return replace(item, both=both, agreed=True, finding=both[0])


@dataclass(frozen=True, slots=True)
class Choice:
    """One criterion as the form shows it: best level first, nothing chosen that nobody chose."""

    criterion: Criterion
    value: int | None

    @property
    def ask(self) -> str:
        return " ".join(self.criterion.questions[:2])

    @property
    def levels(self) -> list[tuple[int, str, str]]:
        words = {
            Mark.MET: self.criterion.level_2,
            Mark.PARTLY: self.criterion.level_1,
            Mark.NOT_MET: self.criterion.level_0,
        }
        return [(mark.value, str(mark.label), text) for mark, text in words.items()]


def choices(criteria: Sequence[Criterion], finding: Finding | SampleMark | None) -> list[Choice]:
    return [Choice(c, getattr(finding, c.key, None)) for c in criteria]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each level was found on one criterion."""

    title: str
    met: int
    partly: int
    not_met: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The counts and what the body's rules make of them. `result` is None while any is open."""

    asked: int
    settled: int
    open: Sequence[Item]
    met: Sequence[Item]
    below: Sequence[Item]
    not_assessed: Sequence[Item]
    tallies: Sequence[Tally]
    rounds_left: int
    result: AuditResult | None
    sentence: str


def arithmetic(audit: Audit) -> Arithmetic:
    """Count, and apply the rules of the body. Nothing is decided here: an auditor confirms."""
    every = items(audit)
    judged = [item for item in every if not item.settled]
    open_ = [item for item in judged if item.is_open]
    below = [item for item in judged if item.state == "back"]
    skipped = [item for item in below if item.not_assessed]
    left = rounds_left(audit)
    # What nobody assessed can be sent back, and fails nobody.
    result = None if open_ or (skipped and not left) else result_of(audit, below)
    return Arithmetic(
        asked=len(every),
        settled=len(every) - len(judged),
        open=open_,
        met=[item for item in judged if item.state == "ready"],
        below=below,
        not_assessed=skipped,
        tallies=_tallies(judged),
        rounds_left=left,
        result=result,
        sentence=_words(every, result, _sentence(result, open_, below, left))
        if result or open_
        else _stuck(skipped),
    )


def _words(every: Sequence[Item], result: AuditResult | None, otherwise: str) -> str:
    if result == AuditResult.PASS and any(item.short for item in every):
        return _("The renewal is complete. It was not drawn to be looked at in full.")
    return otherwise


def rounds_left(audit: Audit) -> int:
    """How often work can still be sent back. What is spoken cannot be written again."""
    case = audit.application
    if Stage.PORTFOLIO not in case.path:
        return 0
    return max(0, ROUNDS - case.rounds)


def result_of(audit: Audit, below: Sequence[Item]) -> AuditResult:
    """Pass when everything is met. Revise while there is a round left, unless authorship is still
    not met after the applicant had a chance to explain. Otherwise not passed."""
    if not below:
        return AuditResult.PASS
    explained = audit.application.rounds > 0 and any(
        item.finding is not None and item.finding.authorship == Mark.NOT_MET for item in below
    )
    if explained or not rounds_left(audit):
        return AuditResult.NOT_PASS
    return AuditResult.REVISE


def _stuck(skipped: Sequence[Item]) -> str:
    words = ngettext(
        "%(count)d entry is not assessed, and no round is left to send it back. Assess it, or "
        "hand the case to another auditor.",
        "%(count)d entries are not assessed, and no round is left to send them back. Assess them, "
        "or hand the case to another auditor.",
        len(skipped),
    )
    return words % {"count": len(skipped)}


def _tallies(judged: Sequence[Item]) -> list[Tally]:
    found = []
    for criterion in Criterion.objects.all():
        marks = [getattr(item.finding, criterion.key, None) for item in judged]
        levels = [marks.count(mark) for mark in (Mark.MET, Mark.PARTLY, Mark.NOT_MET)]
        found.append(Tally(criterion.title, *levels))
    return found


def _sentence(
    result: AuditResult | None, open_: Sequence[Item], below: Sequence[Item], left: int
) -> str:
    if result is None:
        words = ngettext(
            "%(count)d entry still waits for your findings.",
            "%(count)d entries still wait for your findings.",
            len(open_),
        )
        return words % {"count": len(open_)}
    if result == AuditResult.PASS:
        return _("Everything is met on relevance, authorship and mastery.")
    some = ngettext("%(count)d entry is", "%(count)d entries are", len(below)) % {
        "count": len(below)
    }
    if result == AuditResult.REVISE:
        words = ngettext(
            "%(some)s below “met”, and work can be sent back %(left)d more time.",
            "%(some)s below “met”, and work can be sent back %(left)d more times.",
            left,
        )
        return words % {"some": some, "left": left}
    if left:
        return _(
            "%(some)s below “met”. Authorship is not met after the applicant could explain."
        ) % {"some": some}
    return _("%(some)s below “met”, and there is no round left.") % {"some": some}
