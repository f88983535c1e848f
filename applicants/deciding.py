"""The decision. By one person who took no other part, on recorded evidence, with reasons."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Decision, MoreAsked, Outcome, Particular
from applicants.models.renewing import below
from applicants.reading import only_as_read
from applicants.registry import GROUNDS, Ground
from certificates.models import Certificate, Facet, Tier
from certificates.renewal import Term
from certificates.services import Award, issue
from frameworks.models import Statement
from notices.services import post
from trail.flow import Refused
from trail.models import Event


class GroundMissing(Refused):
    """Something that a grant rests on does not stand."""


def grounds_of(application: Application, at: datetime) -> list[Ground]:
    """Everything that a grant would rest on, each standing or not."""
    return [found for check in GROUNDS if (found := check(application, at)) is not None]


@transaction.atomic
def decide(
    application: Application,
    *,
    outcome: Outcome,
    reasons: str,
    by: User,
    at: datetime,
    particulars: Mapping[Statement, str] | None = None,
    read: str | None = None,
) -> Decision:
    """Decide once and for all; a grant issues the certificate in the same transaction.

    `particulars` are reasons for single statements of a refusal. `read` is the fingerprint of the
    letter that the decider has read: no other one leaves. Raises Refused without reasons or at the
    wrong stage, GroundMissing where the record does not carry a grant, NotIndependent and
    TookAnotherPart for the wrong person, LetterChanged where the letter would be another one.
    """
    verb = "certify" if outcome == Outcome.GRANT else "decline"
    locked, reasons = take_up(application, verb, reasons, by=by, at=at)
    if outcome == Outcome.GRANT:
        for found in grounds_of(locked, at):
            if not found.passed:
                raise GroundMissing(f"{found.label}: {found.why}")
    decision = Decision.objects.create(
        application=locked, outcome=outcome, reasons=reasons, by=by, at=at
    )
    if outcome == Outcome.DECLINE:
        say_of_each(locked, particulars or {}, decision=decision)
    facts = {"decision": str(decision.reference)}
    if outcome == Outcome.GRANT:
        certificates = _issue(locked, decision, at)
        facts["certificates"] = ",".join(c.number for c in certificates)
    kind, key = _letter(locked, outcome), letter_key(decision)
    post(kind, to=locked.applicant, key=key, decision=decision.pk)
    locked.move(verb, by=by, at=at, **facts)
    only_as_read(key, read)
    application.refresh_from_db()
    return decision


def take_up(
    application: Application, verb: str, reasons: str, *, by: User, at: datetime
) -> tuple[Application, str]:
    """The case, locked, in the hands of who may take this step, and their reasons."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    reasons = reasons.replace("\r\n", "\n").strip()
    if not reasons:
        raise Refused(_("Write at least one sentence. The applicant receives it."))
    move = locked.flow.find(locked.stage, verb)
    if move.role not in locked.acts_as(by):
        raise Refused(_("Only the Director of Certification decides, on cases they may decide."))
    locked.guard(move, by, at)
    CaseRole.sign(locked, by, Role.DECIDER, at)
    return locked, reasons


def say_of_each(
    application: Application,
    words: Mapping[Statement, str],
    *,
    decision: Decision | None = None,
    more: MoreAsked | None = None,
) -> None:
    """What is said of single statements. Raises Refused for one that this case does not ask for."""
    asked = set(application.asked().values_list("statement_id", flat=True))
    if any(statement.pk not in asked for statement in words):
        raise Refused(_("This certificate does not ask for that statement."))
    Particular.objects.bulk_create(
        Particular(decision=decision, more=more, statement=statement, words=said.strip())
        for statement, said in words.items()
        if more or said.strip()
    )


def tell_decider(application: Application, news: str) -> None:
    """Whoever holds the decision learns that the case has come, or come back, to it. `news` names
    the fact, once."""
    part = application.cast.filter(role=Role.DECIDER, ended_at=None).first()
    if part is not None:
        post(
            "staff_task_assigned",
            to=part.person,
            key=f"task:{application.pk}:{part.role}:{part.pk}:{news}",
            application=application.pk,
            role=part.role,
        )


def letter_key(decision: Decision) -> str:
    """The one letter of a decision."""
    return f"decision:{decision.pk}"


def _letter(application: Application, outcome: Outcome) -> str:
    """The words of the decision. A portfolio that did not pass has its own, which lead to the
    findings; only now is there something to appeal against."""
    if outcome == Outcome.GRANT:
        return "recertification_complete" if application.renews_id else "decision_awarded"
    failed = application.history().filter(verb="fail").exists()
    written = Stage.PORTFOLIO in application.path
    return "audit_not_passed" if failed and written else "decision_refused"


@transaction.atomic
def issue_decided(decision: Decision, *, at: datetime) -> list[Certificate]:
    """Issue what a granting decision carries, where that was not done with it: records that were
    brought over from before. Nothing where it was done; Refused where the decision fell."""
    case = Application.objects.select_for_update(of=("self",)).select_related(
        "applicant", "tier", "edition", "renews"
    )
    locked = case.get(pk=decision.application_id)
    stands = Decision.objects.filter(pk=decision.pk, outcome=Outcome.GRANT, set_aside_at=None)
    if not stands.exists() or locked.stage != Stage.CERTIFIED:
        raise Refused(_("The decision does not stand any more."))
    if Certificate.objects.filter(decision=decision.reference).exists():
        return []
    issued = _issue(locked, decision, at)
    Event.objects.record(
        "issue_decided",
        about=locked,
        by=None,
        at=at,
        case=locked.trail_case(),
        decision=str(decision.reference),
        certificates=",".join(one.number for one in issued),
    )
    return issued


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
    other = below(application.applicant_id, application.tier.renews_with)
    if other is None:
        raise GroundMissing(_("The certificate on which this one rests was not found."))
    if other.ends_on and issued[0].expires_on and other.ends_on >= issued[0].expires_on:
        return issued  # it was renewed a short while ago, and holds for longer
    edition = other.tier.framework.edition_at(application.opened_at)
    if edition is None:
        raise GroundMissing(_("The profile of the certificate below is not published."))
    rests_on = Award(
        tier=other.tier,
        holder=application.applicant,
        edition=edition,
        decision=decision.reference,
        scope=_scope(application, other.tier),
        renews=other,
        term=_same_term(issued[0]),
    )
    return [*issued, issue(rests_on, at=at)]


def _same_term(certificate: Certificate) -> Term | None:
    """What is renewed together ends on the same day, and the next time again."""
    years = certificate.tier.years_valid
    return Term(certificate.anchor_on, certificate.term, years) if years else None


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
