"""Booking, moving, cancelling."""

from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.roles import Role
from meetings.closing import close
from meetings.finding import free_slots, ways_of
from meetings.hosting import HoursRow, open_that_day, set_hours, take_days_off
from meetings.models import Busy, Change, HostSettings, How, Kind, Meeting, State
from meetings.services import (
    GuestBusy,
    NoNumber,
    NotASlot,
    NotThatWay,
    NotYours,
    SlotTaken,
    TooFar,
    TooLate,
    TooSoon,
    cancel,
    reschedule,
)
from notices.models import Message
from tests.meetings.conftest import TEN, quarter
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def keys():
    return sorted(Message.objects.values_list("key", flat=True))


def verbs(meeting):
    return list(Event.objects.about(meeting).order_by("pk").values_list("verb", flat=True))


# --- Booking ----------------------------------------------------------------------------------
def test_booking_takes_the_time_of_both_and_tells_both(booked, ada, ina):
    meeting = booked()

    assert (meeting.starts_at, meeting.ends_at) == (TEN, TEN + quarter(1))
    assert (meeting.state, meeting.sequence, meeting.place) == (
        State.BOOKED,
        0,
        "https://meet.example/ina",
    )
    assert sorted(Busy.objects.values_list("person", flat=True)) == sorted([ada.pk, ina.pk])
    assert keys() == [f"meeting:{meeting.pk}:booked", f"meeting:{meeting.pk}:booked:host"]
    assert verbs(meeting) == ["book"]


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (datetime(2026, 8, 31, 12, 30, tzinfo=UTC), TooSoon),  # yesterday
        (datetime(2026, 9, 1, 12, 1, tzinfo=UTC), TooSoon),  # in a minute
        (datetime(2026, 9, 1, 13, 0, tzinfo=UTC), TooSoon),  # free, but without notice
        (datetime(2027, 1, 7, 13, 30, tzinfo=UTC), TooFar),
        (TEN + timedelta(minutes=1), NotASlot),  # not on the grid
        (TEN - 2 * HOUR, NotASlot),  # before hours
        (TEN + 2 * HOUR, NotASlot),  # begins when they end
        (TEN + 2 * DAY, NotASlot),  # a Saturday
    ],
)
def test_a_time_that_is_none_is_refused(booked, starts_at, refusal):
    with pytest.raises(refusal):
        booked(starts_at=starts_at)

    assert (Meeting.objects.count(), Busy.objects.count(), keys()) == (0, 0, [])


def test_a_kind_that_the_host_does_not_take_is_refused(booked):
    with pytest.raises(NotASlot):
        booked(kind=Kind.VERIFICATION)


def test_second_for_one_time_hears_the_nearest_free_times(booked, person):
    booked()
    bea = person("Bea")

    with pytest.raises(SlotTaken) as refusal:
        booked(guest=bea, by=bea)

    near = [slot.starts_at for slot in refusal.value.nearest]
    assert near == [TEN - quarter(1), TEN + quarter(1), TEN + quarter(2)] or near == [
        TEN - quarter(2),
        TEN - quarter(1),
        TEN + quarter(1),
    ]
    assert str(refusal.value).startswith("That time was just taken. Free near it: Thursday 3 Sep")
    assert Meeting.objects.count() == 1


def test_guest_in_another_meeting_is_refused_whoever_hosts_it(booked, person, ada, at):
    booked()
    kim = person("Kim", Role.INTAKE_MANAGER, zone="America/St_Johns")
    rows = [HoursRow(3, TEN.time().replace(hour=9, minute=0), TEN.time(), [Kind.INTAKE])]
    set_hours(kim, rows, by=kim, at=at)

    with pytest.raises(GuestBusy):
        booked(host=kim)


def test_host_who_is_a_guest_elsewhere_is_not_free(booked, person, ina, at):
    kim = person("Kim", Role.INTAKE_MANAGER, zone="America/St_Johns")
    rows = [HoursRow(3, TEN.time().replace(hour=9, minute=0), TEN.time(), [Kind.INTAKE])]
    set_hours(kim, rows, by=kim, at=at)
    booked(host=kim, guest=ina, by=kim)

    with pytest.raises(SlotTaken):
        booked()


def test_strangers_do_not_book_for_others_but_administrators_do(booked, person, ann):
    with pytest.raises(NotYours):
        booked(by=person("Eve"))

    assert booked(by=ann).state == State.BOOKED


def test_nobody_meets_themselves(booked, ina):
    with pytest.raises(NotASlot):
        booked(guest=ina, by=ina)


def test_phone_uses_the_number_given_then_the_known_one(booked, person):
    given = booked(how=How.PHONE, phone="+1 709 555")
    known = booked(how=How.PHONE, starts_at=TEN + quarter(1))

    assert (given.place, known.place) == ("+1 709 555", "+62 811 000")


def test_phone_without_a_number_is_refused(booked, person):
    bea = person("Bea")

    with pytest.raises(NoNumber):
        booked(guest=bea, by=bea, how=How.PHONE)


