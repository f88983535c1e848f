"""What the benches share: a portal with its content, on a database of its own in memory, and a
clock that is fair to all sides. Importing this sets the portal up, so it comes before the portal.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(
    DJANGO_SETTINGS_MODULE="imc_portal.settings",
    SECRET_KEY="b" * 60,
    DATABASE_URL=os.environ.get("BENCH_DATABASE_URL", "sqlite://:memory:"),
    VAR_DIR=tempfile.mkdtemp(prefix="imc-portal-bench-"),
    DEBUG="1",  # static files without collecting them; turned off below
)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.DEBUG = False
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.ALLOWED_HOSTS = ["testserver"]
settings.LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["none"]},
}
Path(settings.STATIC_ROOT).mkdir()
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402

FRAMES = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")  # of transactions; they reach no table


def medians(rounds: int, *sides: Callable[[], object]) -> list[float]:
    """CPU seconds of each side, the sides taking turns so that noise meets all alike."""
    spent: list[list[float]] = [[] for _side in sides]
    for side in sides:
        side()
    for _round in range(rounds):
        for n, side in enumerate(sides):
            began = time.process_time()
            side()
            spent[n].append(time.process_time() - began)
    return [statistics.median(times) for times in spent]


def queries(what: Callable[[], object]) -> int:
    """How many statements reach the tables."""
    with CaptureQueriesContext(connection) as captured:
        what()
    return len([query for query in captured if not query["sql"].startswith(FRAMES)])


class Stand:
    """The loaded portal; what is over its budget makes the bench fail."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_content", verbosity=0)
        self.at = timezone.now()
        self.client = Client()
        self.failed = False

    def person(self, name: str) -> User:
        return User.objects.create_user(f"{name}@example.org", full_name=name.title())

    def sign_in(self, person: User) -> None:
        self.client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])

    def says(self, what: str, value: float, budget: float) -> None:
        over = value > budget
        self.failed = self.failed or over
        print(f"{what:<62}{value:>8.3g}   budget {budget:g}{'   OVER' if over else ''}")

    def get(self, page: str) -> Callable[[], None]:
        def ask() -> None:
            answer = self.client.get(page)
            if answer.status_code != 200:
                raise RuntimeError(f"{page}: {answer.status_code}")

        return ask
