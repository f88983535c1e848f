"""The trail to read: of a case, of the whole body, and its published heads."""

import csv
import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from appeals.complaining import Told, complain
from appeals.models import Subject
from applicants.flow import Stage
from imc_portal import trail_page
from imc_portal.whereabouts import whereabouts
from tests import make
from trail.guards import put_up, take_down
from trail.models import Event, Head, Sight
from trail.publishing import publish_head
from trail.seen import FILE, note_sight
from trail.verify import verify, verify_since

pytestmark = pytest.mark.django_db
WRITTEN = {Event: {"verb": "never"}, Sight: {"what": "never"}, Head: {"hash": "0" * 64}}


@pytest.fixture
def walk(cast):
    make.small_catalogue("M3.1")
    return make.walk(cast, to=Stage.DECISION, slug="current-concepts")


@pytest.fixture
def see(client, walk):
    def look(person, address, **query):
        with time_machine.travel(walk.at, tick=False):
            client.cookies["session"] = make.session_for(person)
            return client.get(address, query)

    return look


def words(answer):
    return " ".join(answer.content.decode().split())


# --- Who read what ----------------------------------------------------------------------------
def test_reading_the_file_is_noted_once_a_day(see, walk, cast):
    address = reverse("case_file", args=[walk.case.pk])
    for _ in range(3):
        see(cast.noor, address)
    see(cast.ina, address)

    seen = list(Sight.objects.order_by("pk").values_list("person__called", "what", "case"))
    assert seen == [
        ("Noor", "file", walk.case.trail_case()),
        ("Ina", "file", walk.case.trail_case()),
    ]


def test_the_applicants_own_reading_is_nobodys_business(see, walk, cast):
    see(cast.ada, reverse("case_file", args=[walk.case.pk]))

    assert Sight.objects.count() == 0


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("model", [Event, Sight, Head])
def test_the_database_changes_no_row_of_the_trail(walk, cast, model, change):
    note_sight(FILE, case="case:1", by=cast.noor, at=walk.at)
    publish_head(walk.at)
    rows = model.objects.all()
    assert rows.exists()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete() if change == "delete" else rows.update(**WRITTEN[model])


# --- Heads ------------------------------------------------------------------------------------
def test_a_head_is_published_once_a_day(walk):
    first = publish_head(walk.at)

    assert (publish_head(walk.at + timedelta(minutes=5)), Head.objects.count()) == (None, 1)
    assert (first.links, first.hash, first.unbroken) == (verify().links, verify().head, True)
    assert verify().heads == 1


def test_an_end_that_was_cut_off_is_seen(walk, cast):
    Event.objects.record("wave", about=cast.ada, by=cast.ada, at=walk.at)
    head = publish_head(walk.at)
    with transaction.atomic():
        take_down_and_cut()
        verdict = verify()
        since = verify_since(head)

    assert (verdict.broken, verdict.lost) == (None, head.day)
    assert since.lost == head.day


def take_down_and_cut():
    take_down(connection)
    Event.objects.filter(pk=Event.objects.latest("pk").pk).delete()
    put_up(connection)


def test_only_what_came_since_the_head_is_walked_again(walk, cast):
    head = publish_head(walk.at)
    Event.objects.record("wave", about=cast.ada, by=cast.ada, at=walk.at)

    verdict = verify_since(head)

    assert (verdict.links, verdict.whole) == (head.links + 1, True)


def test_a_head_seals_who_read_until_the_day_before(walk, cast):
    note_sight(FILE, case="case:1", by=cast.noor, at=walk.at)
    today = publish_head(walk.at)
    tomorrow = publish_head(walk.at + timedelta(days=1))

    assert (today.sights, tomorrow.sights) == (0, 1)
    assert today.sights_hash != tomorrow.sights_hash


def test_everybody_reads_the_published_heads(client, walk):
    head = publish_head(walk.at)

    assert head.hash in words(client.get(reverse("trail_heads")))
    data = client.get("/.well-known/imc-trail.json").json()
    assert data["heads"][0]["hash"] == head.hash


