"""The decision: one person, no other part, on a record that carries it, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Grant
from accounts.roles import Role
from applicants import deciding, registry
from applicants.assigning import declare, declare_interest
from applicants.deciding import GroundMissing, decide, grounds_of, set_aside
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Decision, IntakeInterview, Outcome
from applicants.models.case import NotDeclared, NotIndependent, TookAnotherPart
from certificates.models import Certificate
from certificates.papers import Drawing
from notices.models import Message
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(cast, small):
    return make.walk(cast, to=Stage.DECISION, slug="current-concepts")


@pytest.fixture
def waiting(walk):
    walk.assign(Role.DECIDER, walk.cast.dee)
    return walk


def say(walk, outcome=Outcome.GRANT, **changes):
    said = {"reasons": "The record carries it.", "by": walk.cast.dee, "at": walk.at}
    return decide(walk.case, outcome=outcome, **{**said, **changes})


def test_granting_issues_the_certificate_at_once(waiting):
    decision = say(waiting)

    certificate = Certificate.objects.get()
    assert waiting.case.stage == Stage.CERTIFIED
    assert (certificate.decision, certificate.holder) == (decision.reference, waiting.cast.ada)
    assert certificate.snapshot["scope_detail"].startswith("2 concepts")
    assert sorted(Drawing.objects.values_list("paper", flat=True)) == ["a4", "letter"]
    event = Event.objects.about(waiting.case).last()
    assert (event.verb, event.facts) == (
        "certify",
        {"decision": str(decision.reference), "certificates": certificate.number},
    )
    assert Message.objects.filter(kind="decision_awarded").count() == 1


def test_declining_issues_nothing_and_names_the_way_to_appeal(waiting):
    decision = say(waiting, Outcome.DECLINE)

    assert waiting.case.stage == Stage.DECLINED
    assert Certificate.objects.count() == 0
    assert decision.appeal_until == waiting.at.date() + timedelta(days=30)
    assert Message.objects.filter(kind="decision_refused").count() == 1


@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_has_reasons(waiting, outcome):
    with pytest.raises(Refused):
        say(waiting, outcome, reasons="  \n ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            application=waiting.case,
            outcome=outcome,
            reasons="",
            by=waiting.cast.dee,
            at=waiting.at,
        )


def test_each_ground_that_fails_stops_a_grant_and_none_stops_a_refusal(waiting, monkeypatch):
    standing = grounds_of(waiting.case, waiting.at)
    assert {found.passed for found in standing} == {True}
    for lost in standing:
        without = [
            check
            for check in registry.GROUNDS
            if (found := check(waiting.case, waiting.at)) is None or found.label != lost.label
        ]
        failing = registry.Ground(lost.label, passed=False, why="It is gone.")
        monkeypatch.setattr(deciding, "GROUNDS", [*without, lambda _case, _at, f=failing: f])

        with pytest.raises(GroundMissing, match=lost.label):
            say(waiting)
        assert Decision.objects.count() == 0

    say(waiting, Outcome.DECLINE)
    assert waiting.case.stage == Stage.DECLINED


def test_every_step_of_the_route_is_a_ground(waiting):
    labels = {found.label for found in grounds_of(waiting.case, waiting.at)}

    assert labels == {"Interview", "Portfolio audit"}


def test_an_interview_that_was_never_held_is_missing(waiting):
    IntakeInterview.objects.update(outcome="prepare")

    with pytest.raises(GroundMissing, match="Interview"):
        say(waiting)


def test_nobody_decides_who_took_another_part(waiting, cast):
    for person in (cast.aud, cast.ina):
        Grant.objects.create(user=person, role=Role.DECIDER, starts_on=waiting.at.date())
        with pytest.raises(Refused):
            say(waiting, by=person)
    with pytest.raises(TookAnotherPart):
        CaseRole.sign(waiting.case, cast.aud, Role.DECIDER, waiting.at)
    assert Decision.objects.count() == 0


def test_nobody_decides_their_own_case_superusers_included(waiting, cast):
    Grant.objects.create(user=cast.ada, role=Role.DECIDER, starts_on=waiting.at.date())
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(is_superuser=True)
    root = make.person("root", is_superuser=True)

    for person in (cast.ada, root, cast.noor, cast.eve):
        person.refresh_from_db()
        with pytest.raises(Refused):
            say(waiting, by=person)


def test_nobody_decides_before_declaring(walk):
    with pytest.raises(NotDeclared):
        say(walk)


def test_nobody_decides_who_is_bound(waiting, cast):
    declare_interest(about=cast.ada, note="Cousin", by=cast.dee, at=waiting.at)

    with pytest.raises(NotIndependent):
        say(waiting)


def test_who_stepped_back_neither_decides_nor_sees_the_case(walk, cast):
    dot = make.person("dot", Role.DECIDER)
    assert set(Application.objects.visible_to(dot)) == {walk.case}

    declare(walk.case, clear=False, note="Friend", by=dot, at=walk.at)

    assert set(Application.objects.visible_to(dot)) == set()
    with pytest.raises(Refused):
        say(walk, by=dot)


def test_two_deciders_make_one_decision(waiting):
    dot = make.person("dot", Role.DECIDER)
    declare(waiting.case, clear=True, note="", by=dot, at=waiting.at)
    stale = Application.objects.get(pk=waiting.case.pk)
    say(waiting)

    with pytest.raises(Refused):
        decide(stale, outcome=Outcome.DECLINE, reasons="No.", by=dot, at=waiting.at)
    with pytest.raises(Refused):
        say(waiting, Outcome.DECLINE)
    assert Decision.objects.get().outcome == Outcome.GRANT


def test_a_case_somebody_took_is_not_decided_by_somebody_else(waiting):
    dot = make.person("dot", Role.DECIDER)
    declare(waiting.case, clear=True, note="", by=dot, at=waiting.at)

    with pytest.raises(Refused):
        say(waiting, by=dot)
    assert Decision.objects.count() == 0


def test_a_case_is_decided_at_the_decision_alone(cast, at):
    walk = make.walk(cast, to=Stage.INTAKE)

    with pytest.raises(Refused):
        say(walk)


def test_the_database_keeps_one_standing_decision(waiting):
    say(waiting, Outcome.DECLINE)

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            application=waiting.case,
            outcome=Outcome.GRANT,
            reasons="Twice",
            by=waiting.cast.dee,
            at=waiting.at,
        )


def test_a_decision_set_aside_is_made_anew_by_somebody_else(waiting, cast):
    first = say(waiting, Outcome.DECLINE)
    set_aside(first, by=cast.pan, at=waiting.tomorrow())
    waiting.case.refresh_from_db()
    assert waiting.case.stage == Stage.DECISION

    with pytest.raises(Refused):
        say(waiting)
    dot = make.person("dot", Role.DECIDER)
    declare(waiting.case, clear=True, note="", by=dot, at=waiting.at)
    second = say(waiting, by=dot)

    first.refresh_from_db()
    assert (first.set_aside_at is not None, second.outcome) == (True, Outcome.GRANT)
    assert waiting.case.stage == Stage.CERTIFIED
    assert Certificate.objects.get().decision == second.reference


def test_only_a_refusal_is_set_aside(waiting, cast):
    granted = say(waiting)

    with pytest.raises(Refused):
        set_aside(granted, by=cast.pan, at=waiting.at)
