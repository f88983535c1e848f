"""The two steps of a booking, at a door as an app above would open it."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.roles import Role
from meetings import booking
from meetings.booking import Door
from meetings.holding import LASTS, held
from meetings.hosting import HoursRow, set_hours
from meetings.models import Hold, Kind, Meeting
from meetings.services import book, cancel
from tests.meetings.conftest import NOON, TEN, quarter
from trail.flow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
SLOT = "2026-09-03T12:30Z"
LATER = "2026-09-03T12:45Z"


class Said(list):
    """What the pages say afterwards."""

    def add(self, _level, words, _tags):
        self.append(words)


class Site:
    """One browser at one door."""

    def __init__(self, guest, hosts, about="case:1"):
        self.guest, self.hosts, self.about = guest, hosts, about
        self.session, self.messages = {}, Said()
        self.at = NOON

    def door(self):
        deed = partial(book, kind=Kind.INTAKE, guest=self.guest, by=self.guest, at=self.at)

        def book_it(host, **answers):
            return deed(host=host, about={"case": self.about}, **answers)

        return Door(Kind.INTAKE, self.about, self.hosts, book_it, "meetings/book.html")

    def send(self, query="", **typed):
        ask = RequestFactory()
        request = ask.post(f"/book/{query}", typed) if typed else ask.get(f"/book/{query}")
        request.user, request.session, request._messages = self.guest, self.session, self.messages
        return booking.answer(request, self.door(), at=self.at)

    def shows(self, query="", **typed):
        """The page, with what it was drawn from."""
        answer = self.send(query, **typed)
        assert answer.status_code == HTTPStatus.OK
        return answer.content.decode()

    def confirm(self, slot=SLOT, **answers):
        host = answers.pop("host", self.hosts[0].pk)
        typed = {"slot": slot, "host": host, "how": "video", "confirm": "1", **answers}
        return self.send(**typed)


@pytest.fixture
def site(ada, ina):
    return Site(ada, [ina])


@pytest.fixture
def kim(person, ina, at):
    host = person("Kim", Role.INTAKE_MANAGER, zone="America/St_Johns")
    rows = [HoursRow(r.weekday, r.starts, r.ends, [Kind.INTAKE]) for r in ina.weekly_hours.all()]
    set_hours(host, rows, by=host, at=at)
    return host


@pytest.fixture
def rival(person, ina):
    return Site(person("Bea"), [ina], about="case:7")


# --- The way through --------------------------------------------------------------------------
def test_choosing_keeps_the_time_and_asks(site, ada, ina):
    kept = site.send("?view=week", slot=SLOT)
    page = site.shows("?view=week")

    assert kept.url == "/book/?view=week"
    assert held(ada, "case:1", NOON).starts_at == TEN
    assert "Kept for you until <b" in page
    assert ">19:10</b>" in page  # ten minutes later, on Ada's clock
    assert f'name="host" value="{ina.pk}"' in page
    assert 'data-held="600"' in page


def test_confirming_books_what_was_kept(site, ada, ina):
    site.send(slot=SLOT)

    answer = site.confirm(support=["captions", "interpreter"], interpreter="Tagalog")

    meeting = Meeting.objects.get()
    assert answer.url == reverse("meetings:manage", args=[meeting.pk])
    assert (meeting.host, meeting.guest, meeting.starts_at) == (ina, ada, TEN)
    assert meeting.support == {"captions": "", "interpreter": "Tagalog"}
    assert Hold.objects.count() == 0
    assert site.messages == ["It is booked. You both get a letter."]


def test_answers_of_the_last_time_are_there_again(site, booked, ada, at):
    old = booked(
        how="phone", phone="+1 709", support={"interpreter": "Tagalog"}, support_needs="Quiet"
    )
    cancel(old, reason="I am ill.", by=ada, at=at)
    site.send(slot=SLOT)

    page = site.shows()

    assert 'value="phone" id="id_how_1" checked' in page
    assert 'value="+1 709"' in page
    assert 'value="interpreter" id="id_support_1" checked' in page
    assert 'value="Tagalog"' in page
    assert ">Quiet</textarea>" in page


def test_who_books_for_the_first_time_finds_the_own_profile(person, ina):
    site = Site(person("Bea", phone="+62 1", support_needs="Large print"), [ina])
    site.send(slot=SLOT)

    page = site.shows()

    assert 'value="+62 1"' in page
    assert ">Large print</textarea>" in page


def test_another_time_costs_no_answer(site, ada):
    site.send(slot=SLOT)
    back = site.send(
        slot=SLOT, release="1", how="phone", phone="+1 709", support=["breaks"], support_needs="Tea"
    )
    picked = site.shows()
    site.send(slot=LATER)
    page = site.shows()

    assert (back.url, "Keep this time for me" in picked) == ("/book/", True)
    assert 'value="+1 709"' in page
    assert 'value="breaks" id="id_support_2" checked' in page
    assert ">Tea</textarea>" in page


def test_answers_are_forgotten_once_they_are_used(site):
    site.send(slot=SLOT)
    site.confirm(support_needs="Tea")

    assert site.session == {}


def test_a_missing_answer_keeps_the_time_and_the_rest(person, ina):
    site = Site(person("Bea"), [ina])
    site.send(slot=SLOT)
    site.at = NOON + timedelta(minutes=4)

    answer = site.confirm(how="phone", support_needs="Tea")

    page = answer.content.decode()
    assert "Give the number on which we can call you." in page
    assert ">Tea</textarea>" in page
    assert held(site.guest, "case:1", site.at).until == site.at + LASTS
    assert Meeting.objects.count() == 0


# --- When ten minutes are over ----------------------------------------------------------------
def test_over_but_free_it_is_booked_all_the_same(site):
    site.send(slot=SLOT)
    site.at = NOON + LASTS

    assert "Keep this time for me" in site.shows()
    assert site.confirm().status_code == HTTPStatus.FOUND
    assert Meeting.objects.get().starts_at == TEN


def test_over_and_taken_the_nearest_are_there_with_all_answers(site, rival):
    site.send(slot=SLOT)
    site.at = rival.at = NOON + LASTS
    rival.confirm()

    page = site.confirm(how="phone", phone="+1 709", support_needs="Tea").content.decode()

    assert "That time was just taken." in page
    assert [f'value="2026-09-03T{clock}Z"' in page for clock in ("12:00", "12:15", "12:45")] == [
        True
    ] * 3
    assert 'value="+1 709"' in page
    assert ">Tea</textarea>" in page
    assert Meeting.objects.count() == 1


def test_one_of_the_nearest_is_booked_at_once(site, rival):
    rival.confirm()
    site.confirm()

    answer = site.confirm(LATER, host="")

    assert answer.status_code == HTTPStatus.FOUND
    assert site.guest.meetings_attended.get().starts_at == TEN + quarter(1)


def test_one_of_the_nearest_with_an_answer_missing_is_kept_meanwhile(person, ina):
    site = Site(person("Bea"), [ina])

    page = site.confirm(LATER, host="", how="phone").content.decode()

    assert "Give the number" in page
    assert held(site.guest, "case:1", NOON).starts_at == TEN + quarter(1)


def test_taken_while_an_answer_is_missing_is_said_first(site, rival):
    rival.confirm()

    page = site.confirm(how="phone", phone=" ").content.decode()

    assert "That time was just taken." in page


def test_taken_before_it_was_kept(site, rival):
    rival.send(slot=SLOT)

    page = site.shows(slot=SLOT)

    assert "That time was just taken." in page
    assert "See all free times" in page
    assert f'value="{LATER}"' in page
    assert Hold.objects.get().guest == rival.guest


def test_with_nothing_left_the_page_says_so(site, ina):
    ina.weekly_hours.all().delete()

    page = site.shows(slot=SLOT)

    assert "No other is free at present." in page
    assert "No free times just now" in site.shows()


# --- Two hosts --------------------------------------------------------------------------------
def test_any_host_steps_in_for_one_who_was_just_taken(ada, ina, kim, rival):
    rival.confirm()
    site = Site(ada, [ina, kim])

    site.send(slot=SLOT)

    assert held(ada, "case:1", NOON).host == kim


def test_whoever_is_faster_between_looking_and_keeping_the_other_host_has_the_time(
    ada, ina, kim, rival, monkeypatch
):
    """The list of who is free is a moment old when the time is asked for."""
    site = Site(ada, [ina, kim])
    monkeypatch.setattr(booking, "_who_is_free", lambda _visit, _at: [ina, kim])
    rival.confirm()

    site.send(slot=SLOT)

    assert held(ada, "case:1", NOON).host == kim


def test_a_named_host_is_the_one_who_is_met(ada, ina, kim):
    site = Site(ada, [ina, kim])

    page = site.shows(f"?host={kim.pk}")
    site.send(f"?host={kim.pk}", slot=SLOT)

    assert "The time of <bdi>Kim</bdi> stands beside them." in page
    assert held(ada, "case:1", NOON).host == kim


def test_a_hold_with_somebody_who_may_no_longer_act_is_not_shown(site, ada, kim):
    site.send(slot=SLOT)
    site.hosts = [kim]

    assert "Keep this time for me" in site.shows()


def test_without_any_host_there_is_nothing_to_choose_or_to_send(ada):
    site = Site(ada, [])

    assert "No free times just now" in site.shows()
    assert "No free times just now" in site.shows(slot=SLOT)


@pytest.mark.parametrize("hosts", [1, 3])
@pytest.mark.parametrize(("query", "questions"), [("?view=list", 9), ("?view=week", 23)])
def test_the_page_asks_the_same_questions_however_many_hosts(
    ada, ina, kim, person, hosts, query, questions, django_assert_num_queries
):
    everybody = [ina, kim, person("Lea", Role.INTAKE_MANAGER)]
    site = Site(ada, everybody[:hosts])

    with django_assert_num_queries(questions):
        site.shows(query)


# --- Bad input --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("", "Choose one of the times."),
        ("tomorrow", "Choose one of the times."),
        ("2026-09-03T12:30", "Choose one of the times."),
        ("9999-12-31T23:59Z", "Choose one of the times."),
        ("2026-08-31T12:30Z", "That time has passed."),
        ("2026-09-01T12:01Z", "Ina needs 12 hours of notice."),
        ("2027-01-07T13:30Z", "Times can be booked up to 60 days ahead."),
        ("2026-09-03T12:31Z", "Ina does not meet people at that time."),
        ("2026-09-05T12:30Z", "Ina does not meet people at that time."),
    ],
)
def test_a_time_that_cannot_be_is_refused_clearly_and_nothing_changes(site, slot, words):
    chosen = site.shows(slot=slot, x="1")
    answer = site.confirm(slot)

    said = answer.content.decode() or " ".join(site.messages)
    assert words in chosen
    assert words in said
    assert (Meeting.objects.count(), Hold.objects.count()) == (0, 0)


def test_a_second_meeting_at_the_same_time_is_refused(site, kim, booked):
    booked(host=kim)

    page = site.shows(slot=SLOT)

    assert "There is another meeting at that time." in page
    assert Hold.objects.count() == 0


def test_what_another_case_keeps_is_neither_shown_nor_taken(site, ada, ina):
    site.send(slot=SLOT)
    other = Site(ada, [ina], about="case:2")

    page = other.shows()
    answer = other.confirm()

    assert "Kept for you" not in page
    assert "There is another meeting at that time." in answer.content.decode()
    assert held(ada, "case:1", NOON) is not None
    assert Meeting.objects.count() == 0


def test_a_refusal_of_the_app_above_is_said_and_changes_nothing(site, monkeypatch):
    def refuse(_host, **_answers):
        raise Refused("You have booked an interview.")

    door = Door(Kind.INTAKE, "case:1", site.hosts, refuse, "meetings/book.html")
    monkeypatch.setattr(site, "door", lambda: door)

    answer = site.confirm()

    assert (answer.url, site.messages) == ("/book/", ["You have booked an interview."])
