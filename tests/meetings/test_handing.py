"""Handing a meeting over: the app above says who may take it, here a short stand-in for it."""

from dataclasses import dataclass, field
from datetime import time

import pytest
from django.core import mail
from icalendar import Calendar

from accounts.roles import Role
from meetings.closing import keep_note
from meetings.handing import NotForThem, can_be_handed_over, colleagues_for, hand_over
from meetings.hosting import HoursRow, set_hours
from meetings.models import Busy, Change, HostSettings, How, Kind, Meeting, PrivateNote
from meetings.registry import Colleague, colleagues
from meetings.reminding import remind
from meetings.rows import NotYours, TooLate
from meetings.rules import NotThatWay
from meetings.services import cancel, reschedule
from notices.models import Message
from notices.services import drain
from tests.meetings.conftest import TEN, quarter
from tests.meetings.test_services import DAY, HOUR, verbs
from trail.flow import Refused

pytestmark = pytest.mark.django_db


@dataclass
class App:
    """An app above that has one rule: whom it bars."""

    people: list = field(default_factory=list)
    barred: set = field(default_factory=set)
    given: list = field(default_factory=list)

    def find(self, _meeting, _at):
        return [
            Colleague(person, ["Taught the applicant."] if person in self.barred else [])
            for person in self.people
        ]

    def give(self, meeting, to, by, _at):
        if to in self.barred:
            raise Refused("Taught the applicant.")
        self.given.append((meeting.pk, to, by))


@pytest.fixture
def app(monkeypatch, kim, ina):
    app = App(people=[ina, kim])
    monkeypatch.setattr("meetings.handing.FINDERS", {Kind.INTAKE: app.find})
    monkeypatch.setattr("meetings.handing.GIVERS", {Kind.INTAKE: app.give})
    return app


@pytest.fixture
def kim(person):
    host = person("Kim", Role.INTAKE_MANAGER, zone="America/Toronto")
    HostSettings.objects.create(host=host, video_link="https://meet.example/kim")
    return host


@pytest.fixture
def given(booked, app, kim, ina, at):
    def give(meeting=None, **changes):
        wishes = {"to": kim, "reason": "I am at a funeral.", "by": ina, "at": at}
        return hand_over(meeting or booked(), **{**wishes, **changes})

    return give


def test_it_stays_the_same_meeting_with_another_host(booked, given, app, ada, ina, kim):
    meeting = booked()

    row = given(meeting)

    assert (row.pk, row.uid, row.starts_at, row.sequence) == (meeting.pk, meeting.uid, TEN, 1)
    assert (row.host, row.guest, row.place) == (kim, ada, "https://meet.example/kim")
    assert set(Busy.objects.values_list("person", flat=True)) == {ada.pk, kim.pk}
    change = Change.objects.get()
    assert (change.old_host, change.reason) == (ina, "I am at a funeral.")
    assert app.given == [(meeting.pk, kim, ina)]
    assert verbs(meeting) == ["book", "hand_over"]


@pytest.mark.usefixtures("words")
def test_all_three_hear_of_it_and_the_former_hosts_calendar_lets_go(booked, given, at):
    meeting = booked()
    drain(at)
    mail.outbox.clear()
    given(meeting)
    drain(at)

    letters = {letter.to[0].partition("@")[0]: letter for letter in mail.outbox}
    found = {}
    for name, letter in letters.items():
        ((_file, content, _kind),) = letter.attachments
        calendar = Calendar.from_ical(content)
        (event,) = calendar.walk("VEVENT")
        people = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
        who = sorted(str(p).removeprefix("mailto:").partition("@")[0] for p in people)
        found[name] = (calendar["METHOD"], event["STATUS"], event["SEQUENCE"], event["UID"], who)
    uid = f"{meeting.uid}@testserver"
    assert found == {
        "ada": ("REQUEST", "CONFIRMED", 1, uid, ["ada", "kim"]),
        "kim": ("REQUEST", "CONFIRMED", 1, uid, ["ada", "kim"]),
        "ina": ("CANCEL", "CANCELLED", 1, uid, ["ina"]),
    }
    assert "Now Kim for Ina Thursday 3 September 2026 19:30" in letters["ada"].body
    assert "https://meet.example/kim" in letters["ada"].body


@pytest.mark.usefixtures("words")
def test_letters_of_a_hand_over_are_dropped_once_it_is_cancelled(given, kim, at):
    cancel(given(), reason="I am ill.", by=kim, at=at)
    mail.outbox.clear()

    drain(at)

    subjects = sorted((letter.to[0], letter.subject) for letter in mail.outbox)
    assert subjects == [
        ("ada@example.org", "interview_cancelled"),
        ("ina@example.org", "staff_meeting_given_away"),
        ("kim@example.org", "staff_meeting_cancelled"),
    ]


