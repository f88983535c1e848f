"""Letters about the decision: what was decided, and what is asked for before it."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.roles import Role
from applicants.flow import Stage
from applicants.letters import case_of, page
from applicants.models import Decision, MoreAsked, Whose
from certificates.dates import body_day
from certificates.models import Certificate
from notices.letters import Letter, Obsolete, letter
from notices.models import Message

REAPPLY_DAYS = 90  # how long after a refusal a new application makes sense


def decision_of(message: Message) -> Decision:
    """The decision that a letter tells. Raises Obsolete once it was set aside."""
    decision = (
        Decision.objects.filter(pk=message.context["decision"], set_aside_at=None)
        .select_related("application", "application__tier")
        .first()
    )
    if decision is None:
        raise Obsolete
    return decision


@letter("decision_awarded")
def decision_awarded(message: Message) -> Letter:
    decision = decision_of(message)
    return Letter(
        {
            "tier_name": decision.application.tier.name,
            "decision_url": page("applicants:decision", decision.application_id),
        }
    )


@letter("decision_refused")
def decision_refused(message: Message) -> Letter:
    decision = decision_of(message)
    application = decision.application
    manager = application.cast.filter(role=Role.INTAKE_MANAGER).order_by("-since").first()
    until = date_format(decision.appeal_until)
    return Letter(
        {
            "tier_name": application.tier.name,
            "decision_url": page("applicants:decision", application.pk),
            "reapply_date": date_format(body_day(decision.at) + timedelta(days=REAPPLY_DAYS)),
            "intake_manager_name": manager.person.full_name if manager else _("us"),
            "booking_url": page("register:contact"),
            "appeal_deadline": until,
            "appeal_url": page("appeals:appeal", application.pk),
        },
        by_when=until,
    )


@letter("recertification_complete")
def recertification_complete(message: Message) -> Letter:
    decision = decision_of(message)
    issued = list(Certificate.objects.filter(decision=decision.reference).select_related("tier"))
    if not issued:
        raise Obsolete
    names = _(" and ").join(certificate.tier.name for certificate in issued)
    first = issued[0]
    return Letter(
        {
            "tier_name": decision.application.tier.name,
            "renewed_certificates": _("%(names)s: one certificate is") % {"names": names}
            if len(issued) == 1
            else _("%(names)s: both certificates are") % {"names": names},
            "expiry_date": date_format(first.expires_on) if first.expires_on else "",
            "certificate_url": page("certificates:wallet"),
            "verifier_comment": decision.reasons.split("\n")[0],
        }
    )


@letter("decision_more_asked", "decision_another_meeting")
def more_asked(message: Message) -> Letter:
    """Obsolete once the case has moved on from what was asked."""
    application = case_of(message)
    asked = MoreAsked.objects.filter(pk=message.context["more"]).first()
    back = {Whose.APPLICANT: Stage.PORTFOLIO, Whose.VERIFIER: Stage.VERIFICATION}
    if asked is None or application.stage != back[Whose(asked.whose)]:
        raise Obsolete
    mine = asked.whose == Whose.APPLICANT
    due = date_format(asked.due_on)
    statements = [particular.statement.code for particular in asked.particulars.all()]
    return Letter(
        {
            "tier_name": application.tier.name,
            "statement_codes": ", ".join(statements),
            "what_is_missing": asked.why,
            "task_due_date": due,
            "task_url": page(
                "portfolios:workspace" if mine else "verification:book", application.pk
            ),
        },
        whose_turn=_("Yours"),
        by_when=due,
    )