# --- Pages ------------------------------------------------------------------------------------
def test_the_trail_of_a_case_reads_as_sentences(see, walk, cast):
    page = words(see(cast.noor, reverse("case_trail", args=[walk.case.pk])))

    assert "Ada sent the portfolio." in page
    assert "each as it was written" in page
    assert "Nobody has read it yet." in page


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ({"who": "Aud"}, "Aud finished the audit: passed.", "Ada sent the portfolio."),
        ({"deed": "apply"}, "Ada began this application.", "Ada sent the portfolio."),
        ({"until": "2026-09-01"}, "Ada began this application.", "Aud finished the audit"),
        ({"since": "2099-01-01"}, "Nothing of the kind", "Ada began this application."),
        ({"since": "soon", "after": "x"}, "Ada began this application.", "Nothing of the kind"),
    ],
)
def test_filters_leave_what_was_asked_for(see, walk, cast, query, there, gone):
    page = words(see(cast.noor, reverse("case_trail", args=[walk.case.pk]), **query))

    assert (there in page, gone in page) == (True, False)


@pytest.mark.parametrize(("name", "status"), [("eve", 404), ("vera", 404), ("ada", 302)])
def test_the_trail_of_a_case_is_for_who_may_see_the_file(see, walk, cast, name, status):
    answer = see(getattr(cast, name), reverse("case_trail", args=[walk.case.pk]))

    assert answer.status_code == status


@pytest.mark.parametrize("name", ["eve", "ada", "aud", "ina", "noor", "pan"])
def test_the_whole_trail_is_the_directors(see, cast, name):
    for address in (reverse("trail"), reverse("export_trail", args=["csv"])):
        assert see(getattr(cast, name), address).status_code == 404


def test_the_whole_trail_turns_by_key_and_misses_nothing(see, walk, cast, monkeypatch):
    monkeypatch.setattr(trail_page, "PAGE", 7)
    address, seen, query = reverse("trail"), [], ""
    for _ in range(-(-Event.objects.count() // 7)):
        asked = trail_page.asked_for(dict(pair.split("=") for pair in query.split("&") if pair))
        page = trail_page.trail_page(trail_page.events_of_body(cast.dee), asked, cast.dee)
        seen += [line.event.pk for line in page.lines]
        query = page.next_url.removeprefix("?")

    assert seen == list(Event.objects.order_by("-pk").values_list("pk", flat=True))
    assert "Unbroken" in words(see(cast.dee, address))


def test_the_export_carries_every_hash(see, walk, cast):
    answer = see(cast.dee, reverse("export_trail", args=["csv"]), deed="apply")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    lines = b"".join(see(cast.dee, reverse("export_trail", args=["json"])).streaming_content)

    event = Event.objects.get(verb="apply")
    assert [(row["link"], row["hash"], row["previous"]) for row in rows] == [
        (str(event.pk), event.hash, event.previous)
    ]
    assert len([json.loads(line) for line in lines.splitlines()]) == Event.objects.count()


def test_a_complaint_about_the_director_is_not_in_the_directors_trail(see, walk, cast):
    told = Told(Subject.STAFF, "Rude.", about_whom="Dee")
    complain(told, token=uuid4(), by=None, at=walk.at)

    assert "complaint:" not in words(see(cast.dee, reverse("trail")))
    export = b"".join(see(cast.dee, reverse("export_trail", args=["json"])).streaming_content)
    assert b"complaint:" not in export


# --- The flow as a whole ----------------------------------------------------------------------
def test_the_flow_counts_what_waits_where_and_for_whom(see, walk, cast):
    page = words(see(cast.dee, reverse("flow")))

    assert "One is on its way." in page or "1 is on its way." in page
    assert "1 without anybody" in page
    assert '<svg viewBox="' in page


@pytest.mark.parametrize("name", ["eve", "ada", "aud", "ina", "pan"])
def test_the_flow_is_for_those_who_watch_over_it(see, cast, name):
    assert see(getattr(cast, name), reverse("flow")).status_code == 404


def test_the_flow_asks_no_more_for_three_cases_than_for_one(walk, cast, django_assert_num_queries):
    assert cast.dee.roles  # read once a request
    with django_assert_num_queries(4):
        whereabouts(cast.dee, walk.at)
    for n in range(2):
        make.walk(
            cast, to=Stage.DECISION, slug="current-concepts", by=make.person(f"p{n}"), at=walk.at
        )
    with django_assert_num_queries(4):
        found = whereabouts(cast.dee, walk.at)

    assert found.total == 3
