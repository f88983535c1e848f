"""Meetings that do not go as planned: broken off and continued, handed over, waited for in vain."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from applicants import assigning, intake
from applicants.flow import Stage
from applicants.models import IntakeOutcome
from applicants.models.case import NotIndependent, TookAnotherPart
from applicants.reminders import remind_of_due_dates
from certificates.dates import body_day
from imc_portal.case_facts import meeting_of
from meetings.closing import close, keep_note, share_note
from meetings.handing import colleagues_for, hand_over
from meetings.models import How, MeetingOutcome, PrivateNote, State
from notices.models import Message
from portfolios import verbal
from tests import make
from tests.journeys.telling import cast_of, steps
from verification import services as verifying

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_interview_is_interrupted_and_continued(cast):
    on = make.walk(cast, to=Stage.INTAKE)
    on.book()
    first = on.interview.meeting
    assigning.declare(on.case, clear=True, note="", by=cast.ina, at=on.at)
    share_note(first, text="We spoke about four areas.", by=cast.ina, at=on.at)
    close(first, state=State.INTERRUPTED, left="The plan.", by=cast.ina, at=on.at)

    on.case.refresh_from_db()
    assert (on.case.stage, meeting_of(on.case)) == (Stage.INTAKE, None)  # to be booked again
    letters = Message.objects.filter(key__contains="broken_off").order_by("pk")
    assert [letter.to for letter in letters] == [cast.ada, cast.ina]

    on.book()
    assert on.interview.meeting.continues == first
    on.interview = intake.record_interview(
        on.interview,
        outcome=IntakeOutcome.PROCEED,
        summary="Go on with this certificate.",
        private_note="Calm now.",
        lines=[intake.PlanLine("Draft an agreement")],
        next_check_on=None,
        by=cast.ina,
        at=on.at,
    )

    on.case.refresh_from_db()
    assert on.case.stage == Stage.PORTFOLIO
    assert (on.interview.meeting.outcome, on.interview.summary) == (
        MeetingOutcome.PROCEED,
        "Go on with this certificate.",
    )
    assert [event for event in steps(on.case) if event[0] in ("book", "close")] == [
        ("book", "booked", "Ada"),
        ("close", "interrupted", "Ina"),
        ("book", "booked", "Ada"),
        ("close", "done", "Ina"),
    ]


@pytest.fixture
def vic(cast):
    """Another verifier."""
    return make.person("vic", Role.VERIFIER)


@pytest.fixture
def to_verify(cast):
    """A case whose meeting with Vera is booked and still to come."""
    on = make.walk(cast, to=Stage.VERIFICATION)
    on.assign(Role.VERIFIER, cast.vera)
    slot = verifying.slots(on.case, at=on.at)[0]
    on.appointment = verifying.book(
        on.case,
        starts_at=slot.starts_at,
        how=How.PHONE,
        support_needs="",
        phone="+1 555 0100",
        by=cast.ada,
        at=on.at,
    )
    return on


def test_a_verification_meeting_is_handed_over_to_a_colleague(cast, vic, to_verify):
    on, meeting = to_verify, to_verify.appointment.meeting
    keep_note(meeting, text="Ask about M3.2.", by=cast.vera)

    row = hand_over(meeting, to=vic, reason="I am ill.", by=cast.vera, at=on.at)

    assert (row.pk, row.uid, row.host, row.sequence) == (meeting.pk, meeting.uid, vic, 1)
    assert cast_of(on.case)["verifier"] == "Vic"
    kinds = Message.objects.filter(key__contains=":handed:").order_by("pk")
    assert [(m.kind, m.to.called) for m in kinds] == [
        ("meeting_handed_over", "Ada"),
        ("staff_meeting_taken_over", "Vic"),
        ("staff_meeting_given_away", "Vera"),
    ]
    assert not Message.objects.filter(kind="verifier_assigned", context__part=vic.pk).exists()
    assert [PrivateNote.text_of(row, who) for who in (cast.vera, vic)] == ["Ask about M3.2.", ""]
    assert on.case not in type(on.case).objects.visible_to(cast.vera)

    on.at = row.ends_at
    assigning.declare(on.case, clear=True, note="", by=vic, at=on.at)
    record = verifying.open_verification(on.case, by=vic, at=on.at)
    assert [appointment.meeting for appointment in record.appointments.all()] == [row]
    with pytest.raises(verifying.NotTheVerifier):
        verifying.open_verification(on.case, by=cast.vera, at=on.at)


def test_who_taught_the_applicant_cannot_take_the_meeting_over(cast, vic, to_verify):
    on, meeting = to_verify, to_verify.appointment.meeting
    assigning.teach(
        teacher=vic,
        learner=cast.ada,
        starts_on=body_day(on.at),
        ends_on=None,
        provider="",
        by=vic,
        at=on.at,
    )

    with pytest.raises(NotIndependent, match="Taught the applicant"):
        hand_over(meeting, to=vic, reason="I am ill.", by=cast.vera, at=on.at)

    meeting.refresh_from_db()
    assert (meeting.host, meeting.sequence) == (cast.vera, 0)
    assert cast_of(on.case)["verifier"] == "Vera"
    reasons = {c.person: list(c.reasons) for c in colleagues_for(meeting, on.at)}
    assert reasons == {vic: ["Taught the applicant, or was taught by them, within two years."]}


def test_who_took_another_part_in_the_case_cannot_take_the_meeting_over(cast, to_verify):
    on, meeting = to_verify, to_verify.appointment.meeting
    make.grant(Role.VERIFIER, to=cast.aud, by=None, at=on.at, starts_on=on.at.date(), ends_on=None)

    with pytest.raises(TookAnotherPart):
        hand_over(meeting, to=cast.aud, reason="I am ill.", by=cast.noor, at=on.at)

    assert cast_of(on.case)["auditor"] == "Aud"


def test_a_verbal_audit_is_handed_over_and_the_new_auditor_hears_it(cast):
    on = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition")
    on.assign(Role.AUDITOR, cast.aud)
    other = make.person("otto", Role.AUDITOR)
    slot = verbal.verbal_slots(on.case, at=on.at)[0]
    booked = verbal.book_verbal(
        on.case,
        starts_at=slot.starts_at,
        how=How.VIDEO,
        support_needs="",
        by=cast.ada,
        at=on.at,
    )

    row = hand_over(booked.meeting, to=other, reason="I am ill.", by=cast.noor, at=on.at)

    assert (row.host, cast_of(on.case)["auditor"]) == (other, "Otto")
    assert verbal.auditor_of(on.case) == other


def test_a_verification_in_part_is_continued(cast):
    on = make.walk(cast, to=Stage.VERIFICATION)
    on.meet_verifier()
    held = meeting_of(on.case)
    close(held, state=State.DONE, outcome="partly", left="Two areas.", by=cast.vera, at=on.at)

    assert meeting_of(on.case) is None  # the rest is to be booked
    on.meet_verifier()

    assert meeting_of(on.case).continues == held


def test_an_absent_host_costs_the_applicant_nothing(cast):
    on = make.walk(cast, to=Stage.INTAKE)
    on.case.refresh_from_db()
    due = on.case.due_on
    on.at += 18 * DAY
    on.book()

    close(on.interview.meeting, state=State.HOST_ABSENT, by=cast.ada, at=on.at)

    on.case.refresh_from_db()
    assert on.case.stage == Stage.INTAKE
    assert on.case.due_on == body_day(on.at) + 21 * DAY > due
    assert remind_of_due_dates(on.at + 4 * DAY) == 0  # no letter speaks of a day that was ours
    letter = Message.objects.get(kind="meeting_host_absent")
    assert letter.to == cast.ada
    on.intake()
    assert on.case.stage == Stage.PORTFOLIO
