"""Slots against a wall that is read minute by minute, in the zones that are hardest."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.slots import MIDNIGHT, Hours, grid, slots, without

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = [
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",  # UTC+5:45
    "Pacific/Apia",  # skipped a whole day in 2011
    "America/Toronto",
    "Africa/Casablanca",  # clocks change around Ramadan
    "Pacific/Chatham",  # UTC+12:45
    "America/St_Johns",  # UTC−3:30
    "America/Sao_Paulo",  # changed at midnight
    "Europe/Dublin",  # negative summer time
    "Asia/Tehran",
    "UTC",
]
# Days around which some of these zones change their clocks.
CHANGES = [
    date(2011, 12, 30),
    date(2018, 11, 4),
    date(2026, 2, 15),
    date(2026, 3, 8),
    date(2026, 3, 22),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 9, 27),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
]


def by_hand(hours, zone, minutes, first, last, *, off=(), instead=None):
    """Every start whose every minute stands inside the hours on the host's wall."""

    def inside(moment):
        wall = moment.astimezone(zone)
        if wall.date() in off:
            return False
        if instead and wall.date() in instead:
            return any(row.holds(wall.time()) for row in instead[wall.date()])
        return any(row.weekday == wall.weekday() and row.holds(wall.time()) for row in hours)

    open_minutes, moment = set(), first
    while moment <= last + minutes * MINUTE:
        if inside(moment):
            open_minutes.add(moment)
        moment += MINUTE
    return [
        start
        for start in sorted(open_minutes)
        if start <= last
        and start.astimezone(zone).minute % grid(minutes) == 0
        and all(start + n * MINUTE in open_minutes for n in range(minutes))
    ]


walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 10, 15, 30, 45]))


@st.composite
def rows(draw):
    starts, ends = draw(walls), draw(walls)
    if ends != MIDNIGHT and starts > ends:
        starts, ends = ends, starts
    return Hours(draw(st.integers(0, 6)), starts, ends)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(rows(), max_size=4),
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES),
    st.integers(-1, 1),
    st.sampled_from([15, 30, 60, 75]),
)
def test_slots_are_what_one_reads_off_the_wall(hours, name, day, shift, minutes):
    zone = ZoneInfo(name)
    first = datetime.combine(day + shift * DAY, MIDNIGHT, tzinfo=UTC)
    last = first + DAY

    found = slots(hours, [], zone, [], minutes, 0, first, last)

    assert found == by_hand(hours, zone, minutes, first, last)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(rows(), max_size=3),
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES),
    st.dictionaries(st.integers(-1, 2), st.lists(rows(), max_size=2), max_size=3),
    st.sets(st.integers(-1, 2), max_size=2),
    st.sampled_from([15, 30, 75]),
)
def test_days_with_hours_of_their_own_are_read_off_the_same_wall(
    hours, name, day, instead, off, minutes
):
    zone = ZoneInfo(name)
    special = {day + n * DAY: rows for n, rows in instead.items()}
    free = {day + n * DAY for n in off}
    first = datetime.combine(day, MIDNIGHT, tzinfo=UTC)
    last = first + DAY

    found = slots(hours, free, zone, [], minutes, 0, first, last, special)

    assert found == by_hand(hours, zone, minutes, first, last, off=free, instead=special)


minutes_of_a_day = st.integers(0, 1440)
spans = st.lists(
    st.tuples(minutes_of_a_day, minutes_of_a_day)
    .map(sorted)
    .filter(lambda span: span[0] < span[1]),
    max_size=5,
)


@given(spans, spans)
def test_what_is_left_of_open_time_is_every_open_minute_that_nobody_took(open_, taken):
    start = datetime(2026, 6, 1, tzinfo=UTC)

    def real(pairs):
        return [(start + a * MINUTE, start + b * MINUTE) for a, b in pairs]

    left = without(real(open_), real(taken))

    wanted = {n for a, b in open_ for n in range(a, b)} - {n for a, b in taken for n in range(a, b)}
    assert {
        (begin - start) // MINUTE + n for begin, end in left for n in range((end - begin) // MINUTE)
    } == wanted
    assert all(first[1] < second[0] for first, second in pairwise(left))


def week(starts, ends):
    return [Hours(day, starts, ends) for day in range(7)]


def on(day, zone, hours, minutes=15):
    """The starts of one day, as the host's clock shows them."""
    zone = ZoneInfo(zone)
    first = datetime.combine(day, MIDNIGHT, tzinfo=zone).astimezone(UTC)
    found = slots(hours, [], zone, [], minutes, 0, first - DAY, first + 2 * DAY)
    walls = [start.astimezone(zone) for start in found]
    return [f"{wall:%H:%M}" for wall in walls if wall.date() == day]


def test_the_hour_that_does_not_exist_has_no_slot():
    spring = on(date(2026, 3, 8), "America/Toronto", week(time(1), time(4)))

    assert spring == ["01:00", "01:15", "01:30", "01:45", "03:00", "03:15", "03:30", "03:45"]


def test_the_hour_that_comes_twice_is_offered_twice():
    autumn = on(date(2026, 11, 1), "America/Toronto", week(time(1), time(2)), 60)

    assert autumn == ["01:00", "01:30", "01:00"]


def test_half_an_hour_of_summer_time():
    spring = on(date(2026, 10, 4), "Australia/Lord_Howe", week(time(1), time(3)), 30)

    assert spring == ["01:00", "01:30", "02:30"]


def test_a_day_that_was_skipped_has_no_slot():
    assert on(date(2011, 12, 30), "Pacific/Apia", week(time(9), time(12))) == []


def test_weekly_hours_stay_at_the_wall_clock():
    before = on(date(2026, 3, 7), "America/Toronto", week(time(9), time(10)))
    after = on(date(2026, 3, 9), "America/Toronto", week(time(9), time(10)))

    assert before == after == ["09:00", "09:15", "09:30", "09:45"]


def test_hours_that_touch_are_one_and_midnight_is_no_wall():
    hours = [Hours(0, time(22), MIDNIGHT), Hours(1, time(0), time(1))]
    first = datetime(2026, 6, 1, tzinfo=UTC)

    found = slots(hours, [], ZoneInfo("UTC"), [], 75, 0, first, first + DAY)

    assert [f"{start:%H:%M}" for start in found] == ["22:00", "22:30", "23:00", "23:30"]


def test_days_off_and_busy_times_with_their_buffer_are_left_out():
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    busy = [(monday + 10 * HOUR, monday + 10 * HOUR + 15 * MINUTE)]
    hours = week(time(9), time(11))

    found = slots(
        hours, {date(2026, 6, 2)}, ZoneInfo("UTC"), busy, 15, 15, monday, monday + 2 * DAY
    )

    clocks = ["09:00", "09:15", "09:30", "10:30", "10:45"]
    assert [f"{start:%H:%M}" for start in found] == clocks


@pytest.mark.parametrize(("minutes", "every"), [(15, 15), (30, 30), (60, 30), (75, 30)])
def test_the_grid_follows_the_length(minutes, every):
    assert grid(minutes) == every


def test_first_and_last_are_included():
    first = datetime(2026, 6, 1, 9, tzinfo=UTC)

    hours = week(time(9), time(12))

    assert slots(hours, [], ZoneInfo("UTC"), [], 60, 0, first, first + HOUR) == [
        first,
        first + 30 * MINUTE,
        first + HOUR,
    ]
