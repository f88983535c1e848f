"""Booking, moving, cancelling, closing, reminding."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.roles import Role
from meetings import beat
from meetings.finding import free_slots
from meetings.hosting import HoursOverlap, HoursRow, NotYourCalendar, set_rules, take_day_off
from meetings.models import Busy, Change, HostSettings, How, Kind, Meeting, State, WeeklyHours
from meetings.services import (
    GuestBusy,
    NoNumber,
    NotASlot,
    NotYours,
    SlotTaken,
    TooEarly,
    TooFar,
    TooLate,
    TooSoon,
    cancel,
    close,
    remind,
    reschedule,
    set_hours,
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
    take_day_off(ina, day=TEN.date() + DAY, note="", by=ina, at=at)
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


@pytest.mark.parametrize("hosts", [1, 3])
def test_free_slots_ask_four_questions_however_many_hosts(
    person, at, hosts, django_assert_num_queries
):
    people = [person(f"Host{n}", Role.INTAKE_MANAGER) for n in range(hosts)]

    with django_assert_num_queries(4):
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
        cancel(meeting, reason="", by=ada, at=TEN)
    with pytest.raises(TooLate):
        reschedule(meeting, starts_at=TEN + DAY, by=ada, at=TEN)
    cancel(meeting, reason="", by=ada, at=at)
    with pytest.raises(TooLate):
        cancel(meeting, reason="", by=ada, at=at)


def test_strangers_neither_move_nor_cancel_nor_close(booked, person, at):
    meeting, eve = booked(), person("Eve", Role.INTAKE_MANAGER)

    with pytest.raises(NotYours):
        reschedule(meeting, starts_at=TEN + HOUR, by=eve, at=at)
    with pytest.raises(NotYours):
        cancel(meeting, reason="", by=eve, at=at)
    with pytest.raises(NotYours):
        close(meeting, state=State.DONE, by=eve, at=TEN)

    assert verbs(meeting) == ["book"]


# --- Closing ----------------------------------------------------------------------------------
def test_host_says_how_it_went_and_only_once(booked, ina):
    meeting = booked()

    with pytest.raises(TooEarly):
        close(meeting, state=State.DONE, by=ina, at=TEN - quarter(1))
    done = close(meeting, state=State.DONE, by=ina, at=TEN)
    with pytest.raises(TooLate):
        close(meeting, state=State.GUEST_ABSENT, by=ina, at=TEN)

    assert (done.state, done.closed_at, Busy.objects.count()) == (State.DONE, TEN, 0)
    assert verbs(meeting) == ["book", "close"]


def test_a_meeting_ends_in_one_of_three_ways(booked, ina):
    with pytest.raises(Refused):
        close(booked(), state=State.CANCELLED, by=ina, at=TEN)


def test_guest_says_only_that_the_host_did_not_come(booked, ada):
    meeting = booked()

    with pytest.raises(NotYours):
        close(meeting, state=State.DONE, by=ada, at=TEN)
    absent = close(meeting, state=State.HOST_ABSENT, by=ada, at=TEN + quarter(1))

    assert absent.state == State.HOST_ABSENT


def test_absent_guest_gets_a_letter(booked, ina):
    meeting = booked()

    close(meeting, state=State.GUEST_ABSENT, by=ina, at=TEN + quarter(1))

    assert Message.objects.get(key=f"meeting:{meeting.pk}:absent").kind == "interview_no_show"


# --- Reminding --------------------------------------------------------------------------------
def test_reminders_come_a_day_before_once(booked):
    meeting = booked()
    name = f"meeting:{meeting.pk}:reminder:20260903T1230Z"

    assert remind(TEN - 25 * HOUR) == 0
    assert remind(TEN - 24 * HOUR) == 2
    assert remind(TEN - 23 * HOUR) == 0
    assert keys()[2:] == [name, f"{name}:host"]


def test_verification_is_reminded_of_two_days_before(booked, ina, at):
    rows = [HoursRow(3, TEN.time().replace(hour=9, minute=0), TEN.time(), [Kind.VERIFICATION])]
    set_hours(ina, rows, by=ina, at=at)
    meeting = booked(kind=Kind.VERIFICATION, starts_at=TEN - HOUR, at=at - 3 * DAY)

    assert remind(meeting.starts_at - 48 * HOUR) == 1
    assert remind(meeting.starts_at - 24 * HOUR) == 1
    kinds = Message.objects.filter(key__contains="reminder").order_by("pk")
    assert [message.kind for message in kinds] == ["meeting_reminder", "staff_meeting_reminder"]


def test_moved_meeting_is_reminded_of_anew_and_a_cancelled_one_never(booked, ada, person, at):
    bea = person("Bea")
    moved, gone = booked(starts_at=TEN), booked(guest=bea, by=bea, starts_at=TEN + quarter(1))
    remind(TEN - 24 * HOUR)
    reschedule(moved, starts_at=TEN + 5 * DAY, by=ada, at=TEN - 23 * HOUR)
    cancel(gone, reason="", by=bea, at=TEN - 23 * HOUR)

    assert remind(TEN - 22 * HOUR) == 0
    assert remind(TEN + 4 * DAY) == 2


def test_no_reminder_says_tomorrow_of_today(booked):
    booked(at=TEN - 20 * HOUR)

    assert remind(TEN - 19 * HOUR) == 0  # the confirmation has just said it
    assert remind(TEN - 2 * HOUR) == 0


def test_the_clock_reminds(booked, at, time_machine):
    booked()
    time_machine.move_to(TEN - 24 * HOUR)

    assert beat.remind(from_a_newer_clock=True) == 2


# --- Hours ------------------------------------------------------------------------------------
def test_hours_are_replaced_as_a_whole(ina, at):
    nine = TEN.time().replace(hour=9, minute=0)

    set_hours(ina, [HoursRow(0, nine, TEN.time(), [Kind.INTAKE])], by=ina, at=at)

    assert list(WeeklyHours.objects.values_list("weekday", "kinds")) == [(0, ["intake"])]


def test_hours_that_overlap_are_refused(ina, at):
    nine = TEN.time().replace(hour=9, minute=0)
    row = HoursRow(0, nine, TEN.time(), [Kind.INTAKE])

    with pytest.raises(HoursOverlap, match="On Monday, 09:00–12:30 and 09:00–12:30 overlap"):
        set_hours(ina, [row, row], by=ina, at=at)

    assert WeeklyHours.objects.count() == 5


def test_only_the_host_and_administrators_set_hours(ina, ada, ann, at):
    with pytest.raises(NotYourCalendar):
        set_hours(ina, [], by=ada, at=at)

    set_hours(ina, [], by=ann, at=at)
    assert WeeklyHours.objects.count() == 0


def test_rules_are_one_row_a_host(ina, at):
    numbers = {"buffer_minutes": 5, "notice_hours": 1, "horizon_days": 9, "daily_cap": 2}

    set_rules(ina, place=" Room 2 ", **numbers, by=ina, at=at)

    assert HostSettings.objects.values("place", *numbers).get() == {"place": "Room 2", **numbers}
