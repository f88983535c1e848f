"""Reminders before a meeting, and the question after it."""

from datetime import timedelta

import pytest

from meetings import beat
from meetings.closing import close
from meetings.models import Kind, State
from meetings.reminding import ask_for_outcomes, remind
from meetings.services import cancel, reschedule
from notices.models import Message
from tests.meetings.conftest import TEN, quarter
from tests.meetings.test_services import DAY, HOUR

pytestmark = pytest.mark.django_db
OVER = TEN + quarter(1)


def owed(part="reminder"):
    rows = Message.objects.filter(key__contains=part).order_by("pk")
    return [(message.kind, message.to.full_name) for message in rows]


@pytest.fixture
def early(booked, at):
    """Booked long before any reminder."""
    return lambda **changes: booked(**{"at": at - 2 * DAY, **changes})


# --- Before -----------------------------------------------------------------------------------
def test_both_are_reminded_two_days_and_two_hours_before_each_once(early):
    early()

    new = [remind(TEN - before * HOUR) for before in (49, 48, 47, 3, 2, 1.5)]

    assert new == [0, 2, 0, 0, 2, 0]
    assert owed() == [
        ("meeting_in_two_days", "Ada"),
        ("staff_meeting_in_two_days", "Ina"),
        ("meeting_soon", "Ada"),
        ("staff_meeting_soon", "Ina"),
    ]


def test_verification_keeps_its_own_words(early, ina):
    ina.weekly_hours.update(kinds=[Kind.VERIFICATION])
    early(kind=Kind.VERIFICATION)

    remind(TEN - 48 * HOUR)

    assert owed()[0] == ("meeting_reminder", "Ada")


@pytest.mark.parametrize(
    ("late", "new"), [(36.5, 2), (36, 0), (1.25, 2), (1, 0)], ids=["11 h", "12 h", "45 m", "1 h"]
)
def test_a_clock_that_stood_still_makes_up_for_a_little(early, late, new):
    early()

    assert remind(TEN - late * HOUR) == new


def test_moved_meeting_is_reminded_of_anew_and_a_cancelled_one_never(early, ada, person):
    bea = person("Bea")
    moved, gone = early(), early(guest=bea, by=bea, starts_at=TEN + quarter(1))
    remind(TEN - 48 * HOUR)
    reschedule(moved, starts_at=TEN + 5 * DAY, by=ada, at=TEN - 47 * HOUR)
    cancel(gone, reason="I am ill.", by=bea, at=TEN - 47 * HOUR)

    assert remind(TEN - 46 * HOUR) == 0
    assert remind(TEN - 2 * HOUR) == 0
    assert remind(TEN + 3 * DAY) == 2


def test_no_reminder_repeats_a_confirmation_that_came_later(booked):
    booked(at=TEN - 20 * HOUR)

    assert remind(TEN - 19 * HOUR) == 0
    assert remind(TEN - 2 * HOUR) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_ask_three_questions_however_many_meetings(
    early, count, django_assert_num_queries
):
    for n in range(count):
        early(starts_at=TEN + quarter(n))

    # Beside them, the savepoint's two words.
    with django_assert_num_queries(5):
        assert remind(TEN - 47 * HOUR) == 2 * count


# --- After ------------------------------------------------------------------------------------
def test_the_host_is_asked_the_next_morning_and_on_the_third(booked, ina):
    booked()
    eight = OVER.astimezone(ina.zone).replace(hour=8, minute=0)

    new = [
        ask_for_outcomes(eight + days * DAY + minutes * timedelta(minutes=1))
        for days, minutes in [(0, 300), (1, -1), (1, 0), (1, 600), (3, -1), (3, 0), (6, 0), (8, 0)]
    ]

    assert new == [0, 0, 1, 0, 0, 1, 0, 0]
    assert owed("outcome") == [("staff_meeting_outcome", "Ina")] * 2


def test_a_clock_that_stood_still_asks_once(booked):
    booked()

    assert ask_for_outcomes(OVER + 5 * DAY) == 1
    assert ask_for_outcomes(OVER + 5 * DAY) == 0


def test_nobody_is_asked_about_what_is_noted_cancelled_or_long_ago(booked, ina, person):
    bea = person("Bea")
    noted, gone = booked(), booked(guest=bea, by=bea, starts_at=TEN + quarter(1))
    cancel(gone, reason="I am ill.", by=ina, at=TEN)
    close(noted, state=State.GUEST_ABSENT, by=ina, at=OVER)
    booked(starts_at=TEN + quarter(3))

    assert ask_for_outcomes(OVER + 2 * DAY) == 1
    assert ask_for_outcomes(OVER + 8 * DAY) == 0


def test_the_clock_reminds_and_asks(early, booked, person, time_machine):
    bea = person("Bea")
    early()
    booked(guest=bea, by=bea, starts_at=TEN + 2 * DAY - DAY, at=TEN - 2 * DAY)
    time_machine.move_to(TEN + DAY - 2 * HOUR)

    assert beat.remind(from_a_newer_clock=True) == 3
