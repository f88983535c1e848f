"""The letters about portfolios and audits: read on the day they leave."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.decision_letters import REAPPLY_DAYS, decision_of
from applicants.flow import DAYS, Stage
from applicants.letters import page
from certificates.dates import body_day
from notices.letters import Letter, Obsolete, letter
from notices.models import Message
from portfolios.models import (
    SENDABLE,
    Audit,
    Entry,
    EntryState,
    Evidence,
    FileState,
    Submission,
)
from portfolios.silence import REMINDER, waiting


@letter("renewal_drawn")
def drawn(message: Message) -> Letter:
    rows = Submission.objects.select_related("portfolio__application__tier")
    submission = rows.filter(pk=message.context["submission"]).first()
    if submission is None:
        raise Obsolete
    case = submission.portfolio.application
    url = page("portfolios:submission", case.pk, submission.number)
    return Letter({"tier_name": case.tier.name, "renewal_url": url}, whose_turn=_("Your auditor’s"))


@letter("portfolio_received")
def received(message: Message) -> Letter:
    submission = (
        Submission.objects.select_related("portfolio__application__tier")
        .filter(pk=message.context["submission"])
        .first()
    )
    if submission is None:
        raise Obsolete
    case = submission.portfolio.application
    due = date_format(body_day(submission.sent_at) + timedelta(days=DAYS[Stage.AUDIT]))
    return Letter(
        {
            "tier_name": case.tier.name,
            "submitted_date": date_format(body_day(submission.sent_at)),
            "entry_count": str(len(submission.snapshot["entries"])),
            "audit_due_date": due,
            "portfolio_url": page("portfolios:workspace", case.pk),
        },
        whose_turn=_("Your auditor’s"),
        by_when=due,
    )


@letter("file_refused")
def file_refused(message: Message) -> Letter:
    """About all that is refused when it leaves; obsolete where its owner has taken it away."""
    case = message.context["application"]
    refused = Evidence.objects.filter(portfolio__application=case, state=FileState.REFUSED)
    found = list(refused.select_related("portfolio__application__tier"))
    if not found:
        raise Obsolete
    return Letter(
        {
            "tier_name": found[0].portfolio.application.tier.name,
            "file_list": "\n".join(f"- {piece.why}" for piece in found),
            "portfolio_url": page("portfolios:workspace", case),
        },
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
    )


@letter(REMINDER)
def reminder(message: Message) -> Letter:
    """Obsolete as soon as the person goes on, hands in, pauses reminders or leaves."""
    case = waiting().select_related("tier").filter(pk=message.context["application"]).first()
    if case is None or case.since.isoformat() != message.context["since"]:
        raise Obsolete
    entries = Entry.objects.filter(portfolio__application=case, state__in=SENDABLE)
    ready = set(entries.values_list("statement_id", "facet"))
    asked = list(case.asked())
    open_ = [r.statement for r in asked if (r.statement_id, r.facet) not in ready]
    return Letter(
        {
            "ready_count": str(len(asked) - len(open_)),
            "statement_count": str(len(asked)),
            "next_statement": f"{open_[0].code} {open_[0].said.name}"
            if open_
            else _("to send your portfolio"),
            "portfolio_url": page("portfolios:workspace", case.pk),
        },
        whose_turn=_("Yours"),
        by_when=_("No deadline"),
    )


def _audit(message: Message) -> Audit:
    audit = (
        Audit.objects.closed()
        .select_related("application__tier", "application__applicant")
        .filter(pk=message.context["audit"])
        .first()
    )
    if audit is None:
        raise Obsolete
    return audit


@letter("audit_passed")
def passed(message: Message) -> Letter:
    audit = _audit(message)
    verifies = Stage.VERIFICATION in audit.application.path
    step = (
        _("We name a verifier, and you book a meeting with them.")
        if verifies
        else _("The Director of Certification decides. You hear from us.")
    )
    return Letter(
        {
            "auditor_comment": audit.comment,
            "audit_url": page("portfolios:feedback", audit.application_id),
            "next_step": step,
        },
        whose_turn=_("Ours"),
    )


@letter("audit_revise")
def revise(message: Message) -> Letter:
    audit = _audit(message)
    case = audit.application
    if case.stage != Stage.PORTFOLIO or case.due_on is None:
        raise Obsolete
    entries = case.portfolio.entries
    back = entries.filter(state=EntryState.TO_IMPROVE).count()
    due = date_format(case.due_on)
    return Letter(
        {
            "passed_count": str(entries.count() - back),
            "revise_count": str(back),
            "revise_due_date": due,
            "audit_url": page("portfolios:feedback", case.pk),
        },
        whose_turn=_("Yours"),
        by_when=due,
    )


@letter("audit_not_passed")
def not_passed(message: Message) -> Letter:
    """Sent with the decision that follows a failed audit: before it nothing can be appealed."""
    decision = decision_of(message)
    case, until = decision.application_id, date_format(decision.appeal_until)
    return Letter(
        {
            "audit_url": page("portfolios:feedback", case),
            "reapply_date": date_format(body_day(decision.at) + timedelta(days=REAPPLY_DAYS)),
            "appeal_deadline": until,
            "appeal_url": page("appeals:appeal", case),
        },
        by_when=until,
    )
