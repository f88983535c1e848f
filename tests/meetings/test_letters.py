"""What leaves: read back from the outbox's own mail."""

from email.utils import parseaddr

import pytest
from django.core import mail
from icalendar import Calendar

from meetings.closing import close
from meetings.models import How, Kind, State
from meetings.reminding import ask_for_outcomes, remind
from meetings.services import cancel, reschedule
from notices.models import Message
from notices.services import drain, post
from tests.meetings.conftest import NOON, TEN, quarter
from tests.meetings.test_services import DAY, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_or_shipped(request):
    """Short texts, unless a test asks for those that ship."""
    if "shipped" not in request.fixturenames:
        request.getfixturevalue("words")


@pytest.fixture
def shipped():
    """The content that every test finds in its database."""


def sent(at):
    """The letters that leave at that moment, by address."""
    mail.outbox.clear()
    drain(at)
    assert list(Message.objects.exclude(last_error="").values_list("last_error", flat=True)) == []
    return {message.to[0]: message for message in mail.outbox}


def invite(message):
    (attached,) = message.attachments
    name, content, kind = attached
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert name == "invite.ics"
    assert kind == f"text/calendar; method={calendar['METHOD']}"
    return calendar["METHOD"], event["STATUS"], event["SEQUENCE"], event["DTSTART"].dt, event["UID"]


def test_both_read_their_own_clock_and_the_same_instant(booked, at):
    meeting = booked()

    letters = sent(at)

    to_ada, to_ina = letters["ada@example.org"], letters["ina@example.org"]
    assert "Booked Thursday 3 September 2026 19:30 Jakarta time, UTC+7" in to_ada.body
    assert "Booked Thursday 3 September 2026 10:00 St. John’s time, UTC−2:30" in to_ina.body
    expected = ("REQUEST", "CONFIRMED", 0, TEN, f"{meeting.uid}@testserver")
    assert (invite(to_ada), invite(to_ina)) == (expected, expected)


def test_each_reads_whom_they_meet_and_where_to_change_it(booked, at):
    meeting = booked()

    letters = sent(at)

    page = f"http://testserver/meetings/{meeting.pk}/"
    assert f"https://meet.example/ina Ina {page}" in letters["ada@example.org"].body
    assert f"https://meet.example/ina Ada {page}" in letters["ina@example.org"].body


def test_phone_is_said_in_words(booked, at):
    booked(how=How.PHONE)

    assert "By phone: we call +62 811 000" in sent(at)["ada@example.org"].body


def test_move_and_cancel_follow_with_the_same_identifier_and_a_growing_sequence(booked, ada, at):
    meeting = booked()
    first = invite(sent(at)["ada@example.org"])
    reschedule(meeting, starts_at=TEN + HOUR, by=ada, at=at + HOUR)
    second = sent(at + HOUR)["ada@example.org"]
    cancel(meeting, reason="Ill.", by=ada, at=at + 2 * HOUR)
    third = sent(at + 2 * HOUR)["ada@example.org"]

    uid = first[-1]
    assert invite(second) == ("REQUEST", "CONFIRMED", 1, TEN + HOUR, uid)
    assert invite(third) == ("CANCEL", "CANCELLED", 2, TEN + HOUR, uid)
    assert "old Thursday 3 September 2026 19:30" in second.body
    assert "Off Thursday 3 September 2026 Ill. http://testserver/cases/1/book/" in third.body


def test_nothing_is_sent_of_a_time_that_is_no_longer_true(booked, ada, at):
    meeting = booked()
    reschedule(meeting, starts_at=TEN + HOUR, by=ada, at=at)

    assert [message.subject for message in sent(at).values()] == ["interview_changed"] * 2
    assert Message.objects.exclude(dropped_at=None).count() == 2


def test_moved_twice_before_anything_left_tells_the_last_time_alone(booked, ada, at):
    meeting = booked()
    reschedule(meeting, starts_at=TEN + HOUR, by=ada, at=at)
    reschedule(meeting, starts_at=TEN + DAY, by=ada, at=at)

    letters = sent(at)

    assert Message.objects.exclude(dropped_at=None).count() == 4
    assert {invite(letter)[2:4] for letter in letters.values()} == {(2, TEN + DAY)}


def test_cancelled_before_anything_left_sends_only_the_cancellation(booked, ada, at):
    cancel(booked(), reason="Ill.", by=ada, at=at)

    letters = sent(at)

    assert letters["ada@example.org"].subject == "interview_cancelled"
    assert letters["ina@example.org"].subject == "staff_meeting_cancelled"