@pytest.mark.usefixtures("words")
def test_the_former_host_is_not_reminded_and_the_new_one_is(booked, given, kim, at, time_machine):
    meeting = booked(at=at - 2 * DAY)
    now = TEN - 47 * HOUR
    remind(now)
    given(meeting, at=now)
    assert remind(now) == 0  # the letter to the new host has just said it
    time_machine.move_to(now)
    mail.outbox.clear()
    drain(now)
    assert "ina@example.org" not in [m.to[0] for m in mail.outbox if "two_days" in m.subject]

    remind(TEN - 2 * HOUR)

    soon = Message.objects.filter(kind="staff_meeting_soon")
    assert [message.to for message in soon] == [kim]


def test_the_number_of_a_call_stays_the_guests(booked, given):
    assert given(booked(how=How.PHONE)).place == "+62 811 000"


# --- Refusals ---------------------------------------------------------------------------------
def test_who_is_not_independent_takes_nothing(booked, given, app, ina, kim):
    meeting = booked()
    app.barred = {kim}

    with pytest.raises(Refused, match="Taught the applicant"):
        given(meeting)

    row = Meeting.objects.get()
    assert (row.host, row.sequence, Change.objects.count()) == (ina, 0, 0)
    assert verbs(meeting) == ["book"]


def test_who_is_not_free_takes_nothing(booked, given, person, kim, ann):
    bea = person("Bea")
    rows = [HoursRow(3, time(6), time(18), [Kind.INTAKE])]
    set_hours(kim, rows, by=ann, at=TEN - 2 * DAY)
    meeting = booked()
    booked(host=kim, guest=bea, by=bea)

    with pytest.raises(NotForThem, match="Kim meets somebody else at that time"):
        given(meeting)

    (colleague,) = colleagues_for(meeting, TEN - 2 * DAY)
    assert (colleague.person, colleague.reasons) == (kim, ["Meets somebody else at that time."])


def test_only_a_colleague_of_that_role_takes_it(given, booked, person, ada, ina):
    meeting, vera = booked(), person("Vera", Role.VERIFIER)

    for other in (ada, ina):
        with pytest.raises(NotForThem, match="Choose a colleague"):
            given(meeting, to=other)
    with pytest.raises(NotForThem, match="Vera does not hold such meetings"):
        given(meeting, to=vera)


@pytest.mark.parametrize("who", ["ada", "kim"])
def test_only_the_host_and_administrators_hand_it_over(booked, given, request, ann, who, at):
    meeting, other = booked(), request.getfixturevalue(who)

    with pytest.raises(NotYours):
        given(meeting, by=other)
    assert not can_be_handed_over(meeting, other, at)

    assert given(meeting, by=ann).host.full_name == "Kim"


def test_a_meeting_that_has_begun_or_is_closed_stays_where_it_is(booked, given, ada, at):
    meeting = booked()

    with pytest.raises(TooLate):
        given(meeting, at=TEN)
    cancel(meeting, reason="I am ill.", by=ada, at=at)
    with pytest.raises(TooLate):
        given(meeting)


def test_a_hand_over_has_a_reason(given):
    with pytest.raises(Refused, match="Say why"):
        given(reason="  ")


def test_kinds_that_nobody_looks_after_stay_with_their_host(given, booked, ina, at):
    ina.weekly_hours.update(kinds=[Kind.PROGRAMME])
    meeting = booked(kind=Kind.PROGRAMME)

    with pytest.raises(Refused, match="stays with its host"):
        given(meeting)
    assert (can_be_handed_over(meeting, ina, at), colleagues_for(meeting, at)) == (False, [])


def test_a_colleague_who_meets_nobody_in_person_does_not_take_that(booked, given, ina):
    HostSettings.objects.filter(host=ina).update(in_person=True, address="5 Water Street")

    with pytest.raises(NotThatWay):
        given(booked(how=How.PLACE))


def test_whoever_held_the_meeting_a_moment_ago_changes_nothing_any_more(
    booked, given, ina, ada, at
):
    stale = booked()
    given(Meeting.objects.get())

    with pytest.raises(NotYours):
        cancel(stale, reason="I am ill.", by=ina, at=at)
    with pytest.raises(TooLate, match="just handed over"):
        reschedule(stale, starts_at=TEN + quarter(1), by=ada, at=at)


# --- Notes ------------------------------------------------------------------------------------
def test_a_private_note_stays_with_its_author(booked, given, ina, kim, ann):
    meeting = booked()
    keep_note(meeting, text="Shy at first.", by=ina)

    row = given(meeting)

    assert [PrivateNote.text_of(row, who) for who in (ina, kim, ann)] == ["Shy at first.", "", ""]
    with pytest.raises(NotYours):
        keep_note(row, text="More.", by=ina)


def test_two_apps_cannot_look_after_one_kind(monkeypatch, app):
    monkeypatch.setattr("meetings.registry.FINDERS", {Kind.INTAKE: app.find})

    with pytest.raises(ValueError, match="two apps"):
        colleagues(Kind.INTAKE)(app.find)
