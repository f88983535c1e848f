"""Auditing: opening the desk, recording findings, and closing with the result of the rules."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
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
    Submission,
)
from portfolios.writing import send_back
from trail.flow import Refused
from trail.models import Event


class NotYourCase(Refused):
    """Only the auditor of the case works on its desk."""


class NotOnTheDesk(Refused):
    """This was not handed in, or counts already."""


class SayWhy(Refused):
    """A mark below “met” needs words, for the applicant to work with."""


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
    found = case.audits.open().first()
    if found is not None and found.auditor_id == by.pk:
        return found
    if found is not None:
        found.voided_at = at
        found.save(update_fields=["voided_at"])
    submission = None
    if case.route != Route.VERBAL_AUDIT:
        submission = Submission.objects.filter(portfolio__application=case).last()
        if submission is None:
            raise NotYourCase(_("Nothing was handed in yet."))
    audit = Audit.objects.create(
        application=case,
        number=case.audits.count() + 1,
        auditor=by,
        submission=submission,
        opened_at=at,
    )
    Event.objects.record(
        "open_audit",
        about=audit,
        by=by,
        at=at,
        case=case.trail_case(),
        number=audit.number,
        voids=found.pk if found else None,
    )
    return audit


def at_desk(audit: Audit, by: User, at: datetime) -> Audit:
    """The audit as it is now, with its case locked. Raises for anybody but its auditor, and once
    it is closed."""
    case = _case(audit.application, by, at)
    row = Audit.objects.select_related("submission").get(pk=audit.pk)
    if row.auditor_id != by.pk or row.closed_at or row.voided_at:
        raise NotYourCase(_("This audit is closed, so its findings stay as they are."))
    row.application = case
    return row


def to_find(audit: Audit) -> list[Requirement]:
    """What this audit has to judge: handed in now, neither carried over nor accepted before."""
    return [item.requirement for item in items(audit) if not item.settled]


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
    draft: bool = False,
) -> Finding:
    """Record what was found. A draft may be half-filled; it counts once it is complete."""
    row = at_desk(audit, by, at)
    marks = {"relevance": relevance, "authorship": authorship, "mastery": mastery}
    comment = comment.replace("\r\n", "\n").strip()
    if not draft:
        _check(marks, comment)
    _on_the_desk(row, requirement)
    finding, _new = Finding.objects.update_or_create(
        audit=row,
        statement=requirement.statement,
        facet=requirement.facet,
        defaults={**marks, "comment": comment, "saved_at": at},
    )
    return finding


def _check(marks: dict[str, int | None], comment: str) -> None:
    if None in marks.values():
        raise NotFinished(_("Choose a level for each of the three criteria."))
    if min(mark for mark in marks.values() if mark is not None) < Mark.MET and not comment:
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
            return
    raise NotOnTheDesk(_("This was not handed in."))


@transaction.atomic
def close(audit: Audit, *, result: AuditResult, comment: str, by: User, at: datetime) -> Audit:
    """Close with the result that the rules give and the auditor confirms; the case moves on."""
    row = at_desk(audit, by, at)
    if row.submission is None:
        raise NotFinished(_("A verbal audit closes on its own page."))
    sums = settle(row, result=result, comment=comment, at=at)
    case = row.application
    _entries_after(row, sums, at)
    if result != AuditResult.NOT_PASS:  # of that the applicant hears with the decision
        kind = "audit_passed" if result == AuditResult.PASS else "audit_revise"
        post(kind, to=case.applicant, key=f"{kind}:{row.pk}", audit=row.pk)
    facts = {"audit": row.pk, "result": result.value}
    if result == AuditResult.PASS:
        case.move("complete", by=by, at=at, **facts)
    elif result == AuditResult.REVISE:
        due = body_day(at) + timedelta(days=REVISION_DAYS)
        also = {"due_on": due, "rounds": case.rounds + 1}
        codes = ",".join(f"{item.code}/{item.facet}" for item in sums.below)
        case.move("send_back", by=by, at=at, also=also, entries=codes, **facts)
    else:
        case.move("fail", by=by, at=at, **facts)
    return row


def settle(audit: Audit, *, result: AuditResult, comment: str, at: datetime) -> Arithmetic:
    """Write the result under the audit. Raises NotFinished unless it is what the rules give."""
    sums = arithmetic(audit)
    if sums.result is None:
        raise NotFinished(sums.sentence)
    if sums.result != result:
        raise NotFinished(
            _("The findings add up to “%(result)s”. Read them again before you confirm.")
            % {"result": sums.result.label}
        )
    comment = comment.replace("\r\n", "\n").strip()
    if not comment:
        raise SayWhy(_("Write a sentence about the whole. The applicant reads it."))
    audit.closed_at, audit.result, audit.comment = at, result, comment
    audit.save(update_fields=["closed_at", "result", "comment"])
    return sums


def _entries_after(audit: Audit, sums: Arithmetic, at: datetime) -> None:
    """Entries that are met are accepted for good; the others carry what is missing."""
    advice = {
        (item.requirement.statement_id, item.facet): item.finding.comment
        for item in sums.below
        if item.finding is not None
    }
    send_back(audit.application.portfolio, advice, at)
