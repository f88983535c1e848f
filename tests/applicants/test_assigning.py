"""Who may take which part, who does, and what everybody else is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Grant
from accounts.roles import Role
from applicants.assigning import (
    assign,
    candidates,
    declare,
    declare_interest,
    readiness,
    recuse,
    take,
    teach,
)
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Interest, TeachingRelation, TookAnotherPart
from applicants.models.case import NotDeclared, NotIndependent
from meetings.models import Meeting, State
from notices.models import Message
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.application(cast)


def reasons(case, role, at):
    return {c.person.called: list(c.reasons) for c in candidates(case, role, at.date())}


def test_everybody_with_the_role_is_listed_and_who_may_act_first(case, cast, at):
    ann, bob = make.person("ann", Role.AUDITOR), make.person("bob", Role.AUDITOR)
    other = make.application(replace(cast, ada=cast.eve))
    assign(other, Role.AUDITOR, person=ann, by=cast.noor, at=at)
    teach(
        teacher=bob,
        learner=cast.ada,
        starts_on=at.date(),
        ends_on=None,
        provider="",
        by=bob,
        at=at,
    )

    found = candidates(case, Role.AUDITOR, at.date())

    assert [(c.person.called, c.may_act, c.load) for c in found] == [
        ("Aud", True, 0),
        ("Ann", True, 1),
        ("Bob", False, 0),
    ]


def test_each_bar_says_why(case, cast, at):
    people = {
        name: make.person(name, Role.AUDITOR)
        for name in ("ann", "bob", "cid", "dot", "eli", "fay", "gus")
    }
    make_applicant_an_auditor(cast, at)
    make.calibrate(cast.ada, at=at)
    day = at.date()
    teach(teacher=people["ann"], learner=cast.ada, starts_on=day, ends_on=None, provider="",
          by=cast.ada, at=at)  # fmt: skip
    teach(teacher=cast.ada, learner=people["bob"], starts_on=day, ends_on=None, provider="",
          by=people["bob"], at=at)  # fmt: skip
    declare_interest(about=cast.ada, note="Sister", by=people["cid"], at=at)
    declare_interest(about=people["dot"], note="Business", by=cast.ada, at=at)
    declare(case, clear=False, note="Friend", by=people["eli"], at=at)
    CaseRole.sign(case, people["fay"], Role.VERIFIER, at)
    assign(case, Role.AUDITOR, person=people["gus"], by=cast.noor, at=at)
    recuse(case, why="Neighbour", by=people["gus"], at=at)

    taught = ["Taught the applicant, or was taught by them, within two years."]
    interest = ["Has declared an interest in the applicant."]
    assert reasons(case, Role.AUDITOR, at) == {
        "Aud": [],
        "Ada": ["This is the applicant.", "Is the Applicant in this case."],
        "Ann": taught,
        "Bob": taught,
        "Cid": interest,
        "Dot": interest,
        "Eli": ["Has declared an interest in this case."],
        "Fay": ["Is the Verifier in this case."],
        "Gus": ["Has declared an interest in this case.", "Stepped back from this case."],
    }


def make_applicant_an_auditor(cast, at):
    Grant.objects.create(user=cast.ada, role=Role.AUDITOR, starts_on=at.date())


def test_only_administrators_assign(case, cast, at):
    for person in (cast.ada, cast.aud, cast.dee, cast.eve):
        with pytest.raises(Refused):
            assign(case, Role.AUDITOR, person=cast.aud, by=person, at=at)
    assert case.cast.filter(role=Role.AUDITOR).exists() is False


def test_a_superuser_assigns_nobody_without_the_role(case, cast, at):
    root = make.person("root", is_superuser=True, is_staff=True)

    with pytest.raises(Refused):
        assign(case, Role.AUDITOR, person=cast.aud, by=root, at=at)
    with pytest.raises(Refused):
        assign(case, Role.AUDITOR, person=root, by=cast.noor, at=at)


def test_assigning_says_so_in_the_trail_and_tells_the_verified(case, cast, at):
    part = assign(case, Role.VERIFIER, person=cast.vera, by=cast.noor, at=at)

    event = Event.objects.about(case).last()
    assert (event.verb, event.actor, event.facts) == (
        "assign",
        cast.noor,
        {"role": "verifier", "person": cast.vera.pk},
    )
    letter = Message.objects.get(kind="verifier_assigned")
    assert (letter.to, letter.context) == (cast.ada, {"application": case.pk, "part": part.pk})


def test_whose_turn_it_is_learns_of_the_task(cast):
    case = make.application(cast, at_stage=Stage.INTAKE)
    at = make.NOON + timedelta(days=1)

    assign(case, Role.INTAKE_MANAGER, person=cast.ina, by=cast.noor, at=at)
    assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)

    tasks = Message.objects.filter(kind="staff_task_assigned")
    assert [letter.to for letter in tasks] == [cast.ina]


def test_nobody_is_assigned_who_is_bound(case, cast, at):
    teach(
        teacher=cast.aud,
        learner=cast.ada,
        starts_on=at.date(),
        ends_on=at.date(),
        provider="",
        by=cast.ada,
        at=at,
    )

    with pytest.raises(NotIndependent):
        assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)


def test_nobody_is_assigned_a_second_part(case, cast, at):
    Grant.objects.create(user=cast.aud, role=Role.DECIDER, starts_on=at.date())
    assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)

    with pytest.raises(TookAnotherPart):
        assign(case, Role.DECIDER, person=cast.aud, by=cast.noor, at=at)


def test_the_database_refuses_a_second_part(case, cast, at):
    CaseRole.sign(case, cast.aud, Role.AUDITOR, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseRole.objects.create(application=case, person=cast.aud, role=Role.DECIDER, since=at)
    CaseRole.objects.filter(person=cast.aud).update(ended_at=at, ended_why="recused")
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseRole.objects.create(application=case, person=cast.aud, role=Role.DECIDER, since=at)
    assert case.cast.get(person=cast.aud).role == Role.AUDITOR


def test_the_database_refuses_two_people_in_one_part(case, cast, at):
    CaseRole.sign(case, cast.aud, Role.AUDITOR, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseRole.objects.create(application=case, person=cast.eve, role=Role.AUDITOR, since=at)


def test_an_applicants_part_is_not_assigned_and_closed_cases_take_nobody(case, cast, at):
    with pytest.raises(Refused):
        assign(case, Role.PANEL_CHAIR, person=cast.pan, by=cast.noor, at=at)
    Application.objects.filter(pk=case.pk).update(stage=Stage.WITHDRAWN)
    case.refresh_from_db()
    with pytest.raises(Refused):
        assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)


def test_assigning_somebody_else_replaces_and_the_replaced_does_not_come_back(case, cast, at):
    ann = make.person("ann", Role.AUDITOR)
    assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)
    assign(case, Role.AUDITOR, person=ann, by=cast.noor, at=at)

    assert case.cast.get(role=Role.AUDITOR, ended_at=None).person == ann
    assert case.cast.get(person=cast.aud).ended_why == "replaced"
    with pytest.raises(TookAnotherPart):
        assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)


def test_a_decision_is_taken_only_while_it_waits(case, cast, at):
    with pytest.raises(Refused):
        take(case, by=cast.dee, at=at)
    Application.objects.filter(pk=case.pk).update(stage=Stage.DECISION)
    case.refresh_from_db()

    take(case, by=cast.dee, at=at)

    assert case.cast.get(role=Role.DECIDER).person == cast.dee
    with pytest.raises(Refused, match="faster"):
        take(case, by=make.person("dot", Role.DECIDER), at=at)
    with pytest.raises(Refused):
        take(case, by=cast.aud, at=at)


def test_declaring_clear_opens_the_file_and_once_is_enough(case, cast, at):
    declare(case, clear=True, note="", by=cast.aud, at=at)
    again = declare(case, clear=True, note="", by=cast.aud, at=at + timedelta(days=1))

    assert case.declared(cast.aud) is True
    assert again.at == at
    assert [e.verb for e in Event.objects.about(case)] == ["apply", "declare"]


def test_what_was_clear_can_turn_out_not_to_be_but_not_the_other_way_round(case, cast, at):
    assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)
    declare(case, clear=True, note="", by=cast.aud, at=at)

    recuse(case, why="She is my neighbour", by=cast.aud, at=at)
    back = declare(case, clear=True, note="", by=cast.aud, at=at)

    assert (back.clear, back.note) == (False, "She is my neighbour")
    assert case.declared(cast.aud) is False
    assert case.cast.get(person=cast.aud).ended_why == "recused"
    assert Event.objects.about(case).last().verb == "recuse"
    assert Application.objects.visible_to(cast.aud).exists() is False


def test_the_applicant_declares_nothing_in_their_own_case(case, cast, at):
    with pytest.raises(Refused):
        declare(case, clear=True, note="", by=cast.ada, at=at)


def test_stepping_back_asks_for_a_part(case, cast, at):
    with pytest.raises(Refused):
        recuse(case, why="", by=cast.aud, at=at)


def test_stepping_back_cancels_what_is_booked_and_another_host_can_be_booked(cast):
    walk = make.walk(cast, to=Stage.INTAKE)
    before = walk.at
    walk.book()
    ivy = make.person("ivy", Role.INTAKE_MANAGER)
    make.hours(ivy, "intake")

    recuse(walk.case, why="My cousin", by=cast.ina, at=before)

    assert Meeting.objects.get().state == State.CANCELLED
    walk.at = before
    walk.book()
    assert walk.interview.meeting.host == ivy
    assert walk.case.cast.get(role=Role.INTAKE_MANAGER, ended_at=None).person == ivy


def test_a_part_that_ended_signs_nothing(case, cast, at):
    assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)
    recuse(case, why="Neighbour", by=cast.aud, at=at)

    assert case.acts_as(cast.aud) == frozenset()


def test_nobody_judges_before_they_declared(cast, small):
    walk = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    assign(walk.case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=walk.at)

    with pytest.raises(NotDeclared):
        walk.case.move("complete", by=cast.aud, at=walk.at)


def test_a_bar_that_comes_up_later_stops_the_next_step(cast, small):
    walk = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    walk.assign(Role.AUDITOR, cast.aud)
    declare_interest(about=cast.aud, note="We started a firm", by=cast.ada, at=walk.at)

    with pytest.raises(NotIndependent):
        walk.case.move("complete", by=cast.aud, at=walk.at)


def test_readiness_names_the_role_that_is_missing(case, cast, at):
    Grant.objects.filter(role=Role.VERIFIER).delete()
    assign(case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=at)

    lines = {line.role: (line.enough, line.sentence) for line in readiness(case, at.date())}

    assert lines == {
        Role.INTAKE_MANAGER: (True, "1 person may act"),
        Role.AUDITOR: (True, "Aud Example"),
        Role.VERIFIER: (False, "Nobody is left. Give somebody the role Verifier."),
        Role.DECIDER: (True, "1 person may act"),
    }


def test_a_closed_case_needs_nobody(case, at):
    Application.objects.filter(pk=case.pk).update(stage=Stage.WITHDRAWN)
    case.refresh_from_db()

    assert readiness(case, at.date()) == []


def test_teaching_is_declared_by_either_side_or_an_administrator(cast, at):
    for by in (cast.aud, cast.ada, cast.noor):
        teach(
            teacher=cast.aud,
            learner=cast.ada,
            starts_on=at.date(),
            ends_on=None,
            provider="Elm College",
            by=by,
            at=at,
        )
    with pytest.raises(Refused):
        teach(
            teacher=cast.aud,
            learner=cast.ada,
            starts_on=at.date(),
            ends_on=None,
            provider="",
            by=cast.eve,
            at=at,
        )

    assert TeachingRelation.objects.count() == 3


@pytest.mark.parametrize("days", [-1])
def test_teaching_that_makes_no_sense_is_refused(cast, at, days):
    day = at.date()
    with pytest.raises(Refused):
        teach(
            teacher=cast.ada, learner=cast.ada, starts_on=day, ends_on=None, provider="",
            by=cast.ada, at=at,
        )  # fmt: skip
    with pytest.raises(Refused):
        teach(
            teacher=cast.aud, learner=cast.ada, starts_on=day,
            ends_on=day + timedelta(days=days), provider="", by=cast.ada, at=at,
        )  # fmt: skip


def test_an_interest_is_in_somebody_else(cast, at):
    with pytest.raises(Refused):
        declare_interest(about=cast.ada, note="", by=cast.ada, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(person=cast.ada, about=cast.ada, declared_at=at)
