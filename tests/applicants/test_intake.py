"""Booking the interview, recording it, and the plan."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Grant
from accounts.roles import Role
from applicants.assigning import declare, declare_interest
from applicants.flow import Stage
from applicants.intake import (
    book_interview,
    interview_slots,
    missed,
    record_interview,
)
from applicants.models import Application, IntakeInterview, IntakeOutcome, Owner
from applicants.models.case import NotDeclared, NotIndependent
from applicants.planning import PlanLine, first_lines, sign_plan, tick
from meetings.models import How, Meeting, State
from meetings.services import SlotTaken, cancel
from notices.models import Message
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(cast):
    return make.walk(cast, to=Stage.INTAKE)


def book(walk, slot, **changes):
    wanted = {
        "host": slot.host,
        "starts_at": slot.starts_at,
        "how": How.VIDEO,
        "support_needs": "Captions",
        "by": walk.cast.ada,
        "at": walk.at,
    }
    return book_interview(walk.case, **{**wanted, **changes})


def record(walk, outcome=IntakeOutcome.PROCEED, **changes):
    written = {
        "outcome": outcome,
        "summary": "Go on.",
        "private_note": "Shy at first.",
        "lines": [PlanLine("Draft an agreement", None, date(2026, 10, 1))],
        "next_check_on": date(2026, 11, 1),
        "by": walk.cast.ina,
        "at": walk.at,
    }
    return record_interview(walk.interview, **{**written, **changes})


@pytest.fixture
def booked(walk):
    walk.book()
    return walk


@pytest.fixture
def declared(booked):
    declare(booked.case, clear=True, note="", by=booked.cast.ina, at=booked.at)
    return booked


def test_only_independent_managers_offer_times(walk):
    ivy = make.person("ivy", Role.INTAKE_MANAGER)
    make.hours(ivy, "intake")
    declare_interest(about=walk.cast.ada, note="Sister", by=walk.cast.ina, at=walk.at)

    assert {slot.host for slot in interview_slots(walk.case, at=walk.at)} == {ivy}


def test_once_somebody_is_the_manager_only_they_offer_times(booked):
    make.hours(make.person("ivy", Role.INTAKE_MANAGER), "intake")

    hosts = {slot.host for slot in interview_slots(booked.case, at=booked.at)}

    assert hosts == {booked.cast.ina}


def test_booking_makes_the_host_the_manager_of_the_case(walk):
    slot = interview_slots(walk.case, at=walk.at)[0]

    interview = book(walk, slot)

    assert (interview.application, interview.recorded_at) == (walk.case, None)
    assert interview.meeting.starts_at == slot.starts_at
    assert interview.meeting.support_needs == "Captions"
    assert walk.case.cast.get(role=Role.INTAKE_MANAGER).person == walk.cast.ina
    assert walk.case.due_on is not None


def test_only_the_applicant_books_and_only_now(walk, cast):
    slot = interview_slots(walk.case, at=walk.at)[0]

    for person in (cast.eve, cast.ina, cast.noor):
        with pytest.raises(Refused):
            book(walk, slot, by=person)
    early = make.walk(cast, to=Stage.SELF_ASSESSMENT, slug="current-concepts")
    with pytest.raises(Refused):
        book(early, slot)


def test_a_second_interview_is_not_booked_beside_the_first(booked):
    slot = interview_slots(booked.case, at=booked.at)[0]

    with pytest.raises(Refused):
        book(booked, slot)
    assert IntakeInterview.objects.count() == 1


def test_somebody_bound_or_without_the_role_is_not_booked(walk):
    slot = interview_slots(walk.case, at=walk.at)[0]
    declare_interest(about=walk.cast.ada, note="Sister", by=walk.cast.ina, at=walk.at)

    with pytest.raises(NotIndependent):
        book(walk, slot)
    with pytest.raises(Refused):
        book(walk, slot, host=walk.cast.eve)
    assert walk.case.cast.count() == 1


def test_another_manager_is_not_booked_past_the_one_of_the_case(walk):
    ivy = make.person("ivy", Role.INTAKE_MANAGER)
    make.hours(ivy, "intake")
    slots = interview_slots(walk.case, at=walk.at)
    first = book(walk, next(slot for slot in slots if slot.host == walk.cast.ina))
    cancel(first.meeting, reason="Ill", by=walk.cast.ada, at=walk.at)

    with pytest.raises(Refused, match="Ina Example"):
        book(walk, next(slot for slot in slots if slot.host == ivy))


def test_a_time_taken_a_moment_before_changes_nothing(walk, cast):
    slot = interview_slots(walk.case, at=walk.at)[0]
    other = make.walk(
        replace(cast, ada=cast.eve),
        to=Stage.INTAKE,
    )
    book(other, slot, by=cast.eve)

    with pytest.raises(SlotTaken):
        book(walk, slot)
    assert walk.case.cast.filter(role=Role.INTAKE_MANAGER).exists() is False
    assert walk.case.interviews.count() == 0


def test_recording_closes_the_interview_agrees_the_plan_and_moves_on(declared):
    record(declared)

    declared.case.refresh_from_db()
    plan = declared.case.plan
    assert declared.case.stage == Stage.PORTFOLIO
    assert Meeting.objects.get().state == State.DONE
    assert (plan.manager, plan.signed_by_manager_at) == (declared.cast.ina, declared.at)
    assert plan.signed_by_applicant_at is None
    assert list(plan.items.values_list("text", "due_on")) == [
        ("Draft an agreement", date(2026, 10, 1))
    ]
    assert Message.objects.get(kind="action_plan_agreed").to == declared.cast.ada


def test_recording_asks_for_a_declaration(booked):
    with pytest.raises(NotDeclared):
        record(booked)


def test_only_the_host_records_and_only_once(declared):
    for person in (declared.cast.ada, declared.cast.noor):
        with pytest.raises(Refused):
            record(declared, by=person)
    record(declared)
    with pytest.raises(Refused, match="recorded already"):
        record(declared)


@pytest.mark.parametrize("missing", [{"summary": "  "}, {"lines": []}])
def test_going_on_asks_for_words_and_a_step(declared, missing):
    with pytest.raises(Refused):
        record(declared, **missing)
    declared.case.refresh_from_db()
    assert declared.case.stage == Stage.INTAKE
    assert Meeting.objects.get().state == State.BOOKED


def test_preparing_first_leaves_the_case_where_it_is_to_book_again(declared):
    record(declared, IntakeOutcome.PREPARE, lines=[])

    declared.case.refresh_from_db()
    assert declared.case.stage == Stage.INTAKE
    assert Event.objects.about(declared.case).last().verb == "prepare_first"
    declared.book()
    assert declared.case.interviews.count() == 2


def test_another_certificate_ends_the_case_and_is_named(declared):
    record(declared, IntakeOutcome.ANOTHER, lines=[], suggested=[make.tier("current-concepts")])

    declared.case.refresh_from_db()
    assert declared.case.stage == Stage.REDIRECTED
    assert [tier.slug for tier in declared.case.interviews.get().suggested.all()] == [
        "current-concepts"
    ]
    assert Message.objects.get(kind="another_certificate").to == declared.cast.ada


def test_a_referral_ends_the_case_and_says_to_what(declared):
    record(declared, IntakeOutcome.REFER, lines=[], referred_to="  The peer circle on Thursdays ")

    declared.case.refresh_from_db()
    interview = declared.case.interviews.get()
    assert declared.case.stage == Stage.REFERRED
    assert (interview.outcome, interview.referred_to) == ("refer", "The peer circle on Thursdays")
    assert Message.objects.get(kind="referred").to == declared.cast.ada
    assert Event.objects.about(declared.case).last().verb == "refer"


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [
        (IntakeOutcome.ANOTHER, {"lines": []}),
        (IntakeOutcome.REFER, {"lines": [], "referred_to": "  "}),
        (IntakeOutcome.REFER, {"referred_to": "The peer circle"}),
        (IntakeOutcome.PROCEED, {"lines": [PlanLine(str(n)) for n in range(13)]}),
        (IntakeOutcome.PROCEED, {"lines": [PlanLine("Ask", owner=Owner.OTHER)]}),
    ],
    ids=["no certificate", "no referral", "a plan for a closed case", "too many", "nobody named"],
)
def test_an_outcome_that_lacks_something_changes_nothing(declared, outcome, missing):
    with pytest.raises(Refused):
        record(declared, outcome, **missing)

    declared.case.refresh_from_db()
    assert declared.case.stage == Stage.INTAKE
    assert declared.case.interviews.get().recorded_at is None


def test_preparing_first_may_have_a_plan_which_the_next_interview_goes_on_from(declared):
    record(declared, IntakeOutcome.PREPARE, lines=[PlanLine("Keep a log"), PlanLine("Read")])
    case = Application.objects.get(pk=declared.case.pk)
    sign_plan(case.plan, by=case.applicant, at=declared.at)
    first = case.plan.items.first()
    tick(first, done=True, by=case.applicant, at=declared.at)
    assert Message.objects.get(kind="prepare_first").to == declared.cast.ada

    declared.book()
    begun = first_lines(case)
    assert [line.text for line in begun] == ["Read"]
    record(declared, lines=[*begun, PlanLine("Draft an agreement")], at=declared.at)

    plan = Application.objects.get(pk=case.pk).plan
    assert (plan.version, plan.signed_by_applicant_at) == (2, None)
    assert [item.text for item in plan.items.all()] == ["Read", "Draft an agreement"]
    assert [step["text"] for step in plan.versions.get().steps] == ["Keep a log", "Read"]


def test_a_record_before_the_meeting_begins_is_refused(walk):
    before = walk.at
    walk.book()
    declare(walk.case, clear=True, note="", by=walk.cast.ina, at=before)

    with pytest.raises(Refused):
        record(walk, at=before)


def test_whoever_did_not_come_books_again(booked):
    with pytest.raises(Refused):
        missed(booked.interview, by=booked.cast.noor, at=booked.at)
    missed(booked.interview, by=booked.cast.ina, at=booked.at)

    assert Meeting.objects.get().state == State.GUEST_ABSENT
    booked.book()
    assert booked.case.interviews.count() == 2


def test_the_database_refuses_a_record_without_an_outcome(booked):
    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeInterview.objects.update(recorded_at=booked.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeInterview.objects.update(outcome="proceed")


def test_the_role_that_ended_offers_no_times(walk):
    Grant.objects.filter(role=Role.INTAKE_MANAGER).update(
        ends_on=walk.at.date() - timedelta(days=1)
    )

    assert interview_slots(walk.case, at=walk.at) == []
