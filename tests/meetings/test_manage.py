"""The page of one meeting in each of its states, and what may be done on it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.middleware import DEMO_SIGN_IN
from accounts.roles import Role
from meetings.closing import close, keep_note, share_note
from meetings.handing import hand_over
from meetings.models import HostSettings, How, Kind, PrivateNote, State
from meetings.registry import Colleague
from tests.meetings.conftest import NOON, TEN, quarter

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
RUNNING = TEN + timedelta(minutes=10)


@pytest.fixture
def browse(client, settings):
    settings.DEMO = True

    def as_(user):
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[DEMO_SIGN_IN] = True
        session.save()
        return client

    return as_


@pytest.fixture
def kim(person, monkeypatch, ina):
    kim = person("Kim", Role.INTAKE_MANAGER)
    barred = person("Max", Role.INTAKE_MANAGER)
    found = [Colleague(ina, []), Colleague(kim, []), Colleague(barred, ["Taught the applicant."])]
    monkeypatch.setattr("meetings.handing.FINDERS", {Kind.INTAKE: lambda *_: found})
    monkeypatch.setattr("meetings.handing.GIVERS", {Kind.INTAKE: lambda *_: None})
    return kim


def page(name, meeting):
    return reverse(f"meetings:{name}", args=[meeting.pk])


def text(answer):
    return answer.content.decode()


# --- How it went ------------------------------------------------------------------------------
def test_a_record_kept_elsewhere_is_where_it_ends_as_held(booked, browse, ina, time_machine):
    meeting = booked()
    time_machine.move_to(RUNNING)

    html = text(browse(ina).get(page("manage", meeting)))

    assert 'href="/cases/1/interview/"' in html
    assert 'value="held:proceed"' not in html
    assert 'value="interrupted"' in html


def test_without_a_record_the_page_asks_what_came_of_it(booked, browse, ina, time_machine):
    ina.weekly_hours.update(kinds=[Kind.PROGRAMME])
    meeting = booked(kind=Kind.PROGRAMME, about={})
    time_machine.move_to(RUNNING)
    browser = browse(ina)

    silent = browser.post(page("end", meeting), {"ending": "held:partly", "left": ""})
    empty = browser.post(page("end", meeting), {})
    said = browser.post(page("end", meeting), {"ending": "held:complete", "left": "Unasked."})

    meeting.refresh_from_db()
    assert "Say what is left." in text(silent)
    assert "Choose how it went." in text(empty)
    assert said.url == page("manage", meeting)
    assert (meeting.state, meeting.outcome, meeting.left) == (State.DONE, "complete", "")
    assert "Everything was talked about" in text(browser.get(page("manage", meeting)))


def test_an_interrupted_meeting_leads_the_guest_on(booked, browse, ina, ada, time_machine):
    meeting = booked()
    time_machine.move_to(RUNNING)

    browse(ina).post(page("end", meeting), {"ending": "interrupted", "left": "The plan."})

    html = text(browse(ada).get(page("manage", meeting)))
    assert "The plan." in html
    assert 'href="/cases/1/book/"' in html


def test_the_guest_says_that_nobody_came_and_not_too_early(booked, browse, ada, time_machine):
    meeting = booked()
    time_machine.move_to(TEN + timedelta(minutes=5))
    early = browse(ada).post(page("report_absence", meeting), follow=True)
    time_machine.move_to(RUNNING)
    offered = text(browse(ada).get(page("manage", meeting)))

    said = browse(ada).post(page("report_absence", meeting), follow=True)

    assert "Wait ten minutes" in text(early)
    assert "My host did not come" in offered
    assert "This never counts against you" in text(said)


def test_the_guest_ends_nothing_else(booked, browse, ada, time_machine):
    meeting = booked()
    time_machine.move_to(RUNNING)

    answer = browse(ada).post(page("end", meeting), {"ending": "guest_absent"})

    meeting.refresh_from_db()
    assert (answer.status_code, meeting.state) == (200, State.BOOKED)


# --- Too near ---------------------------------------------------------------------------------
def test_near_the_meeting_the_guest_is_told_whom_to_write_to(
    booked, browse, ada, ina, time_machine
):
    meeting = booked()
    time_machine.move_to(TEN - timedelta(hours=3))

    theirs, hosts = (text(browse(who).get(page("manage", meeting))) for who in (ada, ina))

    assert ("mailto:ina@example.org" in theirs, page("move", meeting) in theirs) == (True, False)
    assert page("move", meeting) in hosts


# --- Notes ------------------------------------------------------------------------------------
def test_each_note_has_its_readers(booked, browse, ina, ada, ann, time_machine):
    meeting = booked()
    time_machine.move_to(RUNNING)
    browser = browse(ina)

    shared = browser.post(page("share_note", meeting), {"shared": "Planted-shared"})
    own = browser.post(page("keep_note", meeting), {"private": "Planted-private"})

    assert (shared.url, own.url) == (page("manage", meeting), page("manage", meeting))
    read = {who: text(browse(who).get(page("manage", meeting))) for who in (ina, ada, ann)}
    assert ["Planted-shared" in html for html in read.values()] == [True, True, True]
    assert ["Planted-private" in html for html in read.values()] == [True, False, False]


@pytest.mark.parametrize("name", ["share_note", "keep_note"])
def test_only_the_host_writes_notes(booked, browse, ada, time_machine, name):
    meeting = booked()
    time_machine.move_to(RUNNING)

    answer = browse(ada).post(page(name, meeting), {"shared": "Mine.", "private": "Mine."})

    meeting.refresh_from_db()
    assert answer.status_code == 200
    assert (meeting.shared_note, PrivateNote.objects.count()) == ("", 0)


# --- Handing over -----------------------------------------------------------------------------
def test_handing_over_by_the_page(booked, browse, ina, ada, kim):
    meeting = booked()
    share_and_keep = "Only mine."
    keep_note(meeting, text=share_and_keep, by=ina)
    browser = browse(ina)

    offered = browser.get(page("hand_over", meeting))
    nobody = browser.post(page("hand_over", meeting), {"reason": "I am ill."})
    given = browser.post(page("hand_over", meeting), {"to": kim.pk, "reason": "I am ill."})
    former = browser.get(page("manage", meeting))

    assert list(offered.context["form"].people.values()) == [kim]
    assert "Taught the applicant." in text(offered)
    assert "Choose a colleague." in text(nobody)
    assert given.url == page("manage", meeting)
    assert "Handed over to <bdi>Kim</bdi>" in text(former)
    assert "Only mine." in text(former)
    assert "Ada" not in text(former).partition("<main")[2]
    for name in ("move", "cancel", "ics", "hand_over"):
        assert browse(ina).get(page(name, meeting)).status_code == 404
    assert "Handed over by <bdi>Ina</bdi>" in text(browse(ada).get(page("manage", meeting)))


def test_a_refusal_keeps_what_was_typed(booked, browse, ina, kim):
    HostSettings.objects.filter(host=ina).update(in_person=True, address="5 Water Street")
    meeting = booked(how=How.PLACE)

    answer = browse(ina).post(page("hand_over", meeting), {"to": kim.pk, "reason": "I am ill."})

    assert "Kim does not meet people that way." in text(answer)
    assert "I am ill." in text(answer)


def test_who_cannot_hand_it_over_is_led_back(booked, browse, ada, kim):
    meeting = booked()

    assert browse(ada).get(page("hand_over", meeting)).url == page("manage", meeting)


def test_where_nobody_can_take_it_the_page_says_so(booked, browse, ina, kim, monkeypatch):
    meeting = booked()
    monkeypatch.setattr("meetings.handing.FINDERS", {Kind.INTAKE: lambda *_: []})

    assert "Nobody else can take it" in text(browse(ina).get(page("hand_over", meeting)))


# --- Afterwards -------------------------------------------------------------------------------
def test_the_page_of_a_continued_meeting_leads_to_the_next_and_back(booked, browse, ada, ina):
    about = {"case": "case:0", "booking_path": "/cases/1/book/"}
    first = booked(about=about, at=NOON - timedelta(days=3), starts_at=TEN - timedelta(days=3))
    share_note(first, text="Half.", by=ina, at=first.starts_at)
    close(first, state=State.INTERRUPTED, left="The rest.", by=ina, at=first.ends_at)
    second = booked(about=about)

    browser = browse(ada)

    assert page("manage", second) in text(browser.get(page("manage", first)))
    assert page("manage", first) in text(browser.get(page("manage", second)))


@pytest.mark.parametrize("changes", [0, 3])
def test_the_page_asks_the_same_questions_however_much_happened(
    booked, browse, ada, ina, kim, changes, django_assert_max_num_queries
):
    meeting = booked()
    for n in range(changes):
        by, to = (ina, kim) if n % 2 == 0 else (kim, ina)
        meeting = hand_over(meeting, to=to, reason="Ill.", by=by, at=NOON)
    assert meeting.starts_at - NOON > quarter(1)
    browser = browse(ada)

    with django_assert_max_num_queries(12):
        browser.get(page("manage", meeting))
