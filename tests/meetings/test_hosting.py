"""What hosts say about when and how they can be met."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from meetings.absences import absences
from meetings.finding import free_slots
from meetings.hosting import (
    HoursOverlap,
    HoursRow,
    NotYourCalendar,
    drop_day_hours,
    open_that_day,
    set_hours,
    set_rules,
    take_days_off,
    work_again,
)
from meetings.models import DayHours, DayOff, HostSettings, How, Kind, WeeklyHours
from tests.meetings.conftest import TEN
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NINE = TEN.time().replace(hour=9, minute=0)
RULES = {
    "ways": [How.VIDEO],
    "video_link": "https://meet.example/ina",
    "address": "",
    "buffer_minutes": 5,
    "notice_hours": 1,
    "change_hours": 2,
    "horizon_days": 9,
    "daily_cap": 2,
}
THURSDAY = {"day": TEN.date(), "starts": time(14), "ends": time(16), "kinds": [Kind.INTAKE]}


# --- Every week -------------------------------------------------------------------------------
def test_hours_are_replaced_as_a_whole(ina, at):
    set_hours(ina, [HoursRow(0, NINE, TEN.time(), [Kind.INTAKE])], by=ina, at=at)

    assert list(WeeklyHours.objects.values_list("weekday", "kinds")) == [(0, ["intake"])]


def test_hours_that_overlap_are_refused(ina, at):
    row = HoursRow(0, NINE, TEN.time(), [Kind.INTAKE])

    with pytest.raises(HoursOverlap, match="On Monday, 09:00–12:30 and 09:00–12:30 overlap"):
        set_hours(ina, [row, row], by=ina, at=at)

    assert WeeklyHours.objects.count() == 5


@pytest.mark.parametrize("deed", ["hours", "rules", "off", "again", "day"])
def test_only_the_host_and_administrators_touch_a_calendar(ina, ada, ann, at, deed):
    deeds = {
        "hours": lambda by: set_hours(ina, [], by=by, at=at),
        "rules": lambda by: set_rules(ina, **RULES, by=by, at=at),
        "off": lambda by: take_days_off(
            ina, first=TEN.date(), last=TEN.date(), note="", by=by, at=at
        ),
        "again": lambda by: work_again(ina, first=TEN.date(), last=TEN.date(), by=by, at=at),
        "day": lambda by: open_that_day(ina, **THURSDAY, by=by, at=at),
    }

    with pytest.raises(NotYourCalendar):
        deeds[deed](ada)

    deeds[deed](ann)
    assert Event.objects.filter(actor=ann).count() == 1


# --- One day differently ----------------------------------------------------------------------
def test_hours_of_a_day_add_up_and_go_one_by_one(ina, at):
    first = open_that_day(ina, **THURSDAY, by=ina, at=at)
    open_that_day(ina, **{**THURSDAY, "starts": time(18), "ends": time(0)}, by=ina, at=at)

    drop_day_hours(first, by=ina, at=at)

    assert [str(row) for row in ina.day_hours.all()] == ["2026-09-03 18:00 to 00:00"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts": time(15)}, "You have said 14:00–16:00 for that day already."),
        ({"starts": time(12), "ends": time(0)}, "You have said 14:00–16:00"),
        ({"day": date(2026, 8, 31)}, "That day has passed."),
    ],
)
def test_hours_of_a_day_that_cannot_be_are_refused(ina, at, changes, words):
    open_that_day(ina, **THURSDAY, by=ina, at=at)

    with pytest.raises(Refused, match=words):
        open_that_day(ina, **{**THURSDAY, **changes}, by=ina, at=at)

    assert DayHours.objects.count() == 1


def test_a_day_off_has_no_hours(ina, at):
    take_days_off(ina, first=TEN.date(), last=TEN.date(), note="", by=ina, at=at)

    with pytest.raises(Refused, match="You have taken that day off"):
        open_that_day(ina, **THURSDAY, by=ina, at=at)


@pytest.mark.parametrize(("starts", "ends"), [(time(9), time(9)), (time(9), time(8))])
def test_the_database_refuses_hours_that_end_before_they_start(ina, starts, ends):
    with pytest.raises(IntegrityError), transaction.atomic():
        DayHours.objects.create(host=ina, day=TEN.date(), starts=starts, ends=ends)


# --- Days off ---------------------------------------------------------------------------------
def test_a_journey_is_taken_off_from_day_to_day(ina, at):
    thursday = TEN.date()
    take_days_off(ina, first=thursday + DAY, last=thursday + DAY, note="Dentist", by=ina, at=at)

    off = take_days_off(ina, first=thursday, last=thursday + 5 * DAY, note="Sea", by=ina, at=at)

    free = {
        slot.starts_at.astimezone(ina.zone).date() for slot in free_slots([ina], "intake", at=at)
    }
    assert (len(off), DayOff.objects.count()) == (5, 6)
    assert min(day for day in free if day >= thursday) == thursday + 6 * DAY
    said = [(a.first.day, a.last.day, a.note) for a in absences(DayOff.objects.all())]
    assert said == [(3, 3, "Sea"), (4, 4, "Dentist"), (5, 8, "Sea")]


def test_days_can_be_worked_again(ina, at):
    thursday = TEN.date()
    take_days_off(ina, first=thursday, last=thursday + 5 * DAY, note="", by=ina, at=at)

    assert work_again(ina, first=thursday, last=thursday + DAY, by=ina, at=at) == 2
    assert DayOff.objects.count() == 4


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 9, 4), date(2026, 9, 3), "The last day lies before the first."),
        (date(2026, 8, 30), date(2026, 9, 3), "That day has passed."),
        (date(2026, 9, 4), date(2027, 9, 30), "That is more than a year."),
        (date(2026, 9, 2), date(2026, 9, 2), "You have taken that day off already."),
    ],
)
def test_absences_that_cannot_be_are_refused(ina, at, first, last, words):
    known = date(2026, 9, 2)
    take_days_off(ina, first=known, last=known, note="", by=ina, at=at)

    with pytest.raises(Refused, match=words):
        take_days_off(ina, first=first, last=last, note="", by=ina, at=at)

    assert DayOff.objects.count() == 1


# --- Rules ------------------------------------------------------------------------------------
def test_rules_are_one_row_a_host(ina, at):
    rules = set_rules(ina, **{**RULES, "address": " 5  Water Street "}, by=ina, at=at)

    assert HostSettings.objects.count() == 1
    assert (rules.ways, rules.address, rules.change_hours) == ([How.VIDEO], "5 Water Street", 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"ways": []}, "at least one way"), ({"ways": [How.PLACE]}, "Say where people find you")],
)
def test_rules_under_which_nobody_could_be_met_are_refused(ina, at, changes, words):
    with pytest.raises(Refused, match=words):
        set_rules(ina, **{**RULES, **changes}, by=ina, at=at)

    assert HostSettings.objects.get(host=ina).notice_hours == 12


@pytest.mark.parametrize(
    "row", [{"by_video": False, "by_phone": False}, {"in_person": True, "address": ""}]
)
def test_the_database_refuses_them_too(ina, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        HostSettings.objects.filter(host=ina).update(**row)
