"""A host's day and week: whom they meet, what is free between, and how it prints to the page."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from accounts.middleware import DEMO_SIGN_IN
from accounts.roles import Role
from meetings.closing import close
from meetings.day import monday_of, week_of
from meetings.hosting import open_that_day, take_days_off
from meetings.models import How, Kind, State
from meetings.services import cancel
from tests.meetings.conftest import NOON, TEN, quarter

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 8, 31)
DAY = timedelta(days=1)


def told(plan):
    """Every entry of a day in one line."""
    return [
        f"{entry.starts}–{entry.ends} {entry.line.other if entry.line else 'free'}"
        for entry in plan.entries
    ]


@pytest.fixture
def thursday(ina):
    return lambda at=NOON: next(
        plan for plan in week_of(ina, MONDAY, at).after if plan.date == TEN.date()
    )


# --- Reading ----------------------------------------------------------------------------------
def test_meetings_and_the_free_time_between_them(booked, person, thursday):
    bea = person("Bea")
    booked()
    booked(guest=bea, by=bea, starts_at=TEN + quarter(3))

    assert told(thursday()) == [
        "09:00–10:00 free",
        "10:00–10:15 Ada",
        "10:15–10:45 free",
        "10:45–11:00 Bea",
        "11:00–12:00 free",
    ]


def test_cancelled_meetings_are_gone_and_others_keep_their_end(booked, ina, at):
    gone = booked()
    cancel(gone, reason="I am ill.", by=ina, at=at)
    held = booked(starts_at=TEN + quarter(4))
    close(held, state=State.DONE, outcome="proceed", by=ina, at=TEN + quarter(5))

    week = week_of(ina, MONDAY, TEN + quarter(6))

    assert told(week.today) == ["11:00–11:15 Ada", "11:30–12:00 free"]
    assert [entry.is_over for entry in week.today.entries] == [True, False]


def test_what_is_running_says_so(booked, ina):
    booked()

    week = week_of(ina, MONDAY, TEN + timedelta(minutes=5))

    assert [(entry.is_now, entry.starts) for entry in week.today.entries] == [
        (True, "10:00"),
        (False, "10:15"),
    ]


def test_days_off_and_days_of_their_own_are_marked(ina, at, thursday):
    friday = TEN.date() + DAY
    take_days_off(ina, first=friday, last=friday, note="Sea", by=ina, at=at)
    open_that_day(
        ina, day=TEN.date(), starts=time(14), ends=time(0), kinds=[Kind.INTAKE], by=ina, at=at
    )

    plans = {plan.date: plan for plan in week_of(ina, MONDAY, at).after}

    assert (plans[friday].off.note, told(plans[friday])) == ("Sea", [])
    assert (plans[TEN.date()].is_special, told(thursday())) == (True, ["14:00–00:00 free"])


def test_this_week_has_a_today_and_another_week_has_none(ina):
    now = week_of(ina, MONDAY, NOON)
    later = week_of(ina, MONDAY + 7 * DAY, NOON)

    assert ([p.date.day for p in now.before], now.today.date.day) == ([31], 1)
    assert (len(now.after), later.today, len(later.after)) == (5, None, 7)
    assert (now.previous, now.following) == (date(2026, 8, 24), date(2026, 9, 7))


@pytest.mark.parametrize(
    ("asked", "monday"),
    [("2026-09-10", date(2026, 9, 7)), ("", MONDAY), ("soon", MONDAY), ("9999-12-31", MONDAY)],
)
def test_any_day_names_its_week(asked, monday):
    assert monday_of(asked, NOON.date()) == monday


def test_the_day_on_which_clocks_go_back_has_25_hours(ina, at):
    """St. John's, 1 November 2026: from half past midnight to half past two are three hours."""
    sunday = date(2026, 11, 1)
    open_that_day(ina, day=sunday, starts=time(0, 30), ends=time(2, 30), kinds=[], by=ina, at=at)

    plan = next(p for p in week_of(ina, date(2026, 10, 26), NOON).after if p.date == sunday)

    (entry,) = plan.entries
    assert (entry.starts, entry.ends) == ("00:30", "02:30")


@pytest.mark.parametrize("count", [1, 3])
def test_a_week_asks_five_questions_however_full(booked, ina, count, django_assert_num_queries):
    for n in range(count):
        booked(starts_at=TEN + quarter(n))

    with django_assert_num_queries(5):
        week_of(ina, MONDAY, NOON)


# --- The page ---------------------------------------------------------------------------------
@pytest.fixture
def page(client, settings):
    settings.DEMO = True

    def open_(user, **query):
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[DEMO_SIGN_IN] = True
        session.save()
        return client.get(reverse("meetings:day"), query).content.decode()

    return open_


@pytest.mark.time_machine(NOON, tick=False)
def test_one_click_leads_to_the_case_the_record_and_the_call(booked, ina, page):
    about = {
        "tier_name": "Mentor",
        "task_path": "/cases/1/interview/",
        "case_path": "/cases/1/",
    }
    booked(about=about)
    booked(how=How.PHONE, phone="+1 (709) 555-0100", starts_at=TEN + quarter(1), about=about)

    html = page(ina)

    for link in ("https://meet.example/ina", "tel:+17095550100", *list(about.values())[1:]):
        assert f'href="{link}"' in html
    assert "Captions" in html
    assert "Intake interview, Mentor" in html


@pytest.mark.time_machine(NOON, tick=False)
def test_a_guest_is_not_led_to_the_hosts_pages(booked, ina, person, page):
    kim = person("Kim", Role.INTAKE_MANAGER)
    booked(guest=kim, by=kim)

    html = page(kim)

    assert "/cases/1/interview/" not in html
    assert "Ina" in html


@pytest.mark.time_machine(NOON, tick=False)
def test_weeks_can_be_turned(ina, page):
    html = page(ina, week="2026-09-09")

    assert "7 September to 13 September 2026" in html
    assert "?week=2026-08-31" in html
    assert "?week=2026-09-14" in html
