"""What every test can ask for: the content, the clock, the cast, the browser."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, settings

from notices.models import LetterText
from tests import make
from tests.sweeping import Broom

NOON = make.NOON
BROOM = Broom()
# How fast a machine is says nothing about a property.
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")


def is_for_tests():
    """Runs without any test that needs one get no database of their own: the one that the settings
    name is somebody's, and is left alone."""
    name = str(connection.settings_dict["NAME"])
    return name.startswith("test_") or "memory" in name


def bring_content():
    """Load what ships, unless it is there: a test that commits leaves an empty database behind."""
    if is_for_tests() and not LetterText.objects.exists():
        call_command("load_content", verbosity=0)
        if connection.vendor == "postgresql":
            BROOM.remember()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The shipped content is there for every test, loaded by its own command."""
    if connection.vendor == "postgresql":
        BROOM.take_over()
    with django_db_blocker.unblock():
        bring_content()
    yield
    with django_db_blocker.unblock():
        send_guests_home()


def send_guests_home():
    """Workers that a test killed may leave a child behind, which would keep the database busy."""
    if connection.vendor != "postgresql" or not is_for_tests():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="module", autouse=True)
def content_for_the_module(request, django_db_blocker):
    """Before fixtures of a module open a transaction; workers mix modules as they like."""
    if request.path.name == "test_architecture.py":
        return  # it reads files alone
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        bring_content()


def commits(item):
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "live_server" in item.fixturenames


def pytest_collection_modifyitems(items):
    """Before any fixture opens a database that could not be emptied afterwards."""
    if connection.vendor == "sqlite":
        reason = "commits need PostgreSQL: SQLite cannot empty the append-only trail"
        for item in items:
            if commits(item):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def content_after_flush(request):
    """Tests that commit begin with the content, too."""
    if commits(request.node):
        request.getfixturevalue("transactional_db")
        bring_content()
    elif request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        bring_content()


@pytest.fixture
def at() -> datetime:
    return NOON


@pytest.fixture
def cast(db) -> make.Cast:
    return make.cast()


def _cast_member(name):
    @pytest.fixture(name=name)
    def member(cast):
        return getattr(cast, name)

    return member


ada = _cast_member("ada")
ina = _cast_member("ina")
aud = _cast_member("aud")
vera = _cast_member("vera")
dee = _cast_member("dee")
noor = _cast_member("noor")
pan = _cast_member("pan")
eve = _cast_member("eve")


CHROMIUM = os.environ.get("CHROMIUM") or next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), ""
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine; ./run test installs Debian's")
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def sign_in(live_server, context):
    """Put somebody's session into the browser, as if they had signed in a moment ago."""

    def as_person(person, staff=False):
        cookie = make.session_for(person)
        context.add_cookies(
            [{"name": "session", "value": cookie, "url": live_server.url, "httpOnly": True}]
        )

    return as_person


@pytest.fixture(scope="session", autouse=True)
def sync_playwright_beside_django() -> Iterator[None]:
    """Playwright's loop runs in this thread; Django would refuse its own database there."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
