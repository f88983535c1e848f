"""Free times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.zones import offset_words
from meetings.clocks import zone_words
from meetings.finding import Slot, nearest
from meetings.forms import BookingForm
from meetings.slots_view import days

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


def slot(host, *clock):
    starts_at = datetime(*clock, tzinfo=UTC)
    return Slot(host, starts_at, starts_at + QUARTER)


def test_days_are_the_viewers_and_the_host_stands_beside(ada, person):
    host = person("Maggie", zone="America/St_Johns")
    slots = [slot(host, 2031, 5, 14, 11, 0), slot(host, 2031, 5, 14, 17, 30)]

    first, second = days(slots, ada, chosen="2031-05-14T11:00Z")

    (time,) = first.times
    assert (first.words, second.words) == ("Wednesday 14 May", "Thursday 15 May")
    assert (time.value, time.mine, time.theirs, time.chosen) == (
        "2031-05-14T11:00Z",
        "18:00",
        "08:30 St. John’s",
        True,
    )
    assert time.words == "Wednesday 14 May, 18:00"
    assert second.times[0].theirs == "Wed 15:00 St. John’s"


def test_one_clock_is_not_said_twice(ada, person):
    (day,) = days([slot(person("Bea"), 2031, 5, 14, 3, 0)], ada)

    assert day.times[0].theirs == ""


def test_hour_that_comes_twice_is_told_apart(person):
    viewer, host = person("Tor", zone="America/Toronto"), person("Uwe", zone="UTC")
    slots = [slot(host, 2026, 11, 1, 5, 30), slot(host, 2026, 11, 1, 6, 30)]

    (day,) = days(slots, viewer)

    assert [time.mine for time in day.times] == ["01:30 (UTC−4)", "01:30 (UTC−5)"]


def test_two_hosts_at_one_time_are_one_choice(ada, person):
    slots = [slot(person(name), 2031, 5, 14, 3, 0) for name in ("Bea", "Cid")]

    (day,) = days(slots, ada)

    assert len(day.times) == 1


def test_nearest_are_in_the_order_of_the_clock(ada):
    slots = [slot(ada, 2031, 5, 14, hour, 0) for hour in range(3, 12)]

    near = nearest(slots, datetime(2031, 5, 14, 7, 10, tzinfo=UTC))

    assert [slot.starts_at.hour for slot in near] == [6, 7, 8]


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Kathmandu", "Kathmandu time (UTC+5:45)"),
        ("America/St_Johns", "St. John’s time (UTC−2:30)"),
        ("America/Sao_Paulo", "São Paulo time (UTC−3)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time (UTC−3)"),
        ("UTC", "UTC"),
        ("Africa/Accra", "Accra time (UTC)"),
    ],
)
def test_zones_in_words(person, zone, words):
    assert zone_words(person("Zoe", zone=zone), datetime(2031, 5, 14, tzinfo=UTC)) == words


def test_offset_of_a_naive_time_is_none():
    assert offset_words(datetime(2031, 5, 14)) == "UTC"  # noqa: DTZ001 - that is the point


def test_form_keeps_what_was_typed_when_the_time_is_gone(ada, person):
    slots = [slot(person("Maggie", zone="America/St_Johns"), 2031, 5, 14, 11, 0)]
    typed = {"slot": "2031-05-14T11:15Z", "how": "video", "support_needs": "Captions"}

    form = BookingForm(typed, slots=slots, viewer=ada)

    assert form.errors == {
        "slot": ["That time was just taken. Free near it: Wednesday 14 May, 18:00."]
    }
    assert form["support_needs"].value() == "Captions"


def test_form_without_any_time_left_says_so(ada):
    form = BookingForm({"slot": "2031-05-14T11:15Z", "how": "video"}, slots=[], viewer=ada)

    assert form.errors == {"slot": ["That time was just taken, and no other is free at present."]}


def test_phone_without_a_number_is_an_error_of_that_field(person):
    bea = person("Bea")
    slots = [slot(bea, 2031, 5, 14, 11, 0)]

    form = BookingForm({"slot": slots[0].value, "how": "phone"}, slots=slots, viewer=bea)

    assert list(form.errors) == ["phone"]
