"""A time that is kept for somebody: who is kept out, for how long, and what ends it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from meetings import beat
from meetings.finding import free_slots
from meetings.holding import LASTS, held, release, sweep
from meetings.hosting import HoursRow, set_hours
from meetings.models import Hold, HostSettings, Kind, Meeting
from meetings.services import GuestBusy, NotASlot, SlotTaken, TooFar, TooSoon, reschedule
from tests.meetings.conftest import TEN, quarter
from trail.models import Event

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bea(person):
    return person("Bea")


@pytest.fixture
def kim(person, ina, at):
    """Another host, with the hours of the first."""
    host = person("Kim", Role.INTAKE_MANAGER, zone="America/St_Johns")
    rows = [HoursRow(r.weekday, r.starts, r.ends, [Kind.INTAKE]) for r in ina.weekly_hours.all()]
    set_hours(host, rows, by=host, at=at)
    return host


def starts(hosts, at, **whose):
    return [slot.starts_at for slot in free_slots(hosts, Kind.INTAKE, at=at, **whose)]


def test_a_time_is_kept_for_ten_minutes(keeps, ada, ina, at):
    hold = keeps()

    assert (hold.guest, hold.host, hold.starts_at, hold.ends_at) == (
        ada,
        ina,
        TEN,
        TEN + quarter(1),
    )
    assert hold.until == at + timedelta(minutes=10)
    assert held(ada, "case:1", at + LASTS - MINUTE) == hold
    assert held(ada, "case:1", at + LASTS) is None


def test_what_is_kept_in_one_case_is_not_shown_in_another(keeps, ada, at):
    keeps()

    assert held(ada, "case:2", at) is None


def test_others_neither_see_nor_book_nor_hold_it(keeps, booked, bea, ina, at):
    keeps()

    assert TEN not in starts([ina], at, guest=bea, about="case:9")
    with pytest.raises(SlotTaken) as refusal:
        booked(guest=bea, by=bea)
    with pytest.raises(SlotTaken):
        keeps(guest=bea, about="case:9")

    assert TEN not in [slot.starts_at for slot in refusal.value.nearest]
    assert (Meeting.objects.count(), Hold.objects.count()) == (0, 1)


def test_others_do_not_move_to_it(keeps, booked, bea, at):
    meeting = booked(guest=bea, by=bea, starts_at=TEN + quarter(1))
    keeps()

    with pytest.raises(SlotTaken):
        reschedule(meeting, starts_at=TEN, by=bea, at=at)


def test_the_guest_sees_and_books_it_and_it_is_used_up(keeps, booked, ada, ina, at):
    keeps()

    assert TEN in starts([ina], at, guest=ada, about="case:1")
    assert booked(about={"case": "case:1"}).starts_at == TEN
    assert Hold.objects.count() == 0


def test_the_guest_is_not_in_two_places_at_once(keeps, booked, ada, kim, at):
    """What Ada keeps for one case takes her own time in another."""
    keeps()

    assert TEN not in starts([kim], at, guest=ada, about="case:2")
    with pytest.raises(GuestBusy):
        booked(host=kim, about={"case": "case:2"})


def test_a_host_who_keeps_a_time_as_guest_is_not_free_then(keeps, booked, ina, kim, at):
    keeps(host=kim, guest=ina)

    with pytest.raises(SlotTaken):
        booked()


def test_a_new_choice_replaces_the_old_one(keeps, booked, bea):
    keeps()
    second = keeps(starts_at=TEN + quarter(1))

    assert list(Hold.objects.all()) == [second]
    assert booked(guest=bea, by=bea).starts_at == TEN


def test_the_same_choice_again_is_one_hold(keeps, at):
    first, again = keeps(), keeps(at=at + MINUTE)

    assert (again.pk, again.until, Hold.objects.count()) == (first.pk, at + MINUTE + LASTS, 1)


def test_released_and_over_it_is_anybodys(keeps, booked, ada, bea, person, at):
    keeps()
    release(guest=ada, about="case:1")
    booked(guest=bea, by=bea)

    keeps(starts_at=TEN + quarter(1))
    cid = person("Cid")
    late = booked(guest=cid, by=cid, starts_at=TEN + quarter(1), at=at + LASTS)

    assert late.starts_at == TEN + quarter(1)


def test_the_last_place_of_a_day_is_kept_too(keeps, booked, bea, ina):
    HostSettings.objects.filter(host=ina).update(daily_cap=1)
    keeps()

    with pytest.raises(SlotTaken):
        booked(guest=bea, by=bea, starts_at=TEN + quarter(2))


@pytest.mark.parametrize(
    ("after", "refusal"),
    [
        (-timedelta(days=3), TooSoon),
        (timedelta(days=90), TooFar),
        (MINUTE, NotASlot),
        (timedelta(hours=2), NotASlot),
    ],
)
def test_a_time_that_cannot_be_booked_cannot_be_kept(keeps, after, refusal):
    with pytest.raises(refusal):
        keeps(starts_at=TEN + after)

    assert Hold.objects.count() == 0


def test_sweeping_removes_what_is_over_alone(keeps, bea, at, time_machine):
    keeps()
    lasting = keeps(guest=bea, starts_at=TEN + quarter(1), at=at + MINUTE)
    time_machine.move_to(at + LASTS)

    assert (beat.sweep_holds(from_a_newer_clock=True), sweep(at + LASTS)) == (1, 0)
    assert list(Hold.objects.all()) == [lasting]


def test_the_trail_says_nothing_of_what_is_only_kept(keeps):
    before = Event.objects.count()

    keeps()

    assert Event.objects.count() == before


# --- The database -----------------------------------------------------------------------------
def rows(hold, **changes):
    names = ("guest", "host", "kind", "starts_at", "ends_at", "about", "made_at", "until")
    return {**{name: getattr(hold, name) for name in names}, **changes}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("one_hold_a_guest_and_matter", {}),
        ("hold_ends_after_it_starts", {"about": "case:3", "ends_at": TEN}),
        ("hold_lasts_for_a_while", {"about": "case:3", "until": TEN - timedelta(days=9)}),
    ],
)
def test_the_database_refuses_nonsense(keeps, name, changes):
    hold = keeps()
    Hold.objects.create(**rows(hold, about="case:2"))

    with pytest.raises(IntegrityError, match=f"{name}|^UNIQUE"), transaction.atomic():
        Hold.objects.create(**rows(hold, **changes))


def test_the_database_lets_nobody_keep_a_time_with_themselves(keeps, ina):
    hold = keeps()

    with pytest.raises(IntegrityError, match="nobody_holds"), transaction.atomic():
        Hold.objects.create(**rows(hold, guest=ina, about="case:4"))
