"""Who is found: only by what they show, only while it holds."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from certificates.models import Certificate, Visibility
from certificates.status import Kind
from directory.finding import Asked, search, shown
from directory.models import Entry, Field, Word
from directory.services import Wish, edit, leave
from tests.directory.conftest import EVERYTHING, NOW, SAID, listed
from tests.make import happened, person
from tests.register.conftest import certificate

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no index of three-letter pieces"
)


def found(**asked) -> list[str]:
    return [person.name for person in search(Asked(**asked), at=NOW).rows]


def names(client, **query) -> list[str]:
    response = client.get("/directory/", query)
    assert response.status_code == 200
    rows = unescape(response.content.decode()).split('<th scope="row">')[1:]
    return [re.search(r"<bdi>(.*?)</bdi>", row)[1] for row in rows]


@pytest.fixture
def zoe(db):
    return listed(
        person("zoe", full_name="Zoë Nakamura-Okafor"),
        slug="current-concepts",
        place="Đà Nẵng",
        country="VN",
        languages=["fr"],
        shows=[field for field in EVERYTHING if field != "volunteers"],
    )


# --- Searching --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Björn Þórsson", "Zoë Nakamura-Okafor"]),
        ({"name": "þórs"}, ["Björn Þórsson"]),
        ({"name": "THORS"}, ["Björn Þórsson"]),
        ({"name": "bjorn thorsson"}, ["Björn Þórsson"]),
        ({"name": "Þórsson, Björn"}, ["Björn Þórsson"]),
        ({"name": "okafor zoe"}, ["Zoë Nakamura-Okafor"]),
        ({"name": "kaf"}, ["Zoë Nakamura-Okafor"]),
        ({"name": "zoe thorsson"}, []),
        ({"name": "%"}, []),
        ({"place": "_"}, []),
        ({"name": "bj_xx"}, []),
        ({"place": "da nang"}, ["Zoë Nakamura-Okafor"]),
        ({"country": "IS"}, ["Björn Þórsson"]),
        ({"country": "GH"}, []),
        ({"language": "yo"}, ["Björn Þórsson"]),
        ({"language": "fr"}, ["Zoë Nakamura-Okafor"]),
        ({"level": "practice"}, ["Björn Þórsson"]),
        ({"level": "journey"}, []),
        ({"offers": True}, ["Björn Þórsson", "Zoë Nakamura-Okafor"]),
        ({"volunteers": True}, ["Björn Þórsson"]),
        ({"name": "zoe", "country": "VN", "language": "fr"}, ["Zoë Nakamura-Okafor"]),
        ({"name": "zoe", "volunteers": True}, []),
    ],
)
def test_search_finds(entry, zoe, asked, expected):
    assert found(**asked) == expected


@only_postgresql
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("nakamra", ["Zoë Nakamura-Okafor"]),
        ("Nakumara", ["Zoë Nakamura-Okafor"]),
        ("bjron", ["Björn Þórsson"]),
        ("zoe okafro", ["Zoë Nakamura-Okafor"]),
        ("björk", ["Björn Þórsson"]),
        ("zzzzzz", []),
        ("nakatomi", []),
    ],
)
def test_a_mistyped_name_is_found(entry, zoe, typed, expected):
    leaf = search(Asked(name=typed), at=NOW)

    assert [person.name for person in leaf.rows] == expected
    assert leaf.near is bool(expected)


def test_a_name_that_somebody_has_is_taken_as_typed(entry, zoe):
    assert search(Asked(name="zoe"), at=NOW).near is False


def test_the_nearest_name_comes_first(db):
    for key, name in (("a", "Annabella Annarson"), ("b", "Anna Ek"), ("c", "Joanna Banner")):
        listed(person(key, full_name=name), slug="current-concepts")

    assert found(name="anna")[0] == "Anna Ek"
    assert len(found(name="anna")) == 3


@pytest.mark.parametrize(
    "asked", [{"country": "XX"}, {"country": "\0"}, {"language": "xx"}, {"level": "boss"}]
)
def test_an_unknown_code_finds_nobody(entry, asked):
    assert found(**asked) == []
    assert found() == ["Björn Þórsson"]


def test_what_makes_no_sense_asks_for_nothing(client, entry):
    assert names(client, country="Atlantis", level="boss") == ["Björn Þórsson"]
    assert names(client, name="\0", after="\0") == ["Björn Þórsson"]


# --- One switch for each field ----------------------------------------------------------------
TELLTALE = {
    Field.NAME: "Þórsson",
    Field.PLACE: "Zanzibarby",
    Field.COUNTRY: "Iceland",
    Field.LANGUAGES: "Yoruba",
    Field.ABOUT: "quagga",
    Field.FOR_WHOM: "Xylophonists",
    Field.OFFERS: "Offers mentoring",
    Field.VOLUNTEERS: "sprite.svg#hand",
    Field.LETTERS: "/write/",
}  # fmt: skip
MATCH = {
    Field.NAME: {"name": "thorsson"},
    Field.PLACE: {"place": "zanzibarby"},
    Field.COUNTRY: {"country": "IS"},
    Field.LANGUAGES: {"language": "yo"},
    Field.OFFERS: {"offers": True},
    Field.VOLUNTEERS: {"volunteers": True},
}


@pytest.mark.parametrize("field", list(Field))
def test_a_field_that_is_on_is_shown(client, entry, field):
    assert TELLTALE[field] in client.get(f"/directory/{entry.public_id}/").content.decode()
    assert len(search(Asked(**MATCH.get(field, {})), at=NOW).rows) == 1


@pytest.mark.parametrize("field", list(Field))
def test_a_field_that_is_off_is_nowhere(client, bjorn, field):
    entry = listed(bjorn, shows=[one for one in EVERYTHING if one != field.value])

    page = client.get(f"/directory/{entry.public_id}/").content.decode()
    rows = client.get("/directory/").content.decode().split("<tbody>")[1].split("</table>")[0]
    row = Entry.objects.get()
    [given] = search(Asked(), at=NOW).rows

    assert TELLTALE[field] not in page
    assert TELLTALE[field] not in rows
    assert TELLTALE[field] not in repr(given)
    assert TELLTALE[field] not in f"{row.sort_key} {row.folded_name} {row.folded_place} {row.tags}"
    assert row.shown_country == ("" if field == Field.COUNTRY else "IS")
    if field in MATCH:
        assert search(Asked(**MATCH[field]), at=NOW).rows == []


def test_without_a_name_nothing_leads_to_it(client, bjorn):
    entry = listed(bjorn, shows=["country", "letters"])
    issued = Certificate.objects.get()

    answer = client.get(f"/directory/{entry.public_id}/")
    page = answer.content.decode()

    assert "A certified mentor" in page
    assert issued.number not in page
    assert issued.public_id not in page
    assert "application/ld+json" not in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert Word.objects.count() == 0


def test_search_engines_read_the_same_as_people(client, bjorn):
    entry = listed(bjorn, about='A "quote" </script>', shows=["name", "about", "country"])

    page = client.get(f"/directory/{entry.public_id}/").content.decode()
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    said = json.loads(data)

    assert (said["name"], said["description"]) == ("Björn Þórsson", 'A "quote" </script>')
    assert said["address"] == {"@type": "PostalAddress", "addressCountry": "IS"}
    assert said["knowsLanguage"] == []
    assert [one["name"] for one in said["hasCredential"]] == ["Certificate of Practice - Mentor"]


# --- Only while a certificate upholds it -------------------------------------------------------
@pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.WITHDRAWN, Kind.SURRENDERED])
def test_a_stopped_certificate_takes_its_entry_along_at_once(client, entry, kind):
    happened(Certificate.objects.get(), kind, at=NOW)

    assert names(client) == []
    assert client.get(f"/directory/{entry.public_id}/").status_code == 404
    assert client.get(f"/directory/{entry.public_id}/write/").status_code == 404
    assert shown(entry.public_id, at=NOW) is None


def test_it_comes_back_with_the_certificate(client, entry):
    happened(Certificate.objects.get(), Kind.SUSPENDED, at=NOW)
    happened(Certificate.objects.get(), Kind.REINSTATED, at=NOW)

    assert names(client) == ["Björn Þórsson"]


def test_a_certificate_that_merely_ends_takes_it_along(client, entry):
    ends = Certificate.objects.get().expires_on

    with time_machine.travel(f"{ends}T12:00:00Z", tick=False):
        assert names(client) == ["Björn Þórsson"]
    with time_machine.travel(f"{ends + timedelta(days=2)}T12:00:00Z", tick=False):
        assert names(client) == []
        assert client.get(f"/directory/{entry.public_id}/").status_code == 404


def test_a_corrected_certificate_brings_the_right_name(client, entry):
    happened(Certificate.objects.get(), Kind.REPLACED, at=NOW)

    assert names(client) == ["Right Name"]
    assert found(name="right") == ["Right Name"]
    assert found(name="thorsson") == []
    assert sorted(Word.objects.values_list("text", flat=True)) == ["name", "right"]


def test_name_is_the_one_on_the_certificate(client, entry, bjorn):
    bjorn.full_name = "Another Name"
    bjorn.save()

    assert names(client) == ["Björn Þórsson"]
    assert found(name="another") == []


def test_a_renewal_keeps_the_entry_and_stands_for_both(client, entry, bjorn):
    before = Certificate.objects.get()
    soon = before.expires_on - timedelta(days=9)
    at = NOW.replace(year=soon.year, month=soon.month, day=soon.day)
    after = certificate(bjorn, at=at, renews=before)
    Certificate.objects.filter(pk=after.pk).update(visibility=Visibility.DIRECTORY)

    [person] = search(Asked(), at=at).rows

    assert [held.number for held in person.certificates] == [after.number]


def test_a_certificate_that_is_not_listed_is_not_told(entry, bjorn):
    certificate(bjorn, slug="current-concepts", visibility=Visibility.LINK)

    [person] = search(Asked(), at=NOW).rows

    assert [held.level for held in person.certificates] == ["practice"]
    assert found(level="concepts") == []


# --- Pages ------------------------------------------------------------------------------------
def crowd(number: int, name: str = "Person") -> None:
    for n in range(number):
        listed(
            person(f"p{n:02}", full_name=f"{name} {n:02}"), slug="current-concepts", country="FJ"
        )


@pytest.mark.parametrize("query", [{"country": "FJ"}, {"name": "person"}])
def test_the_list_goes_on_after_twenty(client, query):
    crowd(43)
    seen, more, pages = [], query, 0
    while more is not None:
        page = unescape(client.get("/directory/", more).content.decode())
        seen += re.findall(r"<bdi>(Person \d\d)</bdi>", page)
        onward = re.search(r'href="\?([^"]*after=([\w-]+))">Show the next', page)
        more = {**query, "after": onward[2]} if onward else None
        pages += 1

    assert pages == 3
    assert sorted(seen) == [f"Person {n:02}" for n in range(43)]
    if "country" in query:
        assert seen == sorted(seen)


def test_a_page_after_somebody_who_left_is_no_dead_end(client, entry):
    assert names(client, after="nobody-knows-this") == []
    page = client.get("/directory/", {"after": "x", "name": "bj"}).content.decode()
    assert "Back to the first" in page


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("query", [{}, {"name": "person"}, {"country": "FJ", "level": "concepts"}])
def test_a_search_takes_few_queries(client, count, query, django_assert_num_queries):
    crowd(count)

    with django_assert_num_queries(3 if "name" in query else 2):
        assert len(names(client, **query)) == count


@only_postgresql
def test_a_mistyped_name_takes_four_more(client, django_assert_num_queries):
    crowd(3, "Wulandari")

    with django_assert_num_queries(8):  # two of them begin and end a savepoint
        assert len(names(client, name="wulanderi")) == 3


def test_an_entry_takes_two_queries(client, entry, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(f"/directory/{entry.public_id}/")


def test_nobody_keeps_a_copy(client, entry):
    for page in ("/directory/", f"/directory/{entry.public_id}/"):
        assert "no-store" in client.get(page)["Cache-Control"]


def test_empty_directory_teaches(client, db):
    assert "Nobody is listed yet" in client.get("/directory/").content.decode()


def test_fruitless_search_says_what_to_try(client, entry):
    assert "Nobody here fits" in client.get("/directory/", {"name": "xyz"}).content.decode()


# --- In the database --------------------------------------------------------------------------
def test_who_is_not_listed_has_nothing_to_be_found_by(entry):
    for column in BLANK:
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(pk=entry.pk).update(listed_since=None, **{**BLANK, column: "XX"})
    assert Entry.objects.filter(pk=entry.pk).update(listed_since=None, **BLANK) == 1


BLANK = dict.fromkeys(("sort_key", "folded_name", "folded_place", "shown_country", "tags"), "")


def test_a_word_that_two_share_survives_one_of_them(db):
    ada = listed(person("a1", full_name="Ada Marie Ek"), slug="current-concepts")
    listed(person("a2", full_name="Marie Curie"), slug="current-concepts")

    leave(ada, by=ada.person, at=LATER)

    assert sorted(Word.objects.values_list("text", flat=True)) == ["curie", "marie"]


def test_a_long_name_of_growing_letters_fits(db):
    long = person("long", full_name="ﷺ" * 200)
    entry = listed(long, slug="current-concepts")
    said = {**SAID, "place": "ﷺ" * 120}
    wish = Wish(**said, shows=EVERYTHING, certificates=[Certificate.objects.get()])

    assert edit(wish, agreed=True, by=long, at=NOW).pk == entry.pk
