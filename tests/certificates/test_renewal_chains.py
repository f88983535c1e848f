"""Every day from 2024 to 2032: timely files, leaves, and what is renewed together."""

from datetime import date, timedelta

import pytest

from certificates.dates import end_of, years_after
from certificates.renewal import OPENS_DAYS, Term, grace_ends, opens_on
from certificates.status import GOOD, Happened, Kind, Status
from tests.certificates.test_date_sweep import DAY, DAYS, FIRST, LEAP, SECOND, begin_of, status

LEAVES = (14, 60, 365)


def test_a_file_handed_in_by_the_last_second_keeps_every_certificate_valid_until_it_is_decided():
    wrong = []
    for awarded in DAYS:
        ends = years_after(awarded, 2)
        timely = Happened(Kind.HANDED_IN, end_of(ends) - SECOND)
        decided = end_of(ends) + timedelta(days=40)
        refused = Happened(Kind.NOT_RENEWED, decided)
        found = [
            status(awarded, ends, end_of(ends) - SECOND, timely),
            status(awarded, ends, end_of(ends), timely),
            status(awarded, ends, decided - SECOND, timely, refused),
            status(awarded, ends, decided, timely, refused),
            status(awarded, ends, decided, timely, Happened(Kind.RENEWED, decided)),
        ]
        good = [Status.VALID] * 3
        if found != [*good, Status.LAPSED, Status.RENEWED]:
            wrong.append((awarded, found))
    assert wrong == []


def test_a_file_a_second_late_lets_every_certificate_lapse():
    for awarded in DAYS:
        ends = years_after(awarded, 2)
        late = Happened(Kind.HANDED_IN, end_of(ends))
        assert status(awarded, ends, end_of(ends), late) == Status.LAPSED
        assert status(awarded, ends, end_of(ends) - SECOND, late) == Status.VALID


@pytest.mark.parametrize("days", LEAVES)
def test_a_leave_moves_the_end_from_the_day_on_which_it_was_granted(days):
    for awarded in DAYS:
        ends = years_after(awarded, 2)
        moved = ends + timedelta(days=days)
        granted = Happened(Kind.EXTENDED, begin_of(ends), moved)
        before = Happened(Kind.EXTENDED, end_of(ends) + DAY, moved)  # granted in grace
        edges = [
            status(awarded, ends, end_of(ends), granted),
            status(awarded, ends, end_of(moved) - SECOND, granted),
            status(awarded, ends, end_of(moved), granted),
            status(awarded, ends, end_of(ends), before),
            status(awarded, ends, end_of(ends) + DAY, before),
        ]
        good = [Status.VALID, Status.VALID, Status.LAPSED]
        assert edges == [*good, Status.LAPSED, Status.VALID], awarded


@pytest.mark.parametrize("days", LEAVES)
def test_after_a_leave_the_chain_begins_at_the_moved_end_and_29_february_comes_back(days):
    for anchor in DAYS:
        first = Term(anchor, 1, 2)
        moved = first.ends_on + timedelta(days=days)
        second = first.following(moved)
        assert second.ends_on == years_after(moved, 2)  # from the old end, as it was moved
        third = second.following(None)
        assert third.ends_on == years_after(moved, 4)
        if (moved.month, moved.day) == (2, 29):
            assert (third.ends_on.month, third.ends_on.day) == (2, 29)


def test_without_a_leave_every_term_counts_from_the_first_award():
    for anchor in DAYS:
        term = Term(anchor, 1, 2)
        for number in range(2, 6):
            term = term.following(None)
            assert (term.number, term.ends_on) == (number, years_after(anchor, 2 * number))


def test_what_is_renewed_together_ends_together_ever_after():
    """Journey Mentor leads: the other takes over its term."""
    for journey in DAYS[:: len(DAYS) // 400]:
        leads = Term(journey, 1, 2).following(None)
        along = Term(leads.anchor, leads.number, leads.years)
        for _turn in range(4):
            assert along.ends_on == leads.ends_on
            leads, along = leads.following(None), along.following(None)


def test_whoever_renews_in_time_is_certified_on_every_day_of_nine_years():
    """Handed in on the very last day, decided a month later, a leave of 60 days in the second."""
    term, at, gaps = Term(LEAP[0], 1, 2), begin_of(LEAP[0]), []
    rows = []
    for number in range(5):
        ends = term.ends_on
        moved = ends + timedelta(days=60) if number == 1 else None
        last = moved or ends
        decided = end_of(last) + timedelta(days=30)
        events = [
            *(
                [Happened(Kind.EXTENDED, begin_of(ends - timedelta(days=90)), moved)]
                if moved
                else []
            ),
            Happened(Kind.HANDED_IN, end_of(last) - SECOND),
            Happened(Kind.RENEWED, decided),
        ]
        rows.append((at, ends, events))
        term, at = term.following(moved), decided
    for day in (day for day in DAYS if day >= LEAP[0]):
        moment = end_of(day) - SECOND
        good = [
            status(begun.date(), ends, moment, *events) in GOOD
            for begun, ends, events in rows
            if begun <= moment
        ]
        if not any(good):
            gaps.append(day)
    assert gaps == []


def test_handing_in_opens_and_grace_ends_around_every_moved_end():
    for ends in DAYS:
        moved = ends + timedelta(days=60)
        assert (moved - opens_on(moved)).days == OPENS_DAYS
        assert opens_on(moved) - opens_on(ends) == grace_ends(moved) - grace_ends(ends)
        assert ends >= FIRST


def test_what_is_taken_up_again_on_appeal_is_as_timely_as_it_was():
    awarded = date(2026, 9, 1)
    ends = years_after(awarded, 2)
    events = [
        Happened(Kind.HANDED_IN, begin_of(ends)),
        Happened(Kind.NOT_RENEWED, end_of(ends) + DAY),
        Happened(Kind.TAKEN_UP, end_of(ends) + timedelta(days=30)),
    ]

    assert status(awarded, ends, end_of(ends), *events) == Status.VALID
    assert status(awarded, ends, end_of(ends) + timedelta(days=2), *events) == Status.LAPSED
    assert status(awarded, ends, end_of(ends) + timedelta(days=31), *events) == Status.VALID
