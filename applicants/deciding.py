"""The decision. By one person who took no other part, on recorded evidence, with reasons."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Decision, Outcome
from applicants.registry import GROUNDS, Ground
from certificates.models import Certificate, Facet, Tier
from certificates.services import Award, issue
from notices.services import post
from trail.flow import Refused


class GroundMissing(Refused):
    """Something that a grant rests on does not stand."""


def grounds_of(application: Application, at: datetime) -> list[Ground]:
    """Everything that a grant would rest on, each standing or not."""
    return [found for check in GROUNDS if (found := check(application, at)) is not None]


@transaction.atomic
def decide(
    application: Application, *, outcome: Outcome, reasons: str, by: User, at: datetime
) -> Decision:
    """Decide once and for all; a grant issues the certificate in the same transaction.

    Raises Refused without reasons or at the wrong stage, GroundMissing where the record does not
    carry a grant, NotIndependent and TookAnotherPart for the wrong person.
    """
    locked = Application.objects.select_for_update().get(pk=application.pk)
    reasons = reasons.strip()
    if not reasons:
        raise Refused(_("Write at least one sentence. The applicant receives it."))
    verb = "certify" if outcome == Outcome.GRANT else "decline"
    move = locked.flow.find(locked.stage, verb)
    if move.role not in locked.acts_as(by):
        raise Refused(_("Only the Director of Certification decides, on cases they may decide."))
    locked.guard(move, by, at)
    CaseRole.sign(locked, by, Role.DECIDER, at)
    if outcome == Outcome.GRANT:
        for found in grounds_of(locked, at):
            if not found.passed:
                raise GroundMissing(f"{found.label}: {found.why}")
    decision = Decision.objects.create(
        application=locked, outcome=outcome, reasons=reasons, by=by, at=at
    )
    facts = {"decision": str(decision.reference)}
    if outcome == Outcome.GRANT:
        certificates = _issue(locked, decision, at)
        facts["certificates"] = ",".join(c.number for c in certificates)
    kind = _letter(locked, outcome)
    post(kind, to=locked.applicant, key=f"{kind}:{decision.pk}", decision=decision.pk)
    locked.move(verb, by=by, at=at, **facts)
    application.refresh_from_db()
    return decision


def _letter(application: Application, outcome: Outcome) -> str:
    """The words of the decision. A portfolio that did not pass has its own, which lead to the
    findings; only now is there something to appeal against."""
    if outcome == Outcome.GRANT:
        return "recertification_complete" if application.renews_id else "decision_awarded"
    failed = application.history().filter(verb="fail").exists()
    written = Stage.PORTFOLIO in application.path
    return "audit_not_passed" if failed and written else "decision_refused"


def _issue(application: Application, decision: Decision, at: datetime) -> list[Certificate]:
    """The certificate of the case; renewing one that renews another issues both."""
    award = Award(
        tier=application.tier,
        holder=application.applicant,
        edition=application.edition,
        decision=decision.reference,
        scope=_scope(application, application.tier),
        renews=application.renews,
    )
    issued = [issue(award, at=at)]
    if application.renews is None or not application.tier.renews_with:
        return issued
    other = (
        Certificate.objects.filter(
            holder=application.applicant,
            tier__level=application.tier.renews_with,
            renewed_by=None,
        )
        .order_by("-awarded_on", "-pk")
        .first()
    )
    if other is None:
        raise GroundMissing(_("The certificate on which this one rests was not found."))
    edition = other.tier.framework.edition_at(application.opened_at)
    if edition is None:
        raise GroundMissing(_("The profile of the certificate below is not published."))
    below = Award(
        tier=other.tier,
        holder=application.applicant,
        edition=edition,
        decision=decision.reference,
        scope=_scope(application, other.tier),
        renews=other,
    )
    return [*issued, issue(below, at=at)]


def _scope(application: Application, tier: Tier) -> dict[str, int]:
    """How many statements of each facet the certificate speaks for."""
    edition = (
        application.edition
        if tier.framework_id == application.edition.framework_id
        else tier.framework.edition_at(application.opened_at)
    )
    asked = tier.requirements.filter(statement__edition=edition)
    return {facet.value: asked.filter(facet=facet).count() for facet in Facet}


@transaction.atomic
def set_aside(decision: Decision, *, by: User, at: datetime) -> None:
    """An upheld appeal: the decision no longer stands, its maker is out, a new one is awaited."""
    application = Application.objects.select_for_update().get(pk=decision.application_id)
    if decision.outcome != Outcome.DECLINE or application.stage != Stage.DECLINED:
        raise Refused(_("Only a refusal can be set aside."))
    Decision.objects.filter(pk=decision.pk, set_aside_at=None).update(set_aside_at=at)
    application.cast.filter(role=Role.DECIDER, ended_at=None).update(
        ended_at=at, ended_why="replaced"
    )
    application.move("reopen", by=by, at=at, decision=str(decision.reference))
