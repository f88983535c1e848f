"""Free times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from accounts.zones import offset_words
from meetings.clocks import zone_words
from meetings.finding import Slot, nearest
from meetings.forms import QuestionsForm, SlotForm
from meetings.models import Support
from meetings.slots_view import days, needs_words
from tests.meetings.conftest import NOON

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


def slot(host, *clock):
    starts_at = datetime(*clock, tzinfo=UTC)
    return Slot(host, starts_at, starts_at + QUARTER)


def test_days_are_the_viewers_and_the_host_stands_beside(ada, person):
    host = person("Maggie", zone="America/St_Johns")
    slots = [slot(host, 2031, 5, 14, 11, 0), slot(host, 2031, 5, 14, 17, 30)]

    first, second = days(slots, ada)

    (time,) = first.times
    assert (first.words, second.words) == ("Wednesday 14 May", "Thursday 15 May")
    assert (time.value, time.mine, time.theirs) == (
        "2031-05-14T11:00Z",
        "18:00",
        "08:30 St. John’s",
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


# --- What helps -------------------------------------------------------------------------------
def test_needs_are_said_in_words(booked):
    meeting = booked(
        support={"captions": "", "interpreter": "Tagalog"}, support_needs="A quiet room"
    )

    assert needs_words(meeting) == "Live captions; An interpreter: Tagalog\nA quiet room"


def test_needs_are_said_in_the_readers_language(booked):
    meeting = booked(support={"breaks": ""}, support_needs="")

    with translation.override("fr-ca"):
        said = needs_words(meeting)
        assert said == str(Support.BREAKS.label)


def test_without_needs_nothing_is_said(booked):
    assert needs_words(booked(support_needs="")) == ""


def answers(among, **changes):
    said = {"slot": "2026-09-03T12:30Z", "host": among.pk, "how": "video"}
    return QuestionsForm({**said, **changes}, hosts=[among])


@pytest.mark.time_machine(NOON)
def test_phone_without_a_number_is_an_error_of_that_field(ina):
    form = answers(ina, how="phone")

    assert (list(form.errors), form.is_about_a_time) == (["phone"], True)


@pytest.mark.time_machine(NOON)
def test_who_needs_the_phone_is_called(ina):
    form = answers(ina, support=["phone", "interpreter"], interpreter="Tagalog", phone="+1 709")

    assert form.is_valid()
    assert form.answers() == {
        "how": "phone",
        "phone": "+1 709",
        "support": {"phone": "", "interpreter": "Tagalog"},
        "support_needs": "",
    }


@pytest.mark.time_machine(NOON)
def test_form_takes_no_other_host_and_no_other_support(ina, person):
    form = answers(ina, host=person("Eve").pk, support=["a pony"])

    assert (sorted(form.errors), form.is_about_a_time) == (["host", "support"], False)


@pytest.mark.time_machine(NOON)
@pytest.mark.parametrize(
    "slot",
    [
        "",
        "yesterday",
        "2026-09-03T12:30",
        "2026-09-03T12:30+02:00",
        "2026-02-30T12:30Z",
        "0001-01-01T00:00Z",
        "9999-12-31T23:59Z",
        "2026-09-03T12:30Z; DROP TABLE",
        "٢٠٢٦-09-03T12:30",
    ],
)
def test_malformed_times_are_no_times(slot):
    form = SlotForm({"slot": slot})

    assert form.errors == {"slot": ["Choose one of the times."]}
