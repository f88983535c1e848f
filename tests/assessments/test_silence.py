"""Three warnings, then rest; and the letters of a self-assessment as they leave."""

from datetime import timedelta

import pytest
from django.core import mail

from applicants.flow import Stage
from applicants.models import Application
from applicants.services import pause_reminders, resume, withdraw
from assessments import services
from assessments.services import Answer
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose, drain
from tests import make
from tests.assessments.conftest import everything, statements

pytestmark = pytest.mark.django_db


def reminders():
    return Message.objects.filter(kind="self_assessment_reminder").order_by("pk")


def days(number):
    return timedelta(days=number)


def test_silence_is_warned_of_three_times(assessment, at):
    owed = [services.remind_idle(at + days(day)) for day in (6, 7, 8, 14, 20, 28, 41)]

    assert owed == [0, 1, 0, 1, 0, 1, 0]
    assert [message.key.rpartition(":")[2] for message in reminders()] == ["1", "2", "3"]


def test_asking_twice_is_asking_once(assessment, at):
    owed = [services.remind_idle(at + days(7)) for _again in range(2)]

    assert owed == [1, 0]


def test_a_late_clock_sends_one_warning_and_rests_nobody(assessment, case, at):
    owed = services.remind_idle(at + days(60))

    case.refresh_from_db()
    assert (owed, case.stage) == (1, Stage.SELF_ASSESSMENT)


def test_a_case_rests_after_six_silent_weeks(assessment, case, at):
    for day in (7, 14, 28, 41):
        services.remind_idle(at + days(day))
    assert Application.objects.get().stage == Stage.SELF_ASSESSMENT

    services.remind_idle(at + days(42))

    case.refresh_from_db()
    assert (case.stage, case.dormant_from) == (Stage.DORMANT, Stage.SELF_ASSESSMENT)


def test_whoever_wakes_up_a_case_has_all_the_time_again(assessment, case, ada, at):
    for day in (7, 14, 28, 42):
        services.remind_idle(at + days(day))
    case.refresh_from_db()
    resume(case, by=ada, at=at + days(100))

    owed = [services.remind_idle(at + days(day)) for day in (101, 107)]

    case.refresh_from_db()
    assert (owed, case.stage) == ([0, 1], Stage.SELF_ASSESSMENT)


def test_an_answer_begins_a_new_silence(assessment, case, ada, at):
    services.remind_idle(at + days(7))
    services.save(
        assessment, {statements(case)["M1.1"]: Answer(concept=1)}, by=ada, at=at + days(8)
    )

    owed = [services.remind_idle(at + days(day)) for day in (14, 15)]

    assert owed == [0, 1]


def test_paused_reminders_neither_warn_nor_rest(assessment, case, ada, at):
    pause_reminders(case, paused=True, by=ada)

    owed = [services.remind_idle(at + days(day)) for day in (7, 14, 28, 60)]

    case.refresh_from_db()
    assert (owed, case.stage) == ([0, 0, 0, 0], Stage.SELF_ASSESSMENT)


def test_a_sweep_costs_the_same_for_one_and_for_three(cast, at, queries):
    for slug in ("current-practice", "2021-recognition", "current-concepts"):
        make.application(cast, slug=slug)

    with queries(3):
        owed = services.remind_idle(at + days(7))

    assert owed == 3


def test_the_reminder_says_how_far_one_has_come(assessment, case, ada, at):
    codes = statements(case)
    rated = {codes["M1.1"]: Answer(2, 2), codes["M1.2"]: Answer(concept=1)}
    services.save(assessment, rated, by=ada, at=at)
    services.remind_idle(at + days(7))

    letter = compose(reminders().get())

    assert "You have rated 1 of 72 statements." in letter.body
    assert f"/self-assessment/{case.pk}/" in letter.body


def test_who_has_not_begun_gets_the_words_of_the_welcome(case, at):
    services.remind_idle(at + days(7))

    letter = compose(reminders().get())

    assert "Your first step is the self-assessment" in letter.body


def test_a_reminder_is_obsolete_when_something_happened(assessment, case, ada, at):
    services.remind_idle(at + days(7))
    message = reminders().get()
    compose(message)

    pause_reminders(case, paused=True, by=ada)
    with pytest.raises(Obsolete):
        compose(message)
    pause_reminders(case, paused=False, by=ada)
    services.save(assessment, everything(case), by=ada, at=at + days(8))
    with pytest.raises(Obsolete):
        compose(message)
    withdraw(case, by=ada, at=at + days(9))
    with pytest.raises(Obsolete):
        compose(message)


def test_letters_after_sending_invite_to_the_interview(cast, at, time_machine):
    time_machine.move_to(at)
    on = make.walk(cast, to=Stage.INTAKE)
    Message.objects.filter(kind="welcome").delete()

    drain(on.at + days(1))

    received, invitation = mail.outbox
    assert f"/self-assessment/{on.case.pk}/result/" in received.body
    assert "One of our team, your Intake Manager, would like to meet you" in invitation.body
    assert "(Toronto time, UTC−4)" in invitation.body


def test_the_invitation_is_obsolete_once_a_time_is_booked(cast):
    on = make.walk(cast, to=Stage.INTAKE)
    invitation = Message.objects.get(kind="interview_invitation")
    compose(invitation)
    on.book()

    with pytest.raises(Obsolete):
        compose(invitation)
