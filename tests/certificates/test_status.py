"""What a certificate is worth at any instant: a sweep over every boundary."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.dates import body_day, end_of, years_after
from certificates.status import FINAL, Happened, Kind, Status, standing_at

AWARDED, EXPIRES = date(2026, 9, 1), date(2028, 9, 1)


def standing(at, *events, expires_on=EXPIRES):
    return standing_at(
        awarded_on=AWARDED, expires_on=expires_on, on=body_day(at), at=at, events=events
    )


def midnight(day):
    """The first instant of the body's day."""
    return end_of(day - timedelta(days=1))


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (midnight(AWARDED) - SECOND, Status.NOT_YET),
        (midnight(AWARDED), Status.VALID),
        (end_of(EXPIRES) - SECOND, Status.VALID),
        (end_of(EXPIRES), Status.LAPSED),
        (end_of(EXPIRES) + timedelta(days=4000), Status.LAPSED),
    ],
)
def test_it_holds_from_its_first_instant_to_its_last(at, status):
    assert standing(at).status == status


def test_without_an_end_it_holds_for_good():
    assert standing(datetime(2090, 1, 1, tzinfo=UTC), expires_on=None).status == Status.NO_END


@pytest.mark.parametrize("kind", list(FINAL))
def test_what_is_final_stays_whatever_comes_later(kind):
    end = midnight(date(2027, 1, 1))
    events = [Happened(kind, end), Happened(Kind.REINSTATED, end + timedelta(days=1))]

    assert standing(end - SECOND, *events).status == Status.VALID
    assert standing(end, *events).status == FINAL[kind]
    assert standing(end, *events).since == end
    assert standing(end + timedelta(days=5000), *events).status == FINAL[kind]


def test_suspended_until_reinstated():
    off, on = midnight(date(2027, 1, 1)), midnight(date(2027, 2, 1))
    events = [Happened(Kind.REINSTATED, on), Happened(Kind.SUSPENDED, off)]  # in any order

    found = [standing(at, *events) for at in (off - SECOND, off, on - SECOND, on)]

    assert [one.status for one in found] == [
        Status.VALID,
        Status.SUSPENDED,
        Status.SUSPENDED,
        Status.VALID,
    ]
    assert [one.since for one in found] == [None, off, off, None]
    assert [one.good for one in found] == [True, False, False, True]


def test_suspension_outlives_the_end():
    off = midnight(date(2028, 8, 1))

    assert standing(end_of(EXPIRES), Happened(Kind.SUSPENDED, off)).status == Status.SUSPENDED


def test_a_renewed_one_holds_to_its_end_and_then_its_successor_does():
    renewed = Happened(Kind.RENEWED, midnight(date(2028, 6, 1)))

    assert standing(end_of(EXPIRES) - SECOND, renewed).status == Status.VALID
    assert standing(end_of(EXPIRES), renewed).status == Status.RENEWED


def test_events_to_come_do_not_count_yet():
    later = Happened(Kind.WITHDRAWN, midnight(date(2027, 1, 1)))

    assert standing(midnight(date(2026, 12, 31)), later).status == Status.VALID


@given(
    st.dates(date(2026, 8, 1), date(2030, 1, 1)),
    st.lists(st.tuples(st.sampled_from(Kind.values), st.dates(date(2026, 9, 1), date(2029, 1, 1)))),
)
def test_every_day_has_one_status_and_final_ones_never_end(day, history):
    events = [Happened(kind, midnight(when)) for kind, when in history]

    today = standing(midnight(day), *events).status
    tomorrow = standing(midnight(day + timedelta(days=1)), *events).status

    assert today in Status
    if today in FINAL.values():
        assert tomorrow == today
    assert standing(midnight(day), *events) == standing(
        midnight(day), *reversed(list(events))
    ) or len({when for _kind, when in history}) < len(history)


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2026, 9, 1), 2, date(2028, 9, 1)),
        (date(2024, 2, 29), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 2, 28), 2, date(2028, 2, 28)),
        (date(2024, 2, 29), -2, date(2022, 2, 28)),
        (date(2025, 12, 31), 2, date(2027, 12, 31)),
    ],
)
def test_years_are_calendar_years(day, years, then):
    assert years_after(day, years) == then


def test_the_bodys_day_ends_in_the_bodys_zone():
    """Toronto: four hours behind in summer, five in winter."""
    assert end_of(date(2026, 7, 1)) == datetime(2026, 7, 2, 4, tzinfo=UTC)
    assert end_of(date(2026, 1, 1)) == datetime(2026, 1, 2, 5, tzinfo=UTC)
    assert body_day(datetime(2026, 7, 2, 3, 59, tzinfo=UTC)) == date(2026, 7, 1)
    assert body_day(datetime(2026, 7, 2, 4, tzinfo=UTC)) == date(2026, 7, 2)
