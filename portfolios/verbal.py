"""The verbal audit: a meeting in which the auditor asks, statement by statement."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application, CaseRole
from certificates.models import Route
from meetings import services as meetings
from meetings.closing import close
from meetings.finding import Slot, free_slots
from meetings.models import Kind, MeetingOutcome, State
from portfolios.auditing import NotFinished, at_desk, settle
from portfolios.models import Audit, AuditResult, VerbalAudit
from trail.flow import Refused
from trail.models import Event


class NotBookable(Refused):
    """There is nobody to meet yet, or a meeting is booked."""


def auditor_of(application: Application) -> User | None:
    part = application.cast.filter(role=Role.AUDITOR, ended_at=None).select_related("person")
    held: CaseRole | None = part.first()
    return held.person if held else None


def booked(application: Application) -> VerbalAudit | None:
    """The verbal audit that is booked and not yet over, if there is one."""
    return (
        application.verbal_audits.filter(meeting__state=State.BOOKED)
        .select_related("meeting", "meeting__host", "meeting__guest")
        .first()
    )


def verbal_slots(application: Application, *, at: datetime, days: int = 14) -> list[Slot]:
    """Free times of the auditor of this case."""
    host = auditor_of(application)
    if host is None:
        return []
    return free_slots([host], Kind.VERBAL_AUDIT, at=at, days=days, guest=application.applicant)


def _bookable(application: Application, by: User) -> tuple[Application, User]:
    """The case, locked, and its auditor. Raises NotBookable while there is nothing to book."""
    cases = Application.objects.select_for_update(of=("self",)).select_related("tier")
    case = cases.get(pk=application.pk)
    waits = case.route == Route.VERBAL_AUDIT and case.stage == Stage.AUDIT
    if by.pk != case.applicant_id or not waits:
        raise NotBookable(_("This case does not wait for you to book a verbal audit."))
    if booked(case):
        raise NotBookable(_("You have booked your verbal audit. Move or cancel it first."))
    host = auditor_of(case)
    if host is None:
        raise NotBookable(_("We are still looking for your auditor. We write when you can book."))
    return case, host


@transaction.atomic
def book_verbal(
    application: Application,
    *,
    starts_at: datetime,
    how: str,
    support_needs: str,
    support: Mapping[str, str] | None = None,
    by: User,
    at: datetime,
    phone: str = "",
) -> VerbalAudit:
    """The applicant books an hour with the auditor of the case."""
    case, host = _bookable(application, by)
    meeting = meetings.book(
        kind=Kind.VERBAL_AUDIT,
        host=host,
        guest=by,
        starts_at=starts_at,
        how=how,
        support=support,
        support_needs=support_needs,
        phone=phone,
        about={
            "tier_name": case.tier.title,
            "task_name": "Verbal audit",
            "task_path": reverse("portfolios:verbal", args=[case.pk]),
            "case_path": reverse("case_file", args=[case.pk]),
            "booking_path": reverse("portfolios:book_verbal", args=[case.pk]),
            "prep_path": reverse("register:page", args=["how-it-works"]),
            "case": case.trail_case(),
        },
        by=by,
        at=at,
    )
    return VerbalAudit.objects.create(application=case, meeting=meeting)


@transaction.atomic
def close_verbal(
    audit: Audit, *, result: AuditResult, comment: str, by: User, at: datetime
) -> Audit:
    """Close the conversation with the result of the rules. There is one round: what is spoken
    cannot be written again."""
    row = at_desk(audit, by, at)
    appointment = _begun(row.application, at, State.BOOKED, State.DONE)
    if appointment is None:
        raise NotFinished(_("The meeting has not begun, so there is nothing to close."))
    settle(row, result=result, comment=comment, at=at)
    if appointment.meeting.state == State.BOOKED:
        close(
            appointment.meeting,
            state=State.DONE,
            outcome=MeetingOutcome.COMPLETE,
            by=by,
            at=at,
        )
    verb = "complete" if result == AuditResult.PASS else "fail"
    row.application.move(verb, by=by, at=at, audit=row.pk, result=result.value)
    return row


@transaction.atomic
def go_on_later(audit: Audit, *, by: User, at: datetime) -> Audit:
    """This meeting is over and the audit is not: what was found is kept, and the applicant books
    another meeting with the same auditor. Raises NotFinished before the meeting has begun."""
    row = at_desk(audit, by, at)
    appointment = _begun(row.application, at, State.BOOKED)
    if appointment is None:
        raise NotFinished(_("No meeting is going on, so there is nothing to break off."))
    close(
        appointment.meeting,
        state=State.DONE,
        outcome=MeetingOutcome.PARTLY,
        left=_left(row),
        by=by,
        at=at,
    )
    Event.objects.record("go_on_later", about=row, by=by, at=at, case=row.application.trail_case())
    return row


def _left(audit: Audit) -> str:
    """What is still to be asked, for both to read."""
    asked = audit.application.asked().count()
    left = asked - sum(finding.is_complete for finding in audit.findings.all())
    return ngettext("%d answer is left.", "%d answers are left.", left) % left


def _begun(application: Application, at: datetime, *states: State) -> VerbalAudit | None:
    held = application.verbal_audits.select_related("meeting")
    return held.filter(meeting__state__in=states, meeting__starts_at__lte=at).first()
