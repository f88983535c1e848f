"""The directory through the API: what people show, and nothing else."""

import pytest

from certificates.status import Kind
from directory.models import Field
from tests import make
from tests.directory.conftest import NOW, SAID, bjorn, entry, listed, today
from tests.register.conftest import happened

__all__ = ["bjorn", "entry", "today"]  # fixtures
pytestmark = pytest.mark.django_db
V1 = "/api/v1/directory"


def get(client, path=""):
    answer = client.get(V1 + path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_an_entry_is_told_with_what_its_person_shows(client, entry):
    [one] = get(client)["people"]
    held = entry.person.certificates.get()

    assert one == get(client, f"/{entry.public_id}")
    assert (one["name"], one["place"], one["country"]) == ("Björn Þórsson", SAID["place"], "IS")
    assert (one["languages"], one["about"]) == (SAID["languages"], SAID["about"])
    assert (one["offers_mentoring"], one["volunteers"], one["takes_letters"]) == (True,) * 3
    [certificate] = one["certificates"]
    assert certificate["number"] == held.number
    assert certificate["page"].endswith(f"/c/{held.public_id}/")
    assert certificate["renewal_is_decided"] is False


@pytest.mark.parametrize("hidden", [field.value for field in Field])
def test_what_is_not_shown_is_in_no_answer(client, bjorn, hidden):
    entry = listed(bjorn, shows=[field.value for field in Field if field != hidden])
    held = bjorn.certificates.get()

    said = [client.get(V1).content.decode(), client.get(f"{V1}/{entry.public_id}").content.decode()]

    secret = {
        "name": ["rsson", held.number, held.public_id],
        "place": [SAID["place"]],
        "country": ['"IS"'],
        "languages": ['"sv"'],
        "about": ["quagga"],
        "for_whom": ["Xylo"],
    }.get(hidden, [])
    assert [word for word in secret if any(word in text for text in said)] == []
    for field, key in {
        "offers": "offers_mentoring",
        "volunteers": "volunteers",
        "letters": "takes_letters",
    }.items():
        assert get(client, f"/{entry.public_id}")[key] is (hidden != field)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?name=bjorn", True),
        ("?name=zoe", False),
        ("?place=Zanzibar", True),
        ("?place=Halifax", False),
        ("?country=IS", True),
        ("?country=CA", False),
        ("?speaks=yo", True),
        ("?speaks=fr", False),
        ("?level=practice", True),
        ("?level=journey", False),
        ("?offers=true&volunteers=true", True),
    ],
)
def test_people_are_found_by_what_they_show(client, entry, query, found):
    assert bool(get(client, query)["people"]) is found


@pytest.mark.parametrize(
    "query", ["?name=", "?name=%00", "?country=Iceland", "?speaks=Icelandic", "?level=best"]
)
def test_what_means_nothing_is_refused(client, entry, query):
    answer = client.get(V1 + query)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_a_certificate_that_stops_takes_its_entry_along(client, entry):
    happened(entry.person.certificates.get(), Kind.SUSPENDED, at=NOW)

    assert get(client)["people"] == []
    assert client.get(f"{V1}/{entry.public_id}").status_code == 404


def test_pages_lead_on_to_each_other(client, entry):
    for n in range(21):
        listed(make.person(f"mentor{n}", full_name=f"Mentor {n:02}"))

    first = client.get(V1)
    following = client.get(first.json()["next"])

    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    seen = [one["id"] for page in (first, following) for one in page.json()["people"]]
    assert (len(seen), len(set(seen))) == (22, 22)
    assert following.json()["next"] is None


@pytest.mark.parametrize("people", [1, 6])
def test_a_page_takes_two_questions(client, entry, django_assert_num_queries, people):
    for n in range(people):
        listed(make.person(f"mentor{n}"))

    with django_assert_num_queries(2):
        client.get(V1)
