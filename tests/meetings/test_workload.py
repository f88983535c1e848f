"""Who meets how much, and how long guests wait."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from accounts.middleware import DEMO_SIGN_IN
from accounts.roles import Role
from meetings.closing import close
from meetings.hosting import HoursRow, set_hours, take_days_off
from meetings.models import Kind, State
from meetings.workload import workload
from tests.meetings.conftest import NOON, TEN, quarter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def kim(person, ina, at):
    host = person("Kim", Role.INTAKE_MANAGER, zone="America/St_Johns")
    set_hours(host, [HoursRow(1, time(9), time(10), [Kind.INTAKE])], by=host, at=at)
    return host


def row_of(host, at, kind=Kind.INTAKE):
    load = workload(at, at.date())
    return next(row for row in load.rows if (row.host, row.kind) == (host, kind))


def test_each_host_is_counted_by_kind(booked, ina, kim, at):
    close(booked(), state=State.DONE, outcome="proceed", by=ina, at=TEN)
    lost = booked(starts_at=TEN + DAY)
    close(lost, state=State.HOST_ABSENT, by=ina, at=TEN + DAY)
    booked(starts_at=TEN + 5 * DAY)
    off = (TEN + 6 * DAY).date()
    take_days_off(ina, first=off, last=off, note="", by=ina, at=at)

    row = row_of(ina, TEN + 2 * DAY)

    # Saturday noon: nine working days of twelve quarters, one day off, one quarter booked.
    assert (row.done, row.booked, row.missed, row.off) == (1, 1, 1, 1)
    assert row.free == 9 * 12 - 1
    assert row_of(kim, TEN + 2 * DAY).done == 0


def test_what_is_long_ago_is_not_counted(booked, ina):
    close(booked(), state=State.DONE, outcome="proceed", by=ina, at=TEN)

    assert row_of(ina, TEN + 29 * DAY).done == 0


def test_the_wait_is_the_average_over_hosts_who_have_a_free_time(ina, kim, person, at):
    person("Max", Role.INTAKE_MANAGER)  # has said no hours

    load = workload(at, at.date())

    (wait,) = [wait for wait in load.waits if wait.kind == Kind.INTAKE]
    first = [row_of(host, at).first for host in (ina, kim)]
    assert wait.without == 1
    assert wait.soonest == min((start - at) / DAY for start in first)
    assert wait.days == pytest.approx(sum((start - at) / DAY for start in first) / 2)


def test_where_nobody_has_a_free_time_no_average_is_made_up(person, at):
    person("Vera", Role.VERIFIER)

    load = workload(at, at.date())

    assert {(wait.kind, wait.days, wait.without) for wait in load.waits} == {
        (Kind.VERIFICATION, None, 1),
        (Kind.RENEWAL, None, 1),
    }


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_same_questions_however_many_hosts(
    person, booked, count, at, django_assert_num_queries
):
    for n in range(count):
        person(f"Host{n}", Role.INTAKE_MANAGER)
        booked(starts_at=TEN + quarter(n))

    # Four roles, two counts, and six for each of the two kinds.
    with django_assert_num_queries(4 + 2 + 2 * 7):
        workload(at, at.date())


@pytest.mark.time_machine(NOON, tick=False)
@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ([Role.DECIDER], 200),
        ([Role.ADMINISTRATOR], 200),
        ([Role.INTAKE_MANAGER], 404),
        ([Role.PANEL_CHAIR], 404),
        ([], 404),
    ],
)
def test_the_page_is_for_the_director_and_administrators(
    client, settings, person, booked, kim, roles, status
):
    booked()
    settings.DEMO = True
    client.force_login(person("Who", *roles), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[DEMO_SIGN_IN] = True
    session.save()

    answer = client.get(reverse("meetings:workload"))

    assert answer.status_code == status
    assert (b"Kim" in answer.content, b"Ada" in answer.content) == (status == 200, False)
