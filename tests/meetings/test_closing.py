"""How a meeting ends, and who reads what is noted of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from meetings.closing import NoOutcome, TooEarly, close, keep_note, share_note
from meetings.models import OUTCOMES, Busy, Kind, Meeting, MeetingOutcome, PrivateNote, State
from meetings.rows import NotYours, TooLate
from notices.models import Message
from tests.meetings.conftest import TEN, quarter
from tests.meetings.test_services import DAY, verbs
from trail.flow import Refused

pytestmark = pytest.mark.django_db
OVER = TEN + quarter(1)
CASE = {"case": "case:0", "booking_path": "/cases/1/book/"}


# --- The ways in which it ends ----------------------------------------------------------------
def test_host_says_how_it_went_and_only_once(booked, ina):
    meeting = booked()

    with pytest.raises(TooEarly):
        close(meeting, state=State.DONE, outcome="proceed", by=ina, at=TEN - quarter(1))
    done = close(meeting, state=State.DONE, outcome="proceed", by=ina, at=TEN)
    with pytest.raises(TooLate):
        close(meeting, state=State.GUEST_ABSENT, by=ina, at=TEN)

    assert (done.state, done.closed_at, Busy.objects.count()) == (State.DONE, TEN, 0)
    assert verbs(meeting) == ["book", "close"]


@pytest.mark.parametrize("state", [State.CANCELLED, State.BOOKED])
def test_a_meeting_ends_in_one_of_four_ways(booked, ina, state):
    with pytest.raises(Refused, match="A meeting ends as held"):
        close(booked(), state=state, by=ina, at=TEN)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("outcome", ["", *MeetingOutcome.values])
def test_a_meeting_that_took_place_has_an_outcome_of_its_kind(booked, ina, kind, outcome):
    ina.weekly_hours.update(kinds=[kind])
    meeting = booked(kind=kind)
    left = "Two areas." if outcome == "partly" else ""

    if outcome in OUTCOMES[kind]:
        closed = close(
            meeting, state=State.DONE, outcome=outcome, left=left, by=ina, at=TEN + 2 * DAY
        )
        assert (closed.state, closed.outcome, closed.left) == (State.DONE, outcome, left)
    else:
        with pytest.raises(NoOutcome):
            close(meeting, state=State.DONE, outcome=outcome, left=left, by=ina, at=OVER)
        with pytest.raises(IntegrityError), transaction.atomic():  # and the database agrees
            Meeting.objects.update(state=State.DONE, outcome=outcome, left=left, closed_at=OVER)


@pytest.mark.parametrize(
    "row",
    [
        {"state": State.INTERRUPTED, "left": ""},
        {"state": State.GUEST_ABSENT, "outcome": "proceed"},
        {"state": State.GUEST_ABSENT, "left": "Something."},
        {"state": State.CANCELLED},
    ],
)
def test_the_database_refuses_an_ending_that_says_too_little_or_too_much(booked, ina, row):
    meeting = booked()
    by = {"cancelled_by": ina} if row["state"] == State.CANCELLED else {}

    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(closed_at=OVER, **row, **by)


def test_guest_says_only_that_the_host_did_not_come_and_not_at_once(booked, ada):
    meeting = booked()

    with pytest.raises(NotYours):
        close(meeting, state=State.DONE, outcome="proceed", by=ada, at=TEN)
    with pytest.raises(TooEarly, match="Wait ten minutes"):
        close(meeting, state=State.HOST_ABSENT, by=ada, at=TEN + timedelta(minutes=9))
    absent = close(meeting, state=State.HOST_ABSENT, by=ada, at=TEN + timedelta(minutes=10))

    assert absent.state == State.HOST_ABSENT


@pytest.mark.parametrize(
    ("state", "kind"),
    [(State.GUEST_ABSENT, "interview_no_show"), (State.HOST_ABSENT, "meeting_host_absent")],
)
def test_who_waited_or_was_waited_for_gets_a_letter(booked, ina, ada, state, kind):
    meeting = booked()

    close(meeting, state=state, by=ina, at=OVER)

    letter = Message.objects.get(key=f"meeting:{meeting.pk}:absent")
    assert (letter.kind, letter.to) == (kind, ada)


# --- What is left for another time ------------------------------------------------------------
def test_an_interrupted_meeting_says_what_is_left_and_both_hear_of_it(booked, ina):
    meeting = booked()

    with pytest.raises(Refused, match="Say what is left"):
        close(meeting, state=State.INTERRUPTED, left="  ", by=ina, at=OVER)
    closed = close(meeting, state=State.INTERRUPTED, left=" The\nplan. ", by=ina, at=OVER)

    assert (closed.state, closed.left, closed.is_to_continue) == ("interrupted", "The plan.", True)
    letters = Message.objects.filter(key__contains="broken_off").order_by("pk")
    assert [(letter.kind, letter.to.full_name) for letter in letters] == [
        ("meeting_interrupted", "Ada"),
        ("staff_meeting_interrupted", "Ina"),
    ]


def test_nothing_is_left_where_nothing_goes_on(booked, ina):
    with pytest.raises(Refused, match="Something is left only"):
        close(booked(), state=State.GUEST_ABSENT, left="All of it.", by=ina, at=OVER)


def test_the_next_meeting_of_the_case_continues_it(booked, ina):
    first = booked(about=CASE)
    close(first, state=State.INTERRUPTED, left="The plan.", by=ina, at=OVER)

    missed = booked(about=CASE, starts_at=TEN + DAY - quarter(2), at=OVER)
    close(missed, state=State.GUEST_ABSENT, by=ina, at=TEN + DAY - quarter(1))
    second = booked(about=CASE, starts_at=TEN + DAY, at=OVER)
    close(second, state=State.DONE, outcome="proceed", by=ina, at=TEN + DAY)
    third = booked(about=CASE, starts_at=TEN + 4 * DAY, at=TEN + DAY)

    assert [m.continues for m in (missed, second, third)] == [first, first, None]


def test_a_meeting_of_another_case_continues_nothing(booked, ina):
    close(booked(about=CASE), state=State.INTERRUPTED, left="The plan.", by=ina, at=OVER)

    other = booked(about={**CASE, "case": "case:9"}, starts_at=TEN + DAY, at=OVER)
    none = booked(starts_at=TEN + DAY + quarter(1), at=OVER)

    assert (other.continues, none.continues) == (None, None)


# --- Two notes --------------------------------------------------------------------------------
def test_the_shared_note_is_the_hosts_until_the_meeting_is_closed(booked, ina, ada, ann):
    meeting = booked()

    for other in (ada, ann):
        with pytest.raises(NotYours):
            share_note(meeting, text="Mine.", by=other, at=TEN)
    share_note(meeting, text=" Go\r\non. ", by=ina, at=TEN)
    close(meeting, state=State.DONE, outcome="proceed", by=ina, at=OVER)
    with pytest.raises(TooLate):
        share_note(meeting, text="Different.", by=ina, at=OVER)

    meeting.refresh_from_db()
    assert meeting.shared_note == "Go\non."


def test_the_private_note_is_its_authors_alone(booked, ina, ada, ann):
    meeting = booked()

    for other in (ada, ann):
        with pytest.raises(NotYours):
            keep_note(meeting, text="Mine.", by=other)
    keep_note(meeting, text="Shy at first.", by=ina)
    keep_note(meeting, text="Shy, then not.", by=ina)

    read = [PrivateNote.text_of(meeting, reader) for reader in (ina, ada, ann)]
    assert read == ["Shy, then not.", "", ""]


def test_an_emptied_note_is_gone_and_the_trail_never_knew(booked, ina):
    meeting = booked()
    keep_note(meeting, text="Shy.", by=ina)

    keep_note(meeting, text="  ", by=ina)

    assert (PrivateNote.objects.count(), verbs(meeting)) == (0, ["book"])
