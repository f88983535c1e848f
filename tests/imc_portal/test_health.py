from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from assessments.printing import draw_due
from assessments.services import ask_report
from imc_portal import health
from notices.models import ATTEMPTS, Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    def make(ago, **fields):
        return Message.objects.create(
            key=f"test:{ago}:{fields}",
            kind="welcome",
            address="someone@example.org",
            not_before=timezone.now() - ago,
            **fields,
        )

    return make


@pytest.fixture
def no_database():
    """Every statement fails, as when the database is away."""

    def away(*_):
        raise DatabaseError

    with connection.execute_wrapper(away):
        yield


def test_livez_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get(reverse("livez"))

    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_readyz_says_that_database_and_migrations_are_there(client):
    answer = client.get(reverse("readyz"))

    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": "ok", "migrations": "applied"}


def test_readyz_waits_for_migrations(client, monkeypatch):
    def behind():
        raise health._Behind

    monkeypatch.setattr(health, "_migrated", behind)

    answer = client.get(reverse("readyz"))

    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": "ok", "migrations": "behind"}


@pytest.mark.parametrize("name", ["readyz", "healthz"])
def test_without_the_database_it_says_so(name, client, no_database):
    answer = client.get(reverse(name))

    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": "away"})


def test_healthz_is_well_when_nothing_waits(client):
    answer = client.get(reverse("healthz"))

    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "database": "ok",
        "cache": "ok",
        "outbox_seconds": 0,
        "dead_letters": 0,
        "overdue_reports": 0,
        "undrawn_award_papers": 0,
        "overdue_dossiers": 0,
        "broken_heads": 0,
        "unsigned_credentials": 0,
        "scanner": "off",
        "files_waiting": 0,
    }


def test_healthz_fails_when_letters_wait_too_long(client, letter):
    letter(timedelta(minutes=20))

    answer = client.get(reverse("healthz"))

    assert answer.status_code == 503
    assert 1200 <= answer.json()["outbox_seconds"] < 1260


def test_healthz_counts_dead_letters_without_failing(client, letter):
    letter(timedelta(hours=9), attempts=ATTEMPTS)

    answer = client.get(reverse("healthz"))

    assert (answer.status_code, answer.json()["dead_letters"]) == (200, 1)


@pytest.mark.parametrize(
    ("minutes", "drawn", "overdue"), [(20, False, 1), (10, False, 0), (20, True, 0)]
)
def test_healthz_counts_reports_that_nobody_draws(client, cast, minutes, drawn, overdue):
    on = make.walk(cast, to="intake")
    asked = timezone.now() - timedelta(minutes=minutes)
    ask_report(on.case.self_assessment, language="en", by=cast.ada, at=asked)
    if drawn:
        draw_due(timezone.now())

    answer = client.get(reverse("healthz"))

    assert (answer.status_code, answer.json()["overdue_reports"]) == (200, overdue)


def test_healthz_goes_on_without_the_cache(client, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *_: None)

    answer = client.get(reverse("healthz"))

    assert (answer.status_code, answer.json()["cache"]) == (200, "away")


@pytest.mark.parametrize("name", ["livez", "readyz", "healthz"])
def test_nothing_is_stored_or_posted(name, client):
    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]
    assert client.post(reverse(name)).status_code == 405