def test_letters_about_what_is_not_so_are_dropped(booked, ada, at):
    meeting = booked()
    drain(at)
    for kind in ("interview_cancelled", "interview_no_show"):
        post(kind, to=ada, key=kind, not_before=at, meeting=meeting.pk)
    post("interview_confirmation", to=ada, key="gone", not_before=at, meeting=0, sequence=0)

    assert sent(at) == {}
    assert Message.objects.exclude(dropped_at=None).count() == 3


def test_reminders_of_moved_and_cancelled_meetings_are_dropped(booked, ada, person, at):
    bea = person("Bea")
    moved = booked(at=at - 2 * DAY)
    gone = booked(guest=bea, by=bea, starts_at=TEN + quarter(1), at=at - 2 * DAY)
    drain(at)
    now = TEN - 48 * HOUR
    assert remind(now + quarter(1)) == 4
    reschedule(moved, starts_at=TEN + 5 * DAY, by=ada, at=now + quarter(1))
    cancel(gone, reason="Ill.", by=bea, at=now + quarter(1))

    subjects = {message.subject for message in sent(now + HOUR).values()}

    assert subjects == {"interview_changed", "interview_cancelled", "staff_meeting_cancelled"}


@pytest.mark.parametrize(
    ("before", "guests", "hosts"),
    [
        (48, "meeting_in_two_days", "staff_meeting_in_two_days"),
        (2, "meeting_soon", "staff_meeting_soon"),
    ],
)
def test_reminders_reach_both(booked, at, time_machine, before, guests, hosts):
    booked(at=at - 2 * DAY)
    drain(at)
    remind(TEN - before * HOUR)
    time_machine.move_to(TEN - before * HOUR)

    letters = sent(TEN - before * HOUR)

    assert letters["ada@example.org"].subject == guests
    assert letters["ina@example.org"].subject == hosts
    task = "Intake interview Mentor Ada http://testserver/cases/1/interview/"
    assert task in letters["ina@example.org"].body


def test_a_question_about_the_outcome_waits_for_no_answer_that_came(booked, ina, at, time_machine):
    meeting = booked()
    drain(at)
    ask_for_outcomes(TEN + 2 * DAY)
    time_machine.move_to(TEN + 2 * DAY)

    (asked,) = sent(TEN + 2 * DAY).values()
    assert asked.subject == "staff_meeting_outcome"
    assert f"http://testserver/meetings/{meeting.pk}/" in asked.body
    ask_for_outcomes(TEN + 4 * DAY)
    close(meeting, state=State.DONE, outcome="proceed", by=ina, at=TEN + 4 * DAY)
    assert sent(TEN + 4 * DAY) == {}


def test_who_waited_in_vain_reads_an_apology(booked, ina, at):
    meeting = booked()
    drain(at)
    close(meeting, state=State.HOST_ABSENT, by=ina, at=TEN + quarter(1))

    letters = sent(TEN + quarter(1))

    assert list(letters) == ["ada@example.org"]
    assert "Sorry 19:30 http://testserver/cases/1/book/" in letters["ada@example.org"].body


def test_what_is_left_stands_in_both_letters_until_the_rest_is_booked(booked, ina, at):
    about = {"case": "case:0", "booking_path": "/cases/1/book/"}
    first, second = booked(about=about), None
    drain(at)
    close(first, state=State.INTERRUPTED, left="The plan.", by=ina, at=TEN + quarter(1))

    letters = sent(TEN + quarter(1))

    assert [letters[name].subject for name in ("ada@example.org", "ina@example.org")] == [
        "meeting_interrupted",
        "staff_meeting_interrupted",
    ]
    assert "Left: The plan. http://testserver/cases/1/book/" in letters["ada@example.org"].body
    Message.objects.update(sent_at=None, dropped_at=None)
    second = booked(about=about, starts_at=TEN + DAY, at=TEN + quarter(1))
    subjects = {letter.subject for letter in sent(TEN + quarter(2)).values()}
    assert (second.continues, subjects) == (first, {"interview_confirmation"})


def test_who_did_not_come_reads_where_to_choose_again(booked, ina, at):
    meeting = booked()
    drain(at)
    close(meeting, state=State.GUEST_ABSENT, by=ina, at=TEN + quarter(1))

    letters = sent(TEN + quarter(1))

    assert list(letters) == ["ada@example.org"]
    assert "Missed 19:30 http://testserver/cases/1/book/" in letters["ada@example.org"].body


