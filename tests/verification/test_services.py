from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.roles import Role
from applicants import asking_more, assigning
from applicants import services as applying
from applicants.flow import ROUNDS, Stage
from applicants.models import Whose
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
from verification.models import Addendum, Found, Outcome, SentBack, Verification
from verification.script import Hint, hints_of

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
            record, statement(on, "M1.1"), found=found, note="No time.", by=on.cast.vera, at=on.at
        )

    assert list(record.outcomes.values_list("found", flat=True)) == [Found.CONFIRMED]


@pytest.mark.parametrize("found", ["not_confirmed", "not_explored"])
def test_what_is_not_confirmed_or_not_explored_has_a_reason(on, record, found):
    with pytest.raises(services.Incomplete):
        services.save_outcome(
            record,
            statement(on, "M1.1"),
            found=found,
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
        "Say which kind of paper you saw. "
        "Record at least one outcome for: M2, M3, M4, M5, M6, M7, M8, M9."
    )
    record.refresh_from_db()
    assert (record.signed_at, record.recommendation) == (None, "")


def test_not_explored_does_not_explore_an_area(on, record):
    on.verify(record)
    for line in on.case.asked().filter(statement__area__code="M4"):
        services.save_outcome(
            record, line.statement, found="not_explored", note="No time.", by=on.cast.vera, at=on.at
        )

    missing = services.what_is_missing(Verification.objects.get(pk=record.pk), "award")

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


# --- Going on in a second meeting -------------------------------------------------------------
def test_a_second_meeting_goes_on_in_the_same_record(on):
    first = book(on).meeting
    on.at = first.ends_at
    record = services.open_verification(on.case, by=on.cast.vera, at=on.at)
    services.save_outcome(
        record, statement(on, "M1.1"), found="confirmed", note="", by=on.cast.vera, at=on.at
    )

    services.go_on_later(record, left="Areas M5 to M9", by=on.cast.vera, at=on.at)

    first.refresh_from_db()
    assert (first.state, first.outcome, first.left) == (State.DONE, "partly", "Areas M5 to M9")
    assert services.upcoming(on.case, on.at) is None
    second = book(on)
    assert (second.verification, second.meeting.continues) == (record, first)
    assert services.meetings_of(record) == [first, second.meeting]
    on.at = second.meeting.ends_at
    on.verify(record)
    services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)
    second.meeting.refresh_from_db()
    assert second.meeting.outcome == "complete"


def test_what_is_left_is_counted_where_nobody_says_it(on):
    meeting = book(on).meeting
    on.at = meeting.ends_at
    record = services.open_verification(on.case, by=on.cast.vera, at=on.at)

    services.go_on_later(record, left=" ", by=on.cast.vera, at=on.at)

    meeting.refresh_from_db()
    assert meeting.left == "72 statements are left."


def test_without_a_meeting_nothing_goes_on(on, record):
    with pytest.raises(services.NoMeetingGoesOn):
        services.go_on_later(record, left="", by=on.cast.vera, at=on.at)
    book(on)
    with pytest.raises(services.NoMeetingGoesOn):
        services.go_on_later(record, left="", by=on.cast.vera, at=on.at)


def test_nobody_signs_while_a_meeting_is_to_come(on, record):
    on.verify(record)
    meeting = book(on).meeting

    with pytest.raises(services.Incomplete, match="A meeting is booked for"):
        services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)
    on.at = meeting.ends_at
    services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)


# --- Two windows, and numbers ------------------------------------------------------------------
FRAME = {
    "identity_checked": "Held to the camera",
    "identity_document": "passport",
    "mode": "video",
    "persons_present": "Both",
    "adjustments_made": "",
    "interruptions": "",
    "summary": "",
}


def frame(on, record, **changes):
    said = {**FRAME, **changes}
    return services.save_record(record, **said, by=on.cast.vera, at=on.at)


def test_a_window_that_is_behind_overwrites_nothing(on, record):
    frame(on, record, summary="The first window.", revision=0)

    with pytest.raises(services.Conflict) as conflict:
        frame(on, record, summary="The second window.", revision=0)

    assert conflict.value.stored.summary == "The first window."
    assert frame(on, record, summary="The first window.", revision=0).revision == 1
    assert frame(on, record, summary="Both.", revision=1).revision == 2


@pytest.mark.parametrize(
    "words", ["Passport 7712345", "ID no. 12 34 56", "AB-1234-567 seen", "card 99.88.77"]
)
def test_the_number_of_a_paper_is_never_kept(on, record, words):
    with pytest.raises(services.NoNumbers):
        frame(on, record, identity_checked=words)

    record.refresh_from_db()
    assert record.identity_checked == ""


def test_words_with_a_year_are_no_number_of_a_paper(on, record):
    assert frame(on, record, identity_checked="Issued 2031, seen on screen").revision == 1


# --- What a signature locks, and what is added after it -----------------------------------------
@pytest.fixture
def signed(on, record):
    on.verify(record)
    services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)
    on.case.refresh_from_db()
    record.refresh_from_db()
    return record


