"""What happened stays: the chain, the database's guards, and the check that they are there."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.make import NOON
from trail.guards import present, put_up, take_down
from trail.models import FIRST_LINK, Event
from trail.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def links(ada):
    """Three links about one person, whatever the chain held before."""
    return [
        Event.objects.record("wave", about=ada, by=ada, at=NOON + timedelta(hours=n), count=n)
        for n in range(3)
    ]


@pytest.fixture
def unguarded(db):
    """The triggers gone, as somebody with the owner's password could have them."""
    take_down(connection)


def test_every_link_holds_the_one_before(links):
    first, second, third = links

    assert (second.previous, third.previous) == (first.hash, second.hash)
    assert verify().broken is None
    assert verify().head == third.hash


def test_events_are_found_by_what_they_are_about_and_by_case(links, ada, eve):
    Event.objects.record("wave", about=eve, by=eve, at=NOON, case="C-1")

    waves = Event.objects.about(ada).filter(verb="wave")
    assert [event.pk for event in waves.order_by("pk")] == [event.pk for event in links]
    assert list(Event.objects.of_case("C-1").values_list("subject_id", flat=True)) == [str(eve.pk)]


@pytest.mark.parametrize(
    "deed",
    [
        lambda: Event.objects.update(verb="nod"),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.first().delete(),
        lambda: Event.objects.first().save(),
        lambda: connection.cursor().execute("UPDATE trail_event SET actor_id = NULL"),
        lambda: connection.cursor().execute("DELETE FROM trail_event"),
    ],
)
def test_the_database_refuses_to_change_or_remove_what_happened(links, deed):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        deed()

    assert verify().broken is None


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'nod'",
        "at = '2020-01-01 00:00:00+00:00'",
        "actor_id = NULL",
        "subject_id = '0'",
        "\"case\" = 'x'",
        "before = 'x'",
        "after = 'x'",
        "facts = '{}'",
        "hash = 'f'",
        "previous = 'f'",
    ],
)
def test_a_changed_link_is_found_and_named(links, unguarded, change):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE trail_event SET {change} WHERE id = %s", [links[1].pk])  # noqa: S608

    assert verify().broken == links[1].pk


def test_a_removed_link_is_found_at_the_one_behind_it(links, unguarded):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM trail_event WHERE id = %s", [links[1].pk])

    assert verify().broken == links[2].pk


def test_the_command_names_the_broken_link(links, unguarded, capsys):
    call_command("trail", "verify")
    before = capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trail_event SET verb = 'nod' WHERE id = %s", [links[1].pk])

    with pytest.raises(CommandError, match=f"broken at event {links[1].pk}"):
        call_command("trail", "verify")
    assert before == f"{Event.objects.count()} links, unbroken. Head: {links[2].hash}\n"


def test_the_system_check_notices_missing_guards(unguarded):
    found = run_checks(databases=["default"], tags=["database"])

    assert [message.id for message in found if message.id.startswith("trail")] == ["trail.E001"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL disables triggers")
def test_the_system_check_notices_disabled_guards(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trail_event DISABLE TRIGGER trail_append_only")

    assert not present(connection)


def test_the_command_puts_the_guards_back(links, unguarded):
    call_command("trail", "guard")

    assert present(connection)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(verb="nod")


def test_guards_may_be_put_up_twice(db):
    put_up(connection)

    assert present(connection)


@pytest.mark.slow
def test_ten_thousand_links_are_walked_in_a_moment(ada):
    verdict = verify()
    previous, rows = verdict.head, []
    for n in range(10_000):
        event = Event(
            at=NOON + timedelta(seconds=n),
            actor=ada,
            verb="wave",
            subject="accounts.user",
            subject_id=str(ada.pk),
            facts={"n": n},
            previous=previous,
        )
        previous = event.hash = event.link()
        rows.append(event)
    Event.objects.bulk_create(rows, batch_size=1000)

    began = time.perf_counter()
    walked = verify()

    assert (walked.broken, walked.links, walked.head) == (None, verdict.links + 10_000, previous)
    assert time.perf_counter() - began < 3


FACTS = st.dictionaries(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=8),
    st.one_of(
        st.integers(-(2**53), 2**53),
        st.booleans(),
        st.none(),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
        st.lists(st.integers(0, 9), max_size=3),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(facts=FACTS, at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_link_reads_from_the_database_as_it_was_written(facts, at):
    event = Event(
        at=at.replace(tzinfo=UTC),
        verb="wave",
        subject="s",
        subject_id="1",
        facts=facts,
        previous=FIRST_LINK,
    )
    with transaction.atomic():
        last = Event.objects.order_by("-pk").values_list("hash", flat=True).first()
        event.previous = last or FIRST_LINK
        event.hash = event.link()
        event.save(force_insert=True)

        read = Event.objects.get(pk=event.pk)
        assert read.link() == event.hash
        transaction.set_rollback(True)
