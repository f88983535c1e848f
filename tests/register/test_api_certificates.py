"""Certificates through the API: the same truth as on the check page, and the same silence."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from certificates.models import Certificate, Visibility
from certificates.sharing import checks
from certificates.status import Kind, Status
from register.verdict import NAMELESS
from tests import make
from tests.make import NOON
from tests.register.conftest import certificate, happened
from tests.register.test_check import LATER, in_status

pytestmark = pytest.mark.django_db
BY_NUMBER = "/api/v1/certificates"
MINE = ("on", "status_on", "valid_on", "page")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(LATER, tick=False):
        yield


def one(client, issued, **query):
    return client.get(reverse("api:certificate", args=[issued.public_id]), query)


def by_number(client, issued, name, **query):
    return client.get(BY_NUMBER, {"number": issued.number, "name": name, **query})


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_every_status_is_that_of_the_page_and_of_its_data(client, bjorn, status):
    issued = in_status(bjorn, status)
    page = client.get(f"/c/{issued.public_id}/").content.decode()
    data = client.get(f"/c/{issued.public_id}.json").json()

    answer = one(client, issued)
    also = by_number(client, issued, bjorn.full_name)
    [row] = client.post(
        "/api/v1/checks",
        [{"number": issued.number, "name": bjorn.full_name}],
        content_type="application/json",
    ).json()["rows"]

    said = answer.json()
    assert answer.status_code == 200
    assert {k: v for k, v in said.items() if v is not None and k not in MINE} == {
        k: v for k, v in data.items() if v is not None
    }
    assert f"<h1>{said['meaning']}</h1>" in page
    assert also.json() == row["certificate"] == said
    assert (said["status"], row["valid"]) == (status, said["valid"])


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_the_name_is_told_only_where_the_certificate_proves_something(client, bjorn, status):
    issued = in_status(bjorn, status)

    said = one(client, issued).json()

    nameless = status in {str(name) for name in NAMELESS}
    assert (said["holder"] is None) is nameless
    for secret in (bjorn.email, bjorn.city, bjorn.country, "Their secret reason"):
        assert secret not in str(said)


@pytest.mark.parametrize(
    ("day", "status", "valid"),
    [
        ("2026-08-31", "not_yet", False),
        ("2026-09-09", "valid", True),
        ("2026-09-10", "suspended", False),
        ("2026-09-15", "valid", True),
    ],
)
def test_a_past_day_is_answered_as_on_the_page(client, bjorn, day, status, valid):
    issued = certificate(bjorn)
    happened(issued, Kind.SUSPENDED, at=NOON + timedelta(days=9))
    happened(issued, Kind.REINSTATED, at=NOON + timedelta(days=14))

    said = one(client, issued, on=day).json()

    assert (said["on"], said["status_on"], said["valid_on"]) == (day, status, valid)
    assert (said["status"], said["valid"]) == ("valid", True)


def test_today_and_later_are_answered_as_today(client, bjorn):
    issued = certificate(bjorn)

    for day in ("2026-10-01", "9999-12-31"):
        assert one(client, issued, on=day).json() == one(client, issued).json()
    assert one(client, issued, on="0001-01-01").json()["valid_on"] is False


# --- Silence ----------------------------------------------------------------------------------
def test_private_is_missing_to_the_byte(client, bjorn):
    private = certificate(bjorn, visibility=Visibility.PRIVATE)
    shown = certificate(bjorn, slug="current-concepts")

    for kept, missing in (
        (one(client, private), client.get("/api/v1/certificates/" + "x" * 22)),
        (by_number(client, private, bjorn.full_name), by_number(client, shown, "Somebody Else")),
        (by_number(client, private, "Somebody Else"), by_number(client, shown, "---")),
    ):
        assert (kept.status_code, kept.content) == (404, missing.content)
        assert dict(kept.headers) == dict(missing.headers)


def test_a_private_successor_stays_unnamed(client, bjorn):
    old = in_status(bjorn, "renewed")
    assert one(client, old).json()["renewed_by"] == old.renewed_by.number

    Certificate.objects.filter(pk=old.renewed_by.pk).update(visibility=Visibility.PRIVATE)

    assert one(client, old).json()["renewed_by"] is None


def test_a_name_has_to_be_one_on_the_certificate(client, bjorn):
    issued = certificate(bjorn)

    for name in ("bjorn", "THORSSON", "Þórsson Björn"):
        found = by_number(client, issued, name).status_code == 200
        assert found is (name != "THORSSON")
    assert by_number(client, issued, "Ada").status_code == 404


def test_guessing_is_slowed_down_together_with_the_check_page(client, bjorn):
    issued = certificate(bjorn)
    for _ in range(15):
        assert client.get("/check/", {"number": "nonsense"}).status_code == 404
        assert client.get("/api/v1/certificates/nonsense").status_code == 404

    shut = client.get("/api/v1/certificates/nonsense")

    assert (shut.status_code, shut["Retry-After"]) == (429, "3600")
    assert by_number(client, issued, bjorn.full_name).status_code == 429
    assert one(client, issued).status_code == 200
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        assert by_number(client, issued, bjorn.full_name).status_code == 200


# --- Cost -------------------------------------------------------------------------------------
def test_a_check_takes_so_many_queries(client, bjorn, django_assert_num_queries):
    issued = certificate(bjorn)
    happened(issued, Kind.SUSPENDED, at=NOON + timedelta(days=1))

    with django_assert_num_queries(1):
        one(client, issued)
    with django_assert_num_queries(2):
        by_number(client, issued, bjorn.full_name)
    with django_assert_num_queries(1):
        client.get("/api/v1/certificates/nonsense")


def test_a_session_changes_nothing_and_costs_nothing(
    client, noor, bjorn, django_assert_num_queries
):
    issued = certificate(bjorn)
    before = one(client, issued)
    client.cookies["session"] = make.session_for(noor)

    with django_assert_num_queries(1):
        answer = one(client, issued)

    assert (answer.content, dict(answer.cookies)) == (before.content, {})
    assert dict(answer.headers) == dict(before.headers)


def test_the_holder_learns_that_it_was_checked(client, bjorn):
    issued = certificate(bjorn)
    one(client, issued)
    client.post(
        "/api/v1/checks",
        [{"number": issued.number, "name": "Björn"}] * 2,
        content_type="application/json",
    )

    assert checks(issued, LATER.date()) == [(LATER.date(), 2)]
