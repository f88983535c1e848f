"""Letters about the date of a case: to whoever's turn it is, once ahead and once after."""

from datetime import UTC, datetime, timedelta

import pytest

from applicants.flow import Stage
from applicants.reminders import remind_of_due_dates
from applicants.services import pause_reminders
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(cast):
    return make.walk(cast, to=Stage.INTAKE)


def day(walk, days):
    """That many days from the day on which the case is due, at noon."""
    due = walk.case.due_on
    return datetime(due.year, due.month, due.day, 16, tzinfo=UTC) + timedelta(days=days)


def test_the_letter_leaves_three_days_ahead_and_the_day_after_each_once(walk):
    owed = [remind_of_due_dates(day(walk, days)) for days in (-4, -3, -3, 0, 1, 2)]

    assert owed == [0, 1, 0, 0, 1, 0]


def test_an_interview_that_is_not_booked_waits_for_the_applicant(walk, ada):
    remind_of_due_dates(day(walk, -3))

    message = Message.objects.get(kind="due_soon")
    assert message.to == ada
    assert "Step: Interview" in compose(message).body


def test_a_booked_interview_needs_no_reminder_of_its_date(walk):
    remind_of_due_dates(day(walk, -3))
    walk.book()

    with pytest.raises(Obsolete):
        compose(Message.objects.get(kind="due_soon"))


def test_a_case_that_moved_on_is_not_written_about(walk):
    remind_of_due_dates(day(walk, -3))
    walk.intake()

    with pytest.raises(Obsolete):
        compose(Message.objects.get(kind="due_soon"))


def test_paused_reminders_are_paused(walk, ada):
    pause_reminders(walk.case, paused=True, by=ada)

    assert remind_of_due_dates(day(walk, -3)) == 0
