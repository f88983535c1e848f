"""Auditing: opening the desk, recording findings, and closing with the result of the rules."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.deciding import tell_decider
from applicants.flow import REVISION_DAYS, Stage
from applicants.models import Application
from certificates.dates import body_day
from certificates.models import Requirement, Route
from notices.services import post
from portfolios.desk import Arithmetic, arithmetic, items
from portfolios.models import (
    Audit,
    AuditResult,
    EntryState,
    Finding,
    Mark,
    Seat,
    Submission,
)
from portfolios.pairs import advice_of, seats_held
from portfolios.seconds import finish, void_left, wanted
from portfolios.writing import send_back
from trail.flow import Refused
from trail.models import Event


class NotYourCase(Refused):
    """Only the auditor of the case works on its desk."""


class NotOnTheDesk(Refused):
    """This was not handed in, or counts already."""


class SayWhy(Refused):
    """A mark below “met” needs words, for the applicant to work with."""


class Conflict(Refused):
    """The same auditor saved in another window."""

    def __init__(self, stored: Finding) -> None:
        super().__init__(
            _("These findings were changed in another window. Both are here: keep what you want.")
        )
        self.stored = stored


class NotFinished(Refused):
    """Entries are open, or the result does not follow from the findings."""


def _case(application: Application, by: User, at: datetime) -> Application:
    """The case, locked, for its auditor who declared and whom nothing bars."""
    cases = Application.objects.select_for_update(of=("self",)).select_related("tier")
    case = cases.get(pk=application.pk)
    if case.stage != Stage.AUDIT:
        raise NotYourCase(_("This case does not wait for an audit."))
    if Role.AUDITOR not in case.acts_as(by):
        raise NotYourCase(_("Only the auditor of this case opens its desk."))
    case.guard(case.flow.find(case.stage, "complete"), by, at)
    return case


@transaction.atomic
def open_audit(application: Application, *, by: User, at: datetime) -> Audit:
    """The audit of this round, begun now if it is not yet. What an auditor who stepped back had
    written becomes void and stays on record."""
    case = _case(application, by, at)
    left = void_left(case, at)
    found = case.audits.open().filter(auditor=by).first()
    if found is not None:
        return found
    seat = next(seat for seat, person in seats_held(case.pk).items() if person == by.pk)
    audit = Audit.objects.create(
        application=case,
        number=case.audits.count() + 1,
        seat=seat,
        auditor=by,
        submission=_to_read(case, seat),
        opened_at=at,
    )
    Event.objects.record(
        "open_audit",
        about=audit,
        by=by,
        at=at,
        case=case.trail_case(),
        number=audit.number,
        seat=seat.value,
        voids=[audit.pk for audit in left],
    )
    return audit


def _to_read(case: Application, seat: Seat) -> Submission | None:
    """What lies on the desk of this seat; None where the audit is spoken."""
    if case.route == Route.VERBAL_AUDIT:
        return None
    submission = Submission.objects.filter(portfolio__application=case).last()
    if submission is None:
        raise NotYourCase(_("Nothing was handed in yet."))
    second = wanted(submission)
    if seat == Seat.SECOND and second is None:
        raise NotYourCase(_("This portfolio is read by one auditor."))
    if seat == Seat.THIRD and (second is None or second.disputed_at is None):
        raise NotYourCase(_("The two auditors do not differ, so there is nothing to decide."))
    return submission


def at_desk(audit: Audit, by: User, at: datetime) -> Audit:
    """The audit as it is now, with its case locked. Raises for anybody but its auditor, and once
    it is closed."""
    case = _case(audit.application, by, at)
    row = Audit.objects.select_related("submission").get(pk=audit.pk)
    if row.auditor_id != by.pk or row.closed_at or row.voided_at or row.finished_at:
        raise NotYourCase(_("This audit is closed, so its findings stay as they are."))
    row.application = case
    return row


def to_find(audit: Audit) -> list[Requirement]:
    """What this audit has to judge: handed in now, neither carried over nor accepted before."""
    return [item.requirement for item in items(audit) if item.to_judge]


@transaction.atomic
def save_finding(  # noqa: PLR0913 - a finding is these things
    audit: Audit,
    requirement: Requirement,
    *,
    relevance: int | None,
    authorship: int | None,
    mastery: int | None,
    comment: str,
    by: User,
    at: datetime,
    not_assessed: str = "",
    revision: int | None = None,
    draft: bool = False,
) -> Finding:
    """Record what was found. A draft may be half-filled; it counts once it is complete.

    `revision` is the one that was read, 0 where nothing was there. Raises Conflict, with what is
    stored, when the same auditor saved in another window in between; None overwrites.
    """
    row = at_desk(audit, by, at)
    said = _said(relevance, authorship, mastery, comment, not_assessed)
    if not draft:
        _check(said)
    _on_the_desk(row, requirement)
    finding = row.findings.filter(
        statement=requirement.statement_id, facet=requirement.facet
    ).first() or Finding(
        audit=row, statement=requirement.statement, facet=requirement.facet, revision=0
    )
    if finding.pk and {name: getattr(finding, name) for name in said} == said:
        return finding
    if revision is not None and finding.revision != revision:
        raise Conflict(finding)
    for name, value in said.items():
        setattr(finding, name, value)
    finding.revision, finding.saved_at = finding.revision + 1, at
    finding.save()
    return finding


def _said(
    relevance: int | None, authorship: int | None, mastery: int | None, comment: str, because: str
) -> dict[str, Any]:
    """What the form says, as it is kept: who says why it is not assessed gives no marks."""
    reason = _plain(because)
    marks = {"relevance": relevance, "authorship": authorship, "mastery": mastery}
    if reason:
        marks = dict.fromkeys(marks)
    return {**marks, "comment": _plain(comment), "not_assessed": reason}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _check(said: dict[str, Any]) -> None:
    if said["not_assessed"]:
        return
    marks = [said["relevance"], said["authorship"], said["mastery"]]
    if None in marks:
        raise NotFinished(_("Choose a level for each criterion, or say why it is not assessed."))
    if min(marks) < Mark.MET and not said["comment"]:
        raise SayWhy(_("Write what is missing. The applicant works with your words."))


def _on_the_desk(audit: Audit, requirement: Requirement) -> None:
    if audit.submission is None:
        if not audit.application.asked().filter(pk=requirement.pk).exists():
            raise NotOnTheDesk(_("This certificate does not ask for that."))
        return
    key = (requirement.statement.code, requirement.facet)
    for row in audit.submission.snapshot["entries"]:
        if (row["code"], row["facet"]) == key:
            if row["state"] != EntryState.READY:
                raise NotOnTheDesk(_("This entry was accepted before and needs no finding."))
            if audit.seat == Seat.THIRD and requirement not in to_find(audit):
                raise NotOnTheDesk(_("Both auditors agree on this entry."))
            return
    raise NotOnTheDesk(_("This was not handed in."))


@transaction.atomic
def close(audit: Audit, *, result: AuditResult, comment: str, by: User, at: datetime) -> Audit:
    """Close with the result that the rules give and the auditor confirms. The case moves on; of
    two who read blind, with the last of them."""
    row = at_desk(audit, by, at)
    if row.submission is None:
        raise NotFinished(_("A verbal audit closes on its own page."))
    second = wanted(row.submission)
    if second is None:
        sums = settle(row, result=result, comment=comment, at=at)
        _conclude(row, sums, by=by, at=at)
        return row
    sums = settle(row, result=result, comment=comment, at=at, blind=True)
    final = finish(row, by=by, at=at)
    if final is not None:
        final.application, final.submission = row.application, row.submission
        _conclude(final, sums, by=by, at=at)
    return row


def _conclude(audit: Audit, sums: Arithmetic, *, by: User, at: datetime) -> None:
    """What follows for the case from the result that stands."""
    case, result = audit.application, AuditResult(audit.result)
    _entries_after(audit, sums, at)
    if result != AuditResult.NOT_PASS:  # of that the applicant hears with the decision
        kind = "audit_passed" if result == AuditResult.PASS else "audit_revise"
        post(kind, to=case.applicant, key=f"{kind}:{audit.pk}", audit=audit.pk)
    facts = {"audit": audit.pk, "result": result.value}
    if result == AuditResult.NOT_PASS or (
        result == AuditResult.PASS and Stage.VERIFICATION not in case.path
    ):
        tell_decider(case, f"audit:{audit.pk}")
    if result == AuditResult.PASS:
        case.move("complete", by=by, at=at, **facts)
    elif result == AuditResult.REVISE:
        due = body_day(at) + timedelta(days=REVISION_DAYS)
        also = {"due_on": due, "rounds": case.rounds + 1}
        codes = ",".join(f"{item.code}/{item.facet}" for item in sums.below)
        case.move("send_back", by=by, at=at, also=also, entries=codes, **facts)
    else:
        case.move("fail", by=by, at=at, **facts)


def settle(
    audit: Audit, *, result: AuditResult, comment: str, at: datetime, blind: bool = False
) -> Arithmetic:
    """Write the result under the audit: closed, or final while another reads blind. Raises
    NotFinished unless it is what the rules give."""
    sums = arithmetic(audit)
    if sums.result is None:
        raise NotFinished(sums.sentence)
    if sums.result != result:
        raise NotFinished(
            _("The findings add up to “%(result)s”. Read them again before you confirm.")
            % {"result": sums.result.label}
        )
    comment = _plain(comment)
    if not comment:
        raise SayWhy(_("Write a sentence about the whole. The applicant reads it."))
    audit.result, audit.comment = result, comment
    audit.finished_at, audit.closed_at = (at, None) if blind else (None, at)
    audit.save(update_fields=["finished_at", "closed_at", "result", "comment"])
    return sums


def _entries_after(audit: Audit, sums: Arithmetic, at: datetime) -> None:
    """Entries that are met are accepted for good; the others carry what is missing, in the words
    of everybody who found so."""
    words: dict[tuple[int, str], list[Finding]] = {}
    others = Finding.objects.filter(
        audit__in=audit.application.audits.closed().filter(submission=audit.submission_id)
    )
    for finding in others.order_by("audit__seat"):
        if not finding.is_met:
            words.setdefault((finding.statement_id, finding.facet), []).append(finding)
    keys = [(item.requirement.statement_id, item.facet) for item in sums.below]
    advice = {key: advice_of(words.get(key, [])) for key in keys}
    send_back(audit.application.portfolio, advice, at)