def test_method_stands_in_the_mail_itself(booked, at):
    booked()

    message = sent(at)["ada@example.org"].message()

    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert [(part.get_param("method"), part.get_filename()) for part in parts] == [
        ("REQUEST", None),
        ("REQUEST", "invite.ics"),
    ]


def test_the_organizer_is_the_mailbox_that_sends(booked, ada, at):
    meeting = booked()
    cancel(meeting, reason="I am ill.", by=ada, at=at)

    message = sent(at)["ada@example.org"]

    (event,) = Calendar.from_ical(message.attachments[0].content).walk("VEVENT")
    name, mailbox = parseaddr(message.message()["From"])
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == (f"mailto:{mailbox}", name)


def test_a_cancellation_goes_to_those_who_were_invited(booked, ada, at):
    meeting = booked()
    first = sent(at)["ada@example.org"]
    cancel(meeting, reason="I am ill.", by=ada, at=at + HOUR)
    last = sent(at + HOUR)["ada@example.org"]

    invited, uninvited = (
        Calendar.from_ical(message.attachments[0].content).walk("VEVENT")[0]["ATTENDEE"]
        for message in (first, last)
    )
    assert invited == uninvited == ["mailto:ada@example.org", "mailto:ina@example.org"]


def test_the_stamp_is_the_moment_of_the_change_in_utc(booked, ada, at):
    meeting = booked()
    drain(at)
    reschedule(meeting, starts_at=TEN + HOUR, by=ada, at=at + HOUR)

    message = sent(at + 2 * HOUR)["ada@example.org"]

    assert b"DTSTAMP:20260901T130000Z" in message.attachments[0].content.encode()


# --- With the words that ship -----------------------------------------------------------------
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.usefixtures("shipped")
def test_every_letter_of_every_kind_is_filled_in(booked, ada, ina, kind, time_machine):
    ina.weekly_hours.update(kinds=[kind])
    meeting, letters = booked(kind=kind, at=NOON - 3 * DAY), []

    def leave(moment):
        time_machine.move_to(moment)
        letters.extend(sent(moment).values())

    leave(NOON)
    for before in (48 * HOUR, 2 * HOUR):
        remind(TEN - before)
        leave(TEN - before)
    moved = reschedule(meeting, starts_at=TEN + DAY, by=ina, at=TEN - 2 * HOUR)
    leave(TEN - 2 * HOUR)
    ask_for_outcomes(TEN + 2 * DAY)
    leave(TEN + 2 * DAY)
    close(moved, state=State.GUEST_ABSENT, by=ina, at=TEN + 2 * DAY)
    leave(TEN + 2 * DAY)
    for n, state in enumerate((State.HOST_ABSENT, State.INTERRUPTED), start=4):
        lost = booked(kind=kind, starts_at=TEN + n * DAY, at=TEN + 2 * DAY)
        Message.objects.filter(context__meeting=lost.pk).delete()
        left = "The rest." if state == State.INTERRUPTED else ""
        close(lost, state=state, left=left, by=ina, at=TEN + n * DAY)
        leave(TEN + n * DAY)
    gone = booked(kind=kind, starts_at=TEN + 7 * DAY, at=TEN + 5 * DAY)
    cancel(gone, reason="I am ill.", by=ada, at=TEN + 5 * DAY)
    leave(TEN + 5 * DAY)

    assert len(letters) == 2 + 2 + 2 + 2 + 1 + 1 + 1 + 2 + 2
    assert [letter.subject for letter in letters if "{" in letter.subject + letter.body] == []
    told = [
        letter.subject for letter in letters if "tomorrow" in (letter.subject + letter.body).lower()
    ]
    assert told == []
    if kind != Kind.INTAKE:
        assert [letter.subject for letter in letters if "15-minute" in letter.subject] == []


@pytest.mark.usefixtures("shipped")
def test_the_hosts_copy_of_a_cancellation_does_not_speak_to_the_applicant(booked, ada, at):
    cancel(booked(), reason="I am ill.", by=ada, at=at)

    letters = sent(at)

    assert "Your self-assessment is safe." in letters["ada@example.org"].body
    assert "self-assessment" not in letters["ina@example.org"].body
    assert "Ada chooses a new one" in letters["ina@example.org"].body
