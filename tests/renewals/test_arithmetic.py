"""How far a renewal has come, and when it gets there: properties of the pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.arithmetic import Count, months_before, reached_on

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
AMOUNTS = st.integers(0, 20_000)


def test_seventeen_of_twenty_four_hours_are_told_as_people_say_it():
    count = Count(17 * 60, 24 * 60, 60)

    assert (count.have_told, count.asked_told, count.left_told) == ("17", "24", "7")
    assert (count.percent, count.done) == (70, False)


@given(AMOUNTS, st.integers(1, 5_000), st.sampled_from([1, 60]))
def test_what_there_is_and_what_is_left_add_up_as_they_are_told(have, asked, unit):
    count = Count(have, asked * unit, unit)

    assert count.done == (have >= asked * unit)
    assert (count.percent == 100) == count.done
    assert 0 <= count.percent <= 100
    if not count.done:
        told = round(float(count.have_told) + float(count.left_told), 1)
        assert told == float(count.asked_told)
        assert float(count.left_told) > 0


@given(st.integers(1, 10_000), st.integers(1, 10_000), DAYS, st.integers(1, 1_500))
def test_the_pace_is_never_promised_too_early_nor_a_day_too_late(have, asked, since, days):
    count, today = Count(have, asked), since + timedelta(days=days)
    day = reached_on(count, since, today)

    if day is None:
        assert count.done or count.left * days > 3_650 * have
        return
    more = (day - today).days
    assert more >= 1
    assert have * (days + more) >= asked * days  # at this pace it is there on that day
    assert have * (days + more - 1) < asked * days  # and was not the day before


@pytest.mark.parametrize(
    ("have", "days"), [(0, 100), (5, 0), (24, 100)], ids=["nothing", "first day", "done"]
)
def test_no_pace_is_told_where_there_is_none(have, days):
    since = date(2026, 9, 1)

    assert reached_on(Count(have, 24), since, since + timedelta(days=days)) is None


@given(DAYS, st.integers(0, 60))
def test_months_ago_is_the_same_day_or_the_last_of_its_month(day, months):
    before = months_before(day, months)

    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or (before + timedelta(days=1)).day == 1


def test_twelve_months_before_29_february():
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