def test_full_and_free_days_of_the_host_hold(booked, ina, ada, at):
    HostSettings.objects.filter(host=ina).update(daily_cap=1)
    off = TEN.date() + DAY
    take_days_off(ina, first=off, last=off, note="", by=ina, at=at)
    booked()

    with pytest.raises(SlotTaken):
        booked(starts_at=TEN + HOUR)
    with pytest.raises(NotASlot):
        booked(starts_at=TEN + DAY)


# --- Finding ----------------------------------------------------------------------------------
def test_free_slots_keep_notice_and_leave_out_what_is_taken(booked, ina, at):
    booked()

    starts = [slot.starts_at for slot in free_slots([ina], Kind.INTAKE, at=at, days=2)]

    wednesday = datetime(2026, 9, 2, 11, 30, tzinfo=UTC)
    assert starts[:12] == [wednesday + quarter(n) for n in range(12)]
    assert starts[12:] == [wednesday + DAY + quarter(n) for n in range(3)]


def test_free_slots_leave_out_what_the_guest_cannot(booked, ina, ada, person, at):
    booked()

    all_free = free_slots([ina], Kind.INTAKE, at=at)
    with_ada = free_slots([ina], Kind.INTAKE, at=at, guest=ada)

    assert [slot.value for slot in all_free] == [slot.value for slot in with_ada]
    assert TEN not in [slot.starts_at for slot in with_ada]


def test_at_one_time_the_host_who_is_met_least_comes_first(booked, person, ina, at):
    kim = person("Kim", Role.INTAKE_MANAGER, zone="America/St_Johns")
    rows = [
        HoursRow(row.weekday, row.starts, row.ends, [Kind.INTAKE]) for row in ina.weekly_hours.all()
    ]
    set_hours(kim, rows, by=kim, at=at)
    booked()

    both = [slot for slot in free_slots([ina, kim], Kind.INTAKE, at=at) if slot.starts_at > TEN]

    assert [slot.host for slot in both[:2]] == [kim, ina]


def test_what_a_host_held_lately_counts_like_what_is_booked(booked, person, ina, ada, at):
    kim = person("Kim", Role.INTAKE_MANAGER, zone="America/St_Johns")
    rows = [HoursRow(day, time(9), time(12), [Kind.INTAKE]) for day in range(5)]
    set_hours(kim, rows, by=kim, at=at)

    def first(now):
        free = free_slots([ina, kim], Kind.INTAKE, at=now)
        return next(slot.host for slot in free if slot.starts_at.astimezone(ina.zone).hour == 11)

    held = booked()
    close(held, state=State.DONE, outcome="proceed", by=ina, at=TEN)
    assert first(TEN + DAY) == kim
    gone = booked(host=kim, starts_at=TEN + DAY)
    cancel(gone, reason="I am ill.", by=kim, at=TEN)
    missed = booked(host=kim, starts_at=TEN + 4 * DAY, at=TEN)
    close(missed, state=State.HOST_ABSENT, by=kim, at=TEN + 5 * DAY)

    # Neither what was cancelled nor what the host missed was any work of theirs.
    assert first(TEN + 5 * DAY) == kim
    assert first(TEN + 29 * DAY) == ina  # all that is long ago: the first of the house


def test_hours_of_one_day_replace_the_weekly_ones(booked, ina, at):
    open_that_day(
        ina, day=TEN.date(), starts=time(15), ends=time(16), kinds=[Kind.INTAKE], by=ina, at=at
    )

    with pytest.raises(NotASlot):
        booked()
    assert booked(starts_at=TEN + 5 * HOUR).state == State.BOOKED  # three in the afternoon there
    assert booked(starts_at=TEN + DAY).state == State.BOOKED  # the day after is as ever


def test_hours_of_one_day_for_one_kind_leave_no_other(booked, ina, at):
    open_that_day(
        ina, day=TEN.date(), starts=time(9), ends=time(12), kinds=[Kind.RENEWAL], by=ina, at=at
    )

    with pytest.raises(NotASlot):
        booked()


# --- Ways -------------------------------------------------------------------------------------
def test_each_way_has_its_place(booked, ina):
    HostSettings.objects.filter(host=ina).update(in_person=True, address="5 Water Street")

    there = booked(how=How.PLACE)

    assert there.place == "5 Water Street"
    assert ways_of(ina) == [How.VIDEO, How.PHONE, How.PLACE]


def test_a_way_that_the_host_does_not_take_is_refused(booked, person):
    with pytest.raises(NotThatWay, match="Ina does not meet people that way"):
        booked(how=How.PLACE)

    assert Meeting.objects.count() == 0


def test_who_has_said_nothing_is_met_by_video_and_phone(person):
    assert ways_of(person("Kim")) == [How.VIDEO, How.PHONE]


# --- The guest's own limit --------------------------------------------------------------------
def test_guests_change_a_meeting_until_four_hours_before_and_hosts_until_it_begins(
    booked, ada, ina, ann
):
    meeting, later = booked(), TEN + DAY
    near = TEN - 4 * HOUR + quarter(1)

    with pytest.raises(TooLate, match="Write to Ina: ina@example"):
        reschedule(meeting, starts_at=later, by=ada, at=near)
    with pytest.raises(TooLate, match="Write to Ina: ina@example"):
        cancel(meeting, reason="I am ill.", by=ada, at=near)

    assert reschedule(meeting, starts_at=later, by=ina, at=near).starts_at == later
    assert cancel(meeting, reason="Ada called.", by=ann, at=later - HOUR).state == State.CANCELLED


