from datetime import timedelta

import pytest
from django.core import mail

from accounts.roles import Role
from applicants import assigning
from applicants import services as applying
from applicants.flow import ROUNDS, Stage
from applicants.models.case import NotDeclared
from applicants.registry import REOPENERS
from meetings.models import How, State
from notices.models import Message
from notices.services import drain
from tests import make
from trail.flow import Refused
from trail.models import Event
from verification import services
from verification.grounds import verified
from verification.models import Found, Outcome, SentBack, Verification

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(on):
    return services.open_verification(on.case, by=on.cast.vera, at=on.at)


@pytest.fixture
def reopened():
    """What the registered reopener was told; whoever registered before stays registered."""
    told = []

    def reopen(application, statements, why, _at):
        told.append((application.pk, [s.code for s in statements], why))

    REOPENERS.append(reopen)
    yield told
    REOPENERS.remove(reopen)


def book(on, by=None):
    slot = services.slots(on.case, at=on.at)[0]
    return services.book(
        on.case,
        starts_at=slot.starts_at,
        how=How.VIDEO,
        support_needs="Captions",
        by=by or on.cast.ada,
        at=on.at,
    )


def statement(on, code):
    return on.case.asked().filter(statement__code=code).first().statement


# --- Meeting ----------------------------------------------------------------------------------
def test_slots_are_those_of_the_assigned_verifier(on):
    assert {slot.host for slot in services.slots(on.case, at=on.at)} == {on.cast.vera}


def test_slots_without_a_verifier_are_none(on):
    assigning.recuse(on.case, why="A friend.", by=on.cast.vera, at=on.at)

    assert services.slots(on.case, at=on.at) == []


def test_booking_makes_a_meeting_and_the_record_it_belongs_to(on):
    appointment = book(on)

    assert appointment.meeting.host == on.cast.vera
    assert appointment.meeting.about["case"] == on.case.trail_case()
    assert appointment.verification.application == on.case
    assert services.upcoming(on.case, on.at) == appointment.meeting


def test_booking_twice_is_refused(on):
    book(on)

    with pytest.raises(services.MeetingBooked):
        book(on)


@pytest.mark.parametrize("name", ["eve", "vera", "noor"])
def test_only_the_applicant_books(on, name):
    with pytest.raises(Refused):
        book(on, by=getattr(on.cast, name))


def test_booking_with_a_new_verifier_cancels_the_meeting_with_the_old_one(on):
    first = book(on).meeting
    assigning.recuse(on.case, why="We worked together.", by=on.cast.vera, at=on.at)
    other = make.person("vic", Role.VERIFIER)
    make.hours(other, "verification")
    on.assign(Role.VERIFIER, other)

    second = book(on).meeting

    first.refresh_from_db()
    assert (first.state, second.host) == (State.CANCELLED, other)


def test_booking_without_a_verifier_says_who_acts(on):
    assigning.recuse(on.case, why="A friend.", by=on.cast.vera, at=on.at)

    with pytest.raises(services.NoVerifier):
        services.book(
            on.case, starts_at=on.at, how=How.VIDEO, support_needs="", by=on.cast.ada, at=on.at
        )


# --- Record -----------------------------------------------------------------------------------
def test_the_record_is_opened_once(on, record):
    again = services.open_verification(on.case, by=on.cast.vera, at=on.at)

    assert again == record


def test_the_record_opens_after_the_declaration_only(on):
    other = make.person("vic", Role.VERIFIER)
    assigning.assign(on.case, Role.VERIFIER, person=other, by=on.cast.noor, at=on.at)

    with pytest.raises(NotDeclared):
        services.open_verification(on.case, by=other, at=on.at)


@pytest.mark.parametrize("name", ["ada", "aud", "dee", "noor", "eve"])
def test_nobody_else_opens_or_writes_the_record(on, record, name):
    person = getattr(on.cast, name)

    with pytest.raises(Refused):
        services.open_verification(on.case, by=person, at=on.at)
    with pytest.raises(Refused):
        services.save_outcome(
            record, statement(on, "M1.1"), found="confirmed", note="", by=person, at=on.at
        )

    assert Outcome.objects.count() == 0


def test_an_outcome_is_replaced_while_the_record_is_open(on, record):
    for found in ("not_explored", "confirmed"):
        services.save_outcome(
            record, statement(on, "M1.1"), found=found, note="", by=on.cast.vera, at=on.at
        )

    assert list(record.outcomes.values_list("found", flat=True)) == [Found.CONFIRMED]


def test_not_confirmed_asks_why(on, record):
    with pytest.raises(services.Incomplete):
        services.save_outcome(
            record,
            statement(on, "M1.1"),
            found="not_confirmed",
            note="  ",
            by=on.cast.vera,
            at=on.at,
        )


def test_a_statement_of_another_profile_is_refused(on, record):
    foreign = make.tier("current-journey").requirements.first().statement

    with pytest.raises(services.NotAsked):
        services.save_outcome(
            record, foreign, found="confirmed", note="", by=on.cast.vera, at=on.at
        )


