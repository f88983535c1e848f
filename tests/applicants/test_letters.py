"""Every letter about a case can be written, and is dropped when its fact is gone."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from applicants.assigning import assign, declare, recuse
from applicants.flow import Stage
from applicants.intake import record_interview
from applicants.models import Decision, IntakeInterview, IntakeOutcome, Outcome
from applicants.services import apply, withdraw
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]


def letters(kind):
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def body(message):
    return compose(message).body


def test_the_welcome_leads_to_the_self_assessment(cast, at):
    case = apply(make.tier(), by=cast.ada, at=at)

    [message] = letters("welcome")

    assert f"/self-assessment/{case.pk}/" in body(message)
    withdraw(case, by=cast.ada, at=at)
    with pytest.raises(Obsolete):
        compose(message)


def test_the_plan_is_told_with_its_first_steps(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")

    [message] = letters("action_plan_agreed")

    assert "Draft an agreement with my next mentee" in body(message)
    assert f"/cases/{walk.case.pk}/plan/" in body(message)


@pytest.fixture
def met(cast):
    """The interview is over, and nobody has recorded it."""
    walk = make.walk(cast, to=Stage.INTAKE)
    walk.book()
    declare(walk.case, clear=True, note="", by=cast.ina, at=walk.at)
    return walk


def recorded(walk, outcome, **said):
    wanted = {"summary": "Keep a log first.", "private_note": "Shy", "lines": []}
    record_interview(
        walk.interview,
        outcome=outcome,
        next_check_on=None,
        by=walk.cast.ina,
        at=walk.at,
        **{**wanted, **said},
    )


def test_preparing_first_is_told_until_the_next_interview_is_booked(met):
    recorded(met, IntakeOutcome.PREPARE)

    [message] = letters("prepare_first")
    assert "Keep a log first." in body(message)
    assert "Shy" not in body(message)
    met.book()
    with pytest.raises(Obsolete):
        compose(message)


@pytest.mark.parametrize(
    ("slugs", "way", "names"),
    [
        (["current-concepts"], "/begin/current-concepts/", "Certificate of Concepts - Mentoring"),
        (["current-concepts", "2021-recognition"], "/cases/choose/", " or "),
    ],
)
def test_another_certificate_is_named_with_the_way_to_it(met, slugs, way, names):
    recorded(met, IntakeOutcome.ANOTHER, suggested=[make.tier(slug) for slug in slugs])

    [message] = letters("another_certificate")
    assert way in body(message)
    assert names in body(message)


def test_a_referral_is_told_kindly(met):
    recorded(met, IntakeOutcome.REFER, referred_to="The peer circle on Thursdays")

    [message] = letters("referred")
    assert "The peer circle on Thursdays" in body(message)
    assert "nothing was judged" in body(message)
    IntakeInterview.objects.update(outcome="prepare", referred_to="")
    with pytest.raises(Obsolete):
        compose(message)


def test_a_task_is_told_to_who_holds_it_and_no_longer(cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    assign(walk.case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=walk.at)

    [message] = letters("staff_task_assigned")
    assert "Ada Example" in body(message)

    recuse(walk.case, why="Friend", by=cast.aud, at=walk.at)
    with pytest.raises(Obsolete):
        compose(message)


def test_the_verifier_is_told_to_the_applicant(cast, at):
    case = make.application(cast)
    assign(case, Role.VERIFIER, person=cast.vera, by=cast.noor, at=at)

    [message] = letters("verifier_assigned")

    assert "Vera Example" in body(message)
    recuse(case, why="Friend", by=cast.vera, at=at)
    with pytest.raises(Obsolete):
        compose(message)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [(Outcome.GRANT, "decision_awarded"), (Outcome.DECLINE, "decision_refused")],
)
def test_the_decision_is_told(cast, outcome, kind):
    walk = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    walk.decision(outcome)

    [message] = letters(kind)

    assert f"/cases/{walk.case.pk}/decision/" in body(message)
    if outcome == Outcome.DECLINE:  # a grant is never set aside
        Decision.objects.update(set_aside_at=walk.at + timedelta(days=1))
        with pytest.raises(Obsolete):
            compose(message)
