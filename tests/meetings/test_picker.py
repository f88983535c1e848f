"""Pages of free times: list and week, whose, and where the links lead."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.test import RequestFactory

from accounts.roles import Role
from meetings.finding import free_slots
from meetings.hosting import HoursRow, set_hours, take_days_off
from meetings.models import Kind
from meetings.picker import picker
from tests.meetings.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def turn(ada, at):
    """The page at an address, as a viewer sees it; the session stays."""
    session = {}

    def look(hosts, query="", viewer=ada, now=at):
        request = RequestFactory().get(f"/{query}")
        request.user, request.session = viewer, session

        def find(hosts, since, days):
            return free_slots(hosts, Kind.INTAKE, at=now, since=since, days=days, guest=viewer)

        return picker(request, hosts, find, at=now)

    return look


def dates(picker):
    return [f"{day.date:%a %d %b}" for day in picker.page.days]


def asked(address):
    return dict(parse_qsl(address.removeprefix("?")))


def test_the_list_shows_three_days_with_times_and_leads_on(ina, turn):
    first = turn([ina])
    second = turn([ina], first.later)

    assert dates(first) == ["Wed 02 Sep", "Thu 03 Sep", "Fri 04 Sep"]
    assert (first.earlier, asked(first.later)) == ("", {"from": "2026-09-07"})
    assert dates(second) == ["Mon 07 Sep", "Tue 08 Sep", "Wed 09 Sep"]
    assert asked(second.earlier) == {"from": "2026-09-02"}


def test_the_list_ends_with_the_horizon(ina, turn):
    last = turn([ina], "?from=2026-10-29")

    assert (dates(last), last.later) == (["Thu 29 Oct", "Fri 30 Oct"], "")
    assert asked(last.earlier) == {"from": "2026-10-26"}


def test_the_week_has_seven_days_and_real_links(ina, turn):
    first = turn([ina], "?view=week")
    second = turn([ina], first.later)

    assert dates(first)[::6] == ["Wed 02 Sep", "Tue 08 Sep"]
    assert [bool(day.times) for day in first.page.days] == [True] * 3 + [False] * 2 + [True] * 2
    assert first.page.title == "2 September to 8 September"
    assert asked(first.later) == {"view": "week", "from": "2026-09-09"}
    assert dates(second)[0] == "Wed 09 Sep"
    assert asked(second.earlier)["from"] == "2026-09-02"


def test_the_choice_of_view_is_kept(ina, turn):
    turn([ina], "?view=week")
    after = turn([ina])
    back = turn([ina], "?view=list")

    assert (after.is_week, back.is_week, turn([ina]).is_week) == (True, False, False)
    assert [choice.is_current for choice in back.views] == [True, False]


def off(host, first, last, at):
    days = {name: NOON.date().replace(day=day) for name, day in (("first", first), ("last", last))}
    take_days_off(host, **days, note="", by=host, at=at)


def test_an_empty_week_names_the_next_free_day(ina, at, turn):
    off(ina, 7, 14, at)

    empty = turn([ina], "?view=week&from=2026-09-07")

    assert (empty.has_times, empty.next_free.words) == (False, "Tuesday 15 September")
    assert asked(empty.next_free.url) == {"view": "week", "from": "2026-09-15"}


def test_the_week_begins_where_times_begin(ina, at, turn):
    off(ina, 1, 4, at)

    assert dates(turn([ina], "?view=week"))[0] == "Mon 07 Sep"


def test_the_last_week_leads_back_alone(ina, turn):
    last = turn([ina], "?view=week&from=2026-11-03")

    assert (last.has_times, last.later, last.next_free) == (False, "", None)
    assert asked(last.earlier)["from"] == "2026-10-27"


@pytest.mark.parametrize(
    "query", ["?from=yesterday", "?from=1999-01-01", "?from=9999-12-31", "?from="]
)
@pytest.mark.parametrize("view", ["", "&view=week", "&view=month"])
def test_whatever_the_address_says_there_is_a_page(ina, turn, query, view):
    page = turn([ina], query + view)

    assert page.page.days[0].date <= datetime(2026, 9, 2, tzinfo=UTC).date()
    assert page.has_times


def test_hosts_are_offered_by_name_where_there_is_a_choice(ina, person, at, turn):
    kim = person("Kim", Role.INTAKE_MANAGER, zone="UTC")
    set_hours(
        kim, [HoursRow(0, datetime.min.time(), datetime.min.time(), [Kind.INTAKE])], by=kim, at=at
    )

    anybody = turn([kim, ina])
    named = turn([kim, ina], f"?host={kim.pk}")
    stranger = turn([kim, ina], "?host=999")

    assert [choice.words for choice in anybody.hosts] == ["Anybody", "Ina", "Kim"]
    assert [choice.is_current for choice in anybody.hosts] == [True, False, False]
    assert (anybody.host, named.host, stranger.host) == (None, kim, None)
    assert dates(named) == ["Mon 07 Sep", "Tue 08 Sep", "Mon 14 Sep"]  # Ada's own Tuesday
    assert asked(named.later)["host"] == str(kim.pk)
    assert turn([ina]).hosts == []


def test_without_hosts_nothing_is_free(turn):
    page = turn([])

    assert (page.has_times, page.later, page.earlier, page.host) == (False, "", "", None)


def test_days_that_clocks_change_on_have_every_time_once(person, at, turn):
    """Toronto falls back on 1 November: one hour comes twice, and both are told apart."""
    host = person("Uwe", Role.INTAKE_MANAGER, zone="UTC")
    set_hours(
        host, [HoursRow(6, datetime.min.time(), datetime.min.time(), [Kind.INTAKE])], by=host, at=at
    )
    viewer = person("Tor", zone="America/Toronto")
    now = NOON + timedelta(days=55)

    page = turn([host], "?view=week&from=2026-11-01", viewer=viewer, now=now)

    sunday = page.page.days[0]
    words = [time.mine for time in sunday.times if time.mine.startswith("01:")]
    assert len(words) == len(set(words)) == 8
    assert words[0] == "01:00 (UTC−4)"
