"""Two auditors of one submission: where they agree, where they differ, and who is still awaited.

Everything here only reads. What counts as a difference is written down in docs/adr/0016.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from accounts.roles import Role, parts_of_work
from applicants.models import CaseRole
from portfolios.models import Audit, Finding, Mark, Seat, Submission
from portfolios.panels import SecondAudit

Key = tuple[int, str]
SEATS = {
    Role.AUDITOR: Seat.FIRST,
    Role.SECOND_AUDITOR: Seat.SECOND,
    Role.THIRD_AUDITOR: Seat.THIRD,
}


Marks = tuple[int | None, int | None, int | None]  # relevance, authorship, mastery


def verdict(finding: Finding) -> str:
    return verdict_of(finding.marks, skipped=bool(finding.not_assessed))


def verdict_of(marks: Marks, *, skipped: bool) -> str:
    """What a finding comes to: met, below, authorship not met, or not assessed."""
    if skipped:
        return "not assessed"
    if marks == (Mark.MET, Mark.MET, Mark.MET):
        return "met"
    return "not theirs" if marks[1] == Mark.NOT_MET else "below"


@dataclass(frozen=True, slots=True)
class Pair:
    """Both final audits of a submission, with their findings by statement and facet."""

    first: Audit
    second: Audit
    ones: dict[Key, Finding]
    others: dict[Key, Finding]

    @property
    def disputed(self) -> set[Key]:
        """What the two came to different verdicts on."""
        return {
            key
            for key in self.ones.keys() | self.others.keys()
            if key not in self.ones
            or key not in self.others
            or verdict(self.ones[key]) != verdict(self.others[key])
        }


def pair_of(submission: Submission) -> Pair | None:
    """The two who read this submission, once both are final; None until then."""
    rows = Audit.objects.filter(
        submission=submission, voided_at=None, finished_at__isnull=False
    ).prefetch_related("findings__statement")
    audits = {audit.seat: audit for audit in rows}
    first, second = audits.get(Seat.FIRST), audits.get(Seat.SECOND)
    if first is None or second is None:
        return None
    return Pair(first, second, _by_key(first), _by_key(second))


def _by_key(audit: Audit) -> dict[Key, Finding]:
    return {(f.statement_id, f.facet): f for f in audit.findings.all()}


def advice_of(findings: Iterable[Finding | None]) -> str:
    """What those who judged an entry say of it, each once."""
    words = [finding.advice for finding in findings if finding is not None and finding.advice]
    return "\n\n".join(dict.fromkeys(words))


# --- Who is awaited ------------------------------------------------------------------------------
def unsettled(case: OuterRef) -> QuerySet[SecondAudit]:
    """Second audits of this case that have no result yet."""
    return SecondAudit.objects.filter(submission__portfolio__application=case, settled_at=None)


def awaited(case: OuterRef | Value) -> QuerySet[CaseRole]:
    """The auditors whose findings this case still waits for."""
    here = unsettled(OuterRef("application"))
    final = Audit.objects.filter(
        application=OuterRef("application"),
        auditor=OuterRef("person"),
        finished_at__isnull=False,
        closed_at=None,
        voided_at=None,
    )
    return (
        CaseRole.objects.filter(application=case, ended_at=None)
        .filter(
            Q(role=Role.AUDITOR)
            | Q(Exists(here), role=Role.SECOND_AUDITOR)
            | Q(Exists(here.exclude(disputed_at=None)), role=Role.THIRD_AUDITOR)
        )
        .exclude(Exists(final))
        .order_by("since", "pk")
    )


def awaited_now(case: int) -> list[int]:
    """The people of `awaited` for one case."""
    return list(awaited(Value(case)).values_list("person_id", flat=True))


def lacks(case: OuterRef) -> Q:
    """That this case is read by two, and somebody for it is not assigned."""

    def held(role: Role) -> Exists:
        return Exists(CaseRole.objects.filter(application=case, role=role, ended_at=None))

    here = unsettled(case)
    both = Q(held(Role.AUDITOR)) & Q(held(Role.SECOND_AUDITOR))
    differ = Q(Exists(here.exclude(disputed_at=None)))
    return Q(Exists(here)) & ~both | differ & ~Q(held(Role.THIRD_AUDITOR))


def finished_in(cases: Iterable[int]) -> set[tuple[int, int]]:
    """(case, auditor) of those who are final while somebody else still reads."""
    rows = Audit.objects.open().filter(application__in=list(cases), finished_at__isnull=False)
    return set(rows.values_list("application_id", "auditor_id"))


def seats_held(case: int) -> dict[Seat, int]:
    """Who sits where in this case now."""
    parts = CaseRole.objects.filter(
        application=case, ended_at=None, role__in=parts_of_work(Role.AUDITOR)
    )
    return {SEATS[Role(role)]: person for role, person in parts.values_list("role", "person")}
