"""Every day from 2024 to 2032: validity, the window of renewal, chains of terms, reminders."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from certificates.dates import body_day, end_of, years_after
from certificates.reminders import CATCH_UP, windows
from certificates.renewal import WARNINGS, grace_ends, opens_on
from certificates.status import GOOD, Happened, Kind, Status, standing_at

FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LEAP = [day for day in DAYS if (day.month, day.day) == (2, 29)]


def begin_of(day):
    return end_of(day - DAY)


def status(awarded_on, expires_on, at, *events):
    return standing_at(
        awarded_on=awarded_on, expires_on=expires_on, on=body_day(at), at=at, events=events
    ).status


def test_the_sweep_holds_every_day():
    assert len(DAYS) == 3288
    assert [date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29)] == LEAP


def test_whichever_day_it_was_awarded_it_holds_to_the_last_second_of_its_last_day():
    wrong = []
    for awarded in DAYS:
        ends = years_after(awarded, 2)
        edges = [
            status(awarded, ends, begin_of(awarded) - SECOND),
            status(awarded, ends, begin_of(awarded)),
            status(awarded, ends, end_of(ends) - SECOND),
            status(awarded, ends, end_of(ends)),
        ]
        if edges != [Status.NOT_YET, Status.VALID, Status.VALID, Status.LAPSED]:
            wrong.append((awarded, edges))
    assert wrong == []


@pytest.mark.parametrize("awarded", [date(2024, 1, 1), date(2024, 2, 29), date(2025, 12, 31)])
def test_one_certificate_on_every_day(awarded):
    ends = years_after(awarded, 2)
    off, on = awarded + timedelta(days=100), awarded + timedelta(days=160)
    events = [
        Happened(Kind.SUSPENDED, begin_of(off)),
        Happened(Kind.REINSTATED, begin_of(on)),
        Happened(Kind.RENEWED, begin_of(ends - timedelta(days=30))),
    ]

    found = {day: status(awarded, ends, begin_of(day), *events) for day in DAYS}

    def expected(day):
        if day < awarded:
            return Status.NOT_YET
        if off <= day < on:
            return Status.SUSPENDED
        return Status.VALID if day <= ends else Status.RENEWED

    assert [day for day in DAYS if found[day] != expected(day)] == []


def test_a_chain_of_terms_neither_loses_nor_wins_a_day():
    """Each end is counted from the first award: 29 February comes back every second term."""
    for anchor in DAYS:
        ends = [years_after(anchor, 2 * term) for term in range(1, 6)]
        assert all(730 <= (later - sooner).days <= 732 for sooner, later in pairwise(ends))
        assert {(end.month, end.day) for end in ends} <= {
            (anchor.month, anchor.day),
            *([(2, 28)] if anchor in LEAP else []),
        }
        assert years_after(anchor, 4) == ends[1]
        if anchor in LEAP:
            assert (ends[1].month, ends[1].day) == (2, 29)


def test_along_a_chain_somebody_is_certified_on_every_day():
    anchor = date(2024, 2, 29)
    ends = [years_after(anchor, 2 * term) for term in range(1, 6)]
    # Each is renewed 40 days before the end of the one before.
    begins = [anchor, *(end - timedelta(days=40) for end in ends)]
    terms = list(zip(begins, ends, strict=False))

    for day in (day for day in DAYS if day >= anchor):
        good = [status(awarded, ends, end_of(day) - SECOND) in GOOD for awarded, ends in terms]
        assert any(good), day


def test_renewal_opens_and_closes_around_every_end():
    for ends in DAYS:
        assert (ends - opens_on(ends)).days == 365
        assert (grace_ends(ends) - ends).days == 90
        assert opens_on(ends) <= ends - timedelta(days=max(WARNINGS))


def test_a_daily_sweep_writes_each_letter_on_its_very_day_and_never_two_at_once():
    seen: dict[tuple[str, date], date] = {}
    for today in DAYS:
        covered: set[date] = set()
        for window in windows(today):
            span = (window.last - window.first).days
            assert 0 <= span <= CATCH_UP.days
            ends = {window.first + timedelta(days=n) for n in range(span + 1)}
            assert not ends & covered, today  # one letter at a time
            covered |= ends
            for end in ends:
                seen.setdefault((window.kind, end), today)

    inner = [day for day in DAYS if FIRST + timedelta(days=380) <= day < LAST - timedelta(days=1)]
    for end in inner:
        for days in WARNINGS:
            assert seen[f"recertification_{days}", end] == end - timedelta(days=days)
        assert seen["recertification_lapsed", end] == end + DAY


@pytest.mark.parametrize("late", range(1, CATCH_UP.days + 1))
def test_a_sweep_that_was_away_still_writes_the_latest_letter(late):
    for end in DAYS[400::37]:
        for days in WARNINGS:
            today = end - timedelta(days=days) + timedelta(days=late)
            kinds = [w.kind for w in windows(today) if w.first <= end <= w.last]
            nearer = [d for d in WARNINGS if d >= (end - today).days]
            wanted = min(nearer) if today <= end else "lapsed"
            assert kinds == [f"recertification_{wanted}"]
