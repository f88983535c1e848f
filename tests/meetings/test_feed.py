"""The private calendar feed: who may read it, what it says, and how it ends."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from icalendar import Calendar

from meetings import feed as feeds
from meetings.models import CalendarFeed, Kind, Meeting
from meetings.services import cancel, reschedule
from meetings.views.feed import MISSES, READS
from tests.meetings.conftest import NOON, TEN, quarter
from tests.meetings.test_views import page
from trail.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def address(ada, at):
    return page("read_feed", feeds.secret_of(feeds.make(by=ada, at=at)))


def events(answer):
    return Calendar.from_ical(answer.content).walk("VEVENT")


def said(answer):
    """What each meeting is, and when."""
    return [
        (str(e["UID"]), e["SEQUENCE"], str(e["STATUS"]), e["DTSTART"].dt) for e in events(answer)
    ]


# --- The address --------------------------------------------------------------------------------
def test_an_address_has_256_bits_and_the_database_alone_does_not_tell_it(ada, at):
    feed = feeds.make(by=ada, at=at)

    secret = feeds.secret_of(feed)

    assert re.fullmatch(r"[\w-]{43}", secret)
    kept = CalendarFeed.objects.values_list("seed", "digest").get()
    assert not [value for value in kept if secret in value or value in secret]


def test_it_needs_no_account_and_sets_no_cookie(client, booked, address):
    booked()

    answer = client.get(address)

    assert (answer.status_code, len(events(answer))) == (200, 1)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


def test_replacing_it_shuts_the_old_one(client, ada, address, at):
    new = page("read_feed", feeds.secret_of(feeds.make(by=ada, at=at + DAY)))

    assert (client.get(address).status_code, client.get(new).status_code) == (404, 200)
    assert CalendarFeed.objects.get().made_at == at + DAY


def test_revoked_unknown_and_closed_accounts_answer_the_same_for_the_same_work(
    client, ada, ina, address, at, django_assert_num_queries
):
    closed = page("read_feed", feeds.secret_of(feeds.make(by=ina, at=at)))
    ina.is_active = False
    ina.save()
    feeds.revoke(by=ada, at=at)
    unknown = page("read_feed", "no-such-secret")

    answers = []
    for url in (address, closed, unknown):
        with django_assert_num_queries(1):
            answers.append(client.get(url))

    said = {(answer.status_code, answer.content, len(answer.cookies)) for answer in answers}
    assert said == {(404, b"There is no calendar at this address.", 0)}


def test_making_replacing_and_revoking_are_told_without_the_secret(ada, at):
    secrets = [feeds.secret_of(feeds.make(by=ada, at=at)) for _ in range(2)]
    feeds.revoke(by=ada, at=at)
    feeds.revoke(by=ada, at=at)

    told = Event.objects.about(ada).order_by("pk")

    assert [(e.verb, e.actor) for e in told] == [
        ("make_feed", ada),
        ("replace_feed", ada),
        ("revoke_feed", ada),
    ]
    assert [secret for secret in secrets for e in told if secret in str(e.facts)] == []


def test_a_changed_key_of_the_server_leaves_it_readable_but_not_shown(
    client, visit, ada, address, settings
):
    settings.SECRET_KEY = "another" * 9

    shown = visit(ada).get(page("feed"))

    assert client.get(address).status_code == 200
    assert "cannot be shown any more" in shown.content.decode()
    assert "/meetings/feed/." not in shown.content.decode()


# --- What programs ask ----------------------------------------------------------------------------
def test_what_has_not_changed_is_not_sent_again(client, booked, address, ada, at):
    meeting = booked()
    first = client.get(address)

    same = client.get(address, headers={"If-None-Match": first["ETag"]})
    reschedule(meeting, starts_at=TEN + quarter(1), by=ada, at=at)
    other = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert (same["ETag"], same["Cache-Control"]) == (first["ETag"], "private, no-cache")
    assert (other.status_code, other["ETag"] == first["ETag"]) == (200, False)


def test_only_the_head_may_be_asked_for_and_nothing_written(client, booked, address):
    booked()

    head = client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == client.get(address)["ETag"]
    assert [client.post(address).status_code, client.delete(address).status_code] == [405, 405]


def test_too_many_questions_wait_an_hour(client, address, person, at):
    for _ in range(READS):
        client.get(address)
    bea = page("read_feed", feeds.secret_of(feeds.make(by=person("Bea"), at=at)))

    tired = client.get(address)

    assert (tired.status_code, tired["Retry-After"]) == (429, "3600")
    assert client.get(bea).status_code == 200  # behind the same address as the first
    assert client.get(address, REMOTE_ADDR="10.1.2.3").status_code == 200


def test_who_guesses_waits_an_hour_and_stops_nobody_else(client, address):
    guesses = {client.get(page("read_feed", f"guess-{n}")).status_code for n in range(MISSES)}

    assert guesses == {404}
    assert client.get(page("read_feed", "guess")).status_code == 429
    assert client.get(address).status_code == 200


def test_the_day_of_the_last_reading_is_written_once_a_day(
    client, address, ada, time_machine, django_assert_num_queries
):
    client.get(address)
    first = CalendarFeed.objects.get().last_read_on
    with django_assert_num_queries(3):
        client.get(address)
    time_machine.move_to(NOON + DAY)
    client.get(address)

    assert (first, CalendarFeed.objects.get().last_read_on) == (date(2026, 9, 1), date(2026, 9, 2))


# --- What it says ---------------------------------------------------------------------------------
def test_each_meeting_is_the_one_of_the_invitation_in_its_present_state(
    client, booked, ada, ina, address, at
):
    kept, moved, gone = booked(), booked(starts_at=TEN + quarter(1)), booked(starts_at=TEN + DAY)
    reschedule(moved, starts_at=TEN + quarter(4), by=ada, at=at)
    cancel(gone, reason="I am ill.", by=ina, at=at)

    assert said(client.get(address)) == [
        (f"{kept.uid}@testserver", 0, "CONFIRMED", TEN),
        (f"{moved.uid}@testserver", 1, "CONFIRMED", TEN + quarter(4)),
        (f"{gone.uid}@testserver", 1, "CANCELLED", TEN + DAY),
    ]


def test_it_says_what_it_is_and_when_to_look_again(client, booked, address):
    booked()

    calendar = Calendar.from_ical(client.get(address).content)

    assert (calendar["METHOD"], calendar["X-WR-CALNAME"], calendar["NAME"]) == (
        "PUBLISH",
        "IMC meetings",
        "IMC meetings",
    )
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in calendar.to_ical()


def test_it_asks_nobody_to_come_and_tells_no_address_of_anybody(client, booked, address):
    booked()

    content = client.get(address).content.decode()

    assert "ATTENDEE" not in content
    assert re.findall(r"[\w.]+@example\.org", content) == []


def test_private_words_stay_in_the_portal(client, booked, address, ina, at):
    booked(support_needs="Captions, because I am hard of hearing")
    gone = booked(support_needs="A break", starts_at=TEN + DAY)
    cancel(gone, reason="A funeral in the family.", by=ina, at=at)

    content = client.get(address).content.decode().replace("\r\n ", "")

    assert [word for word in ("Captions", "break", "funeral") if word in content] == []


def test_hosts_read_theirs_and_nobody_reads_others(client, booked, ada, ina, person, at):
    booked()
    eve = person("Eve")
    read = {
        who: events(client.get(page("read_feed", feeds.secret_of(feeds.make(by=who, at=at)))))
        for who in (ada, ina, eve)
    }

    assert {who: len(found) for who, found in read.items()} == {ada: 1, ina: 1, eve: 0}


def test_it_reaches_two_months_back(client, booked, address, time_machine):
    booked()
    time_machine.move_to(TEN + 59 * DAY)
    recent = len(events(client.get(address)))
    time_machine.move_to(TEN + 61 * DAY)

    assert (recent, len(events(client.get(address)))) == (1, 0)


def test_it_speaks_the_language_of_the_person(client, booked, ada, address):
    booked()
    ada.language = "fr-ca"
    ada.save()

    (event,) = events(client.get(address, headers={"Accept-Language": "en"}))

    assert event["SUMMARY"] == "Entretien d’accueil : Ada et Ina"


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_same_questions_however_long(
    client, booked, address, count, django_assert_num_queries
):
    for n in range(count):
        booked(starts_at=TEN + quarter(n))
    client.get(address)

    with django_assert_num_queries(3):
        answer = client.get(address)

    assert len(events(answer)) == count


# --- Its page -------------------------------------------------------------------------------------
def test_the_page_makes_shows_replaces_and_revokes(visit, ada, client):
    browser = visit(ada)
    before = browser.get(page("feed")).context["address"]
    made = browser.post(page("make_feed"))
    first = browser.get(page("feed")).context
    browser.post(page("make_feed"))
    second = browser.get(page("feed")).context["address"]
    browser.post(page("revoke_feed"))
    after = browser.get(page("feed")).context["address"]

    assert (before, made.url, after) == ("", page("feed"), "")
    assert first["address"].startswith("http://testserver/meetings/feed/")
    assert first["webcal"] == first["address"].replace("http:", "webcal:")
    assert second not in {"", first["address"]}


def test_the_page_shows_one_s_own_address_alone(visit, ada, person, address):
    mine = visit(ada).get(page("feed")).content.decode()
    theirs = visit(person("Eve")).get(page("feed")).content.decode()

    assert (address in mine, address in theirs) == (True, False)


def test_the_page_says_when_it_was_last_read(client, visit, ada, address):
    unread = visit(ada).get(page("feed")).content.decode()
    client.get(address)
    read = visit(ada).get(page("feed")).content.decode()

    assert "Not yet" in unread
    assert "<dt>Last read</dt>\n            <dd>1 September 2026</dd>" in read


def test_reading_the_page_needs_an_account(client):
    assert client.get(page("feed")).url.startswith(reverse("account_login"))


def test_kinds_and_states_of_every_sort_can_be_read(client, booked, ada, ina, address, at):
    for n, kind in enumerate(Kind):
        ina.weekly_hours.update(kinds=[kind])
        booked(kind=kind, starts_at=TEN - quarter(2) + n * DAY if n < 2 else TEN + (n + 2) * DAY)

    answer = client.get(address)

    assert len(events(answer)) == Meeting.objects.count() == len(Kind)