def test_at_the_limit_itself_a_guest_still_moves(booked, ada):
    moved = reschedule(booked(), starts_at=TEN + DAY, by=ada, at=TEN - 4 * HOUR)

    assert moved.sequence == 1


def test_a_host_sets_the_limit(booked, ada, ina):
    HostSettings.objects.filter(host=ina).update(change_hours=0)

    assert cancel(booked(), reason="Ill.", by=ada, at=TEN - quarter(1)).state == State.CANCELLED


def test_what_a_case_brings_down_is_cancelled_until_it_begins(booked, ada):
    gone = cancel(booked(), reason="Withdrawn.", by=ada, at=TEN - HOUR, with_its_case=True)

    assert gone.state == State.CANCELLED


def test_a_cancellation_has_a_reason(booked, ada, at):
    with pytest.raises(Refused, match="Say why"):
        cancel(booked(), reason=" \n ", by=ada, at=at)


@pytest.mark.parametrize("hosts", [1, 3])
def test_free_slots_ask_seven_questions_however_many_hosts(
    person, at, hosts, django_assert_num_queries
):
    people = [person(f"Host{n}", Role.INTAKE_MANAGER) for n in range(hosts)]

    with django_assert_num_queries(7):
        free_slots(people, Kind.INTAKE, at=at)


# --- Moving -----------------------------------------------------------------------------------
def test_moved_meeting_stays_itself(booked, ada, at):
    meeting = booked()
    uid = meeting.uid

    moved = reschedule(meeting, starts_at=TEN + HOUR, by=ada, at=at + HOUR)

    assert (moved.pk, moved.uid, moved.sequence) == (meeting.pk, uid, 1)
    assert (moved.starts_at, moved.ends_at) == (TEN + HOUR, TEN + HOUR + quarter(1))
    assert set(Busy.objects.values_list("starts_at", flat=True)) == {TEN + HOUR}
    assert Change.objects.get().old_starts_at == TEN
    assert keys()[2:] == [f"meeting:{meeting.pk}:moved:1", f"meeting:{meeting.pk}:moved:1:host"]
    assert verbs(meeting) == ["book", "reschedule"]


def test_moving_by_less_than_its_length_does_not_clash_with_itself(booked, ina, ada, at):
    rows = [HoursRow(3, TEN.time().replace(hour=9, minute=0), TEN.time(), [Kind.VERIFICATION])]
    set_hours(ina, rows, by=ina, at=at)
    meeting = booked(kind=Kind.VERIFICATION, starts_at=TEN - HOUR)

    moved = reschedule(meeting, starts_at=TEN - HOUR / 2, by=ina, at=at)

    assert moved.ends_at == TEN - HOUR / 2 + timedelta(minutes=75)


def test_moving_to_a_taken_time_changes_nothing(booked, person, ada, at):
    meeting, bea = booked(), person("Bea")
    booked(guest=bea, by=bea, starts_at=TEN + HOUR)

    with pytest.raises(SlotTaken):
        reschedule(meeting, starts_at=TEN + HOUR, by=ada, at=at)
    with pytest.raises(NotASlot):
        reschedule(meeting, starts_at=TEN, by=ada, at=at)

    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence, Change.objects.count()) == (TEN, 0, 0)


# --- Cancelling -------------------------------------------------------------------------------
def test_cancelled_meeting_frees_both(booked, ada, ina, at):
    meeting = booked()

    gone = cancel(meeting, reason="I am\nill. ", by=ina, at=at)

    assert (gone.state, gone.cancelled_by, gone.cancel_reason) == (
        State.CANCELLED,
        ina,
        "I am ill.",
    )
    assert (gone.sequence, Busy.objects.count()) == (1, 0)
    assert booked().state == State.BOOKED


def test_nothing_changes_once_it_begins_or_is_over(booked, ada, at):
    meeting = booked()

    with pytest.raises(TooLate):
        cancel(meeting, reason="I am ill.", by=ada, at=TEN)
    with pytest.raises(TooLate):
        reschedule(meeting, starts_at=TEN + DAY, by=ada, at=TEN)
    cancel(meeting, reason="I am ill.", by=ada, at=at)
    with pytest.raises(TooLate):
        cancel(meeting, reason="I am ill.", by=ada, at=at)


def test_strangers_neither_move_nor_cancel_nor_close(booked, person, at):
    meeting, eve = booked(), person("Eve", Role.INTAKE_MANAGER)

    with pytest.raises(NotYours):
        reschedule(meeting, starts_at=TEN + HOUR, by=eve, at=at)
    with pytest.raises(NotYours):
        cancel(meeting, reason="I am ill.", by=eve, at=at)
    with pytest.raises(NotYours):
        close(meeting, state=State.DONE, outcome="proceed", by=eve, at=TEN)

    assert verbs(meeting) == ["book"]