def add(on, record, **changes):
    said = {"text": "It was M2.2.", "why": "Wrong line.", "by": on.cast.vera, "at": on.at}
    return services.add_to_record(record, **{**said, **changes})


def test_the_database_keeps_a_signed_record(on, signed):
    added = add(on, signed)
    here = {"verification": signed, "statement": on.case.asked().last().statement}
    attempts = [
        lambda: Verification.objects.filter(pk=signed.pk).update(summary="Better."),
        lambda: Verification.objects.filter(pk=signed.pk).update(signed_at=None),
        lambda: Outcome.objects.filter(verification=signed).update(found="not_confirmed", note="x"),
        lambda: Outcome.objects.filter(**here).delete(),
        lambda: Outcome.objects.create(
            **{**here, "statement": make.tier("current-journey").requirements.first().statement},
            found="confirmed",
            saved_at=on.at,
        ),
        lambda: Addendum.objects.filter(pk=added.pk).update(text="Other words"),
        lambda: Addendum.objects.filter(pk=added.pk).delete(),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            attempt()


def test_what_is_added_stands_beside_the_record(on, signed):
    before = Verification.objects.filter(pk=signed.pk).values().get()

    added = add(on, signed, statement=statement(on, "M2.1"))

    assert Verification.objects.filter(pk=signed.pk).values().get() == before
    assert (added.by, added.at, added.why) == (on.cast.vera, on.at, "Wrong line.")
    event = Event.objects.about(signed).last()
    assert (event.verb, event.case, event.facts) == (
        "add_to_record",
        on.case.trail_case(),
        {"addendum": added.pk, "statement": "M2.1"},
    )


@pytest.mark.parametrize("name", ["ada", "aud", "dee", "noor", "eve"])
def test_only_its_verifier_adds_to_a_record(on, signed, name):
    with pytest.raises(services.NotTheVerifier):
        add(on, signed, by=getattr(on.cast, name))


@pytest.mark.parametrize("gap", [{"text": " "}, {"why": " "}])
def test_what_is_added_says_what_and_why(on, signed, gap):
    with pytest.raises(services.Incomplete):
        add(on, signed, **gap)


def test_nothing_is_added_to_an_open_record_or_about_a_foreign_statement(on, record):
    with pytest.raises(services.NotSigned):
        add(on, record)
    on.verify(record)
    services.sign(record, recommendation="award", by=on.cast.vera, at=on.at)
    foreign = make.tier("current-journey").requirements.first().statement
    with pytest.raises(services.NotAsked):
        add(on, record, statement=foreign)
    assert Addendum.objects.count() == 0


def test_who_stepped_back_adds_nothing(on, signed):
    assigning.recuse(on.case, why="A friend.", by=on.cast.vera, at=on.at)

    with pytest.raises(services.NotTheVerifier):
        add(on, signed)


# --- A second record, after the decider asked for more -------------------------------------------
@pytest.fixture
def asked(on, record):
    """M2.1 was not confirmed, and the decider asks about M1.1."""
    on.verify(record)
    said = {"found": "not_confirmed", "note": "No story.", "by": on.cast.vera, "at": on.at}
    services.save_outcome(record, statement(on, "M2.1"), **said)
    services.sign(record, recommendation="conditions", by=on.cast.vera, at=on.at)
    on.case.refresh_from_db()
    on.assign(Role.DECIDER, on.cast.dee)
    asking_more.ask_for_more(
        on.case,
        whose=Whose.VERIFIER,
        statements={statement(on, "M1.1"): ""},
        why="How did she know?",
        by=on.cast.dee,
        at=on.at,
    )
    return services.open_verification(on.case, by=on.cast.vera, at=on.at)


def test_a_second_record_explores_what_was_asked_and_forgets_no_doubt(on, record, asked):
    assert asked != record
    frame(on, asked, summary="She told it well now.")
    asked.refresh_from_db()
    assert services.what_is_missing(asked, "conditions") == [
        "Record at least one outcome for: M1.1."
    ]

    services.save_outcome(
        asked, statement(on, "M1.1"), found="confirmed", note="", by=on.cast.vera, at=on.at
    )

    assert services.what_is_missing(asked, "conditions") == []
    assert services.what_is_missing(asked, "award") == [
        "You did not confirm M2.1. Recommend conditions, or not yet."
    ]
    services.save_outcome(
        asked, statement(on, "M2.1"), found="confirmed", note="", by=on.cast.vera, at=on.at
    )
    assert services.what_is_missing(asked, "award") == []


def test_what_the_decider_asks_leads_the_script_and_stands_on_the_desk(on, asked, client):
    hints = hints_of(on.case)
    client.force_login(on.cast.vera)

    page = client.get(reverse("verification:desk", args=[on.case.pk])).content.decode()

    assert Hint("M1.1", "the decider asks about it", weight=9) in hints
    assert "The decider asks for more" in page
    assert "How did she know?" in page
