"""What leaves: read back from the outbox's own mail."""

import pytest
from django.core import mail
from icalendar import Calendar

from meetings.models import How, Kind, State
from meetings.services import cancel, close, remind, reschedule
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
    assert "Booked Thursday 3 September 2026 19:30 Jakarta time (UTC+7)" in to_ada.body
    assert "Booked Thursday 3 September 2026 10:00 St. John’s time (UTC−2:30)" in to_ina.body
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
    cancel(booked(), reason="", by=ada, at=at)

    assert {message.subject for message in sent(at).values()} == {"interview_cancelled"}


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
    moved, gone = booked(), booked(guest=bea, by=bea, starts_at=TEN + quarter(1))
    drain(at)
    now = TEN - 24 * HOUR
    assert remind(now) == 2
    assert remind(now + quarter(1)) == 2
    reschedule(moved, starts_at=TEN + 5 * DAY, by=ada, at=now)
    cancel(gone, reason="", by=bea, at=now)

    subjects = {message.subject for message in sent(now + HOUR).values()}

    assert subjects == {"interview_changed", "interview_cancelled"}


def test_reminders_reach_both(booked, at, time_machine):
    booked()
    drain(at)
    remind(TEN - 24 * HOUR)
    time_machine.move_to(TEN - 24 * HOUR)

    letters = sent(TEN - 24 * HOUR)

    assert letters["ada@example.org"].subject == "interview_reminder"
    task = "Intake interview Mentor Ada http://testserver/cases/1/interview/"
    assert task in letters["ina@example.org"].body


def test_long_talks_are_reminded_of_in_true_words(booked, ina, at, time_machine):
    text = "verbal_audit_confirmation"
    ina.weekly_hours.update(kinds=[Kind.VERBAL_AUDIT])
    meeting = booked(kind=Kind.VERBAL_AUDIT)
    drain(at)
    remind(TEN - 24 * HOUR)
    time_machine.move_to(TEN - 24 * HOUR)

    letters = sent(TEN - 24 * HOUR)

    assert letters["ada@example.org"].subject == text
    assert f"http://testserver/meetings/{meeting.pk}/" in letters["ada@example.org"].body


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


# --- With the words that ship -----------------------------------------------------------------
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.usefixtures("shipped")
def test_every_letter_of_every_kind_is_filled_in(booked, ada, ina, kind, time_machine):
    ina.weekly_hours.update(kinds=[kind])
    meeting = booked(kind=kind, at=NOON - 3 * DAY)
    letters = [*sent(NOON).values()]
    later = [TEN - 48 * HOUR, TEN - 24 * HOUR]
    for moment in later:
        time_machine.move_to(moment)
        remind(moment)
        letters += sent(moment).values()
    moved = reschedule(meeting, starts_at=TEN + DAY, by=ada, at=later[-1])
    letters += sent(later[-1]).values()
    close(moved, state=State.GUEST_ABSENT, by=ina, at=TEN + DAY)
    letters += sent(TEN + DAY).values()
    gone = booked(kind=kind, starts_at=TEN + 4 * DAY, at=TEN + DAY)
    cancel(gone, reason="I am ill.", by=ada, at=TEN + DAY)
    letters += sent(TEN + DAY).values()

    assert len(letters) == 9
    assert [letter.subject for letter in letters if "{" in letter.subject + letter.body] == []
    if kind != Kind.INTAKE:
        assert [letter.subject for letter in letters if "15-minute" in letter.subject] == []
