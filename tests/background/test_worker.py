"""A real worker with a real clock on a real Redis, sending real mail; and what a kill costs."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notices.models import Message
from notices.services import post
from tests.background.conftest import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two processes need PostgreSQL"),
    pytest.mark.skipif("REDIS_URL" not in os.environ, reason="REDIS_URL names no Redis"),
]
OURS = 13  # the number of a Redis database that nothing else here uses


@pytest.fixture
def broker():
    """An empty Redis database of our own, left empty."""
    url = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{OURS}"))
    with redis.Redis.from_url(url) as store:
        store.flushdb()
        yield url
        store.flushdb()


def database_url():
    test = connection.settings_dict
    login = quote(test["USER"]) + (f":{quote(test['PASSWORD'])}" if test["PASSWORD"] else "")
    if test["HOST"].startswith("/"):
        return f"postgres://{login}@/{test['NAME']}?host={test['HOST']}"
    return f"postgres://{login}@{test['HOST']}:{test['PORT'] or 5432}/{test['NAME']}"


@pytest.fixture
def start_worker(broker, postbox, tmp_path):
    """Start a worker with the clock inside, on the test's database; every one is ended."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "imc_portal.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker,
        "EMAIL_URL": f"smtp://127.0.0.1:{postbox.port}",
        "VAR_DIR": str(tmp_path),
        "C_FORCE_ROOT": "1",
    }
    command = [sys.executable, "-m", "celery", "-A", "imc_portal", "worker", "-B", "-c", "1"]
    with contextlib.ExitStack() as ended:

        def start():
            log = ended.enter_context((tmp_path / "worker.log").open("a"))
            worker = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle", "-l", "WARNING"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            ended.callback(kill, worker)
            return worker

        yield start


def kill(worker):
    """The worker and its children, without a chance to tidy up."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def owe(*keys):
    for key in keys:
        post("no_account", key=str(key), address=f"person{key}@example.org")


def all_sent():
    return not Message.objects.filter(sent_at=None).exists()


def test_a_letter_arrives_within_seconds(start_worker, postbox):
    start_worker()
    owe("0")
    wait_until(all_sent, 40, "the worker has not come up")
    owe("1")

    wait_until(lambda: len(postbox.letters) == 2, 15, "the letter has not arrived")


def test_a_killed_worker_loses_nothing_and_repeats_at_most_one(start_worker, postbox):
    postbox.slowly = 0.2
    owe(*range(20))
    worker = start_worker()
    wait_until(lambda: len(postbox.letters) >= 7, 40, "the worker has not begun")
    kill(worker)
    postbox.slowly = 0
    left = Message.objects.filter(sent_at=None).count()
    # The lease of the letter it was at runs out; two minutes are long for a test.
    Message.objects.filter(sent_at=None).exclude(leased_until=None).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )

    start_worker()
    wait_until(all_sent, 60, "letters are missing")

    ids = postbox.ids
    assert left > 0
    assert len(set(ids)) == 20
    assert len(ids) - 20 <= 1