# --- Signing ----------------------------------------------------------------------------------
def test_signing_locks_the_record_and_hands_the_case_on(on, record):
    on.verify(record)

    services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)

    on.case.refresh_from_db()
    assert on.case.stage == Stage.DECISION
    with pytest.raises(services.Locked):
        services.save_outcome(
            record, statement(on, "M1.1"), found="confirmed", note="", by=on.cast.vera, at=on.at
        )
    last = Event.objects.about(on.case).order_by("pk").last()
    assert last.facts == {"verification": record.pk, "recommendation": "award"}


def test_signing_asks_for_the_identity_check_and_every_area(on, record):
    services.save_outcome(
        record, statement(on, "M1.1"), found="confirmed", note="", by=on.cast.vera, at=on.at
    )

    with pytest.raises(services.Incomplete) as refusal:
        services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)

    assert str(refusal.value) == (
        "Say how you checked who you met. "
        "Record at least one outcome for: M2, M3, M4, M5, M6, M7, M8, M9."
    )
    record.refresh_from_db()
    assert (record.signed_at, record.recommendation) == (None, "")


def test_not_explored_does_not_explore_an_area(on, record):
    on.verify(record)
    for line in on.case.asked().filter(statement__area__code="M4"):
        services.save_outcome(
            record, line.statement, found="not_explored", note="", by=on.cast.vera, at=on.at
        )

    missing = services.what_is_missing(services.Verification.objects.get(pk=record.pk), "award")

    assert missing == ["Record at least one outcome for: M4."]


def test_an_award_is_not_recommended_over_an_unconfirmed_statement(on, record):
    on.verify(record)
    services.save_outcome(
        record,
        statement(on, "M2.1"),
        found="not_confirmed",
        note="Could not tell the story.",
        by=on.cast.vera,
        at=on.at,
    )

    with pytest.raises(services.Incomplete):
        services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)
    services.sign(record, recommendation="conditions", by=on.cast.vera, at=on.at)

    on.case.refresh_from_db()
    assert on.case.stage == Stage.DECISION


@pytest.mark.parametrize(
    ("recommendation", "passed"), [("award", True), ("conditions", True), ("not_yet", False)]
)
def test_the_recommendation_is_a_ground_and_never_decides(on, record, recommendation, passed):
    on.verify(record)
    assert verified(on.case, on.at).passed is False

    services.sign(record, recommendation=recommendation, by=on.cast.vera, at=on.at)

    on.case.refresh_from_db()
    assert (verified(on.case, on.at).passed, on.case.stage) == (passed, Stage.DECISION)


def test_other_routes_have_no_ground_of_verification(on):
    case = applying.apply(make.tier("current-concepts"), by=on.cast.eve, at=on.at)

    assert verified(case, make.NOON) is None


def test_a_decider_who_is_assigned_already_gets_the_task(on, record):
    on.assign(Role.DECIDER, on.cast.dee)
    on.verify(record)

    services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)

    letters = Message.objects.filter(to=on.cast.dee, kind="staff_task_assigned")
    assert letters.count() == 1


# --- Sending back -----------------------------------------------------------------------------
def test_sending_back_opens_the_named_entries_with_a_day(on, record, reopened):
    services.send_back(
        record,
        statements=[statement(on, "M2.1"), statement(on, "M6.6")],
        why="The story does not fit the entry.",
        by=on.cast.vera,
        at=on.at,
    )

    on.case.refresh_from_db()
    assert (on.case.stage, on.case.rounds) == (Stage.PORTFOLIO, 1)
    assert on.case.due_on == (on.at + timedelta(days=30)).date()
    assert reopened == [(on.case.pk, ["M2.1", "M6.6"], "The story does not fit the entry.")]
    event = Event.objects.about(on.case).order_by("pk").last()
    assert event.facts == {"statements": ["M2.1", "M6.6"], "verification": record.pk}


def test_sending_back_writes_to_the_applicant(on, record):
    services.send_back(
        record, statements=[statement(on, "M2.1")], why="Say more.", by=on.cast.vera, at=on.at
    )

    while drain(on.at + timedelta(days=400)):
        pass

    subjects = [m.subject for m in mail.outbox if m.to == [on.cast.ada.email]]
    assert subjects.count("Some of your entries need a little more") == 1


@pytest.mark.parametrize(("codes", "why"), [([], "Say more."), (["M2.1"], " ")])
def test_sending_back_names_statements_and_says_why(on, record, codes, why):
    with pytest.raises(services.Incomplete):
        services.send_back(
            record,
            statements=[statement(on, code) for code in codes],
            why=why,
            by=on.cast.vera,
            at=on.at,
        )

    assert SentBack.objects.count() == 0


def test_work_goes_back_twice_at_most(on, record):
    on.case.rounds = ROUNDS
    on.case.save(update_fields=["rounds"])

    with pytest.raises(services.NoMoreRounds):
        services.send_back(
            record, statements=[statement(on, "M2.1")], why="More.", by=on.cast.vera, at=on.at
        )


def test_after_a_recusal_the_record_is_kept_and_closed_to_its_author(on, record):
    assigning.recuse(on.case, why="A friend.", by=on.cast.vera, at=on.at)

    with pytest.raises(Refused):
        on.verify(record)

    assert Verification.objects.count() == 1
