"""Uploads over real connections: one cut at half leaves nothing; fifty at once all arrive."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from applicants.flow import Stage
from portfolios import writing
from portfolios.models import Evidence
from tests import make
from tests.portfolios.files import stored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
TOKEN = "t" * 32


@pytest.fixture
def case(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)
    return walk.case


@pytest.fixture
def temporary(tmp_path, settings):
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    return folder


@pytest.fixture
def link(live_server, cast, case):
    """A connection that has sent the head of an upload, and the parts of its body."""
    session = make.session_for(cast.ada)
    where = urlsplit(live_server.url)

    def upload(name, content):
        edge = "----edge"
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        ).encode()
        body = head + content + f"\r\n--{edge}--\r\n".encode()
        opened = socket.create_connection((where.hostname, where.port), timeout=60)
        opened.sendall(
            f"POST {reverse('portfolios:add_files', args=[case.pk])} HTTP/1.1\r\n"
            f"Host: {where.hostname}\r\nAccept: application/json\r\nConnection: close\r\n"
            f"Cookie: session={session}; csrf={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Content-Type: multipart/form-data; boundary={edge}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
        )
        return opened, body

    return upload


def answer(opened):
    said = b""
    with opened:
        while more := opened.recv(65536):
            said += more
    return json.loads(said.partition(b"\r\n\r\n")[2])


def wait_until(holds):
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert holds()


def test_cut_connection_leaves_nothing(link, temporary, case):
    opened, body = link("scan.pdf", b"%PDF-" + bytes(4_000_000))
    opened.sendall(body[: len(body) // 2])
    wait_until(lambda: list(temporary.iterdir()))  # half of it is on the disk

    opened.close()

    wait_until(lambda: not list(temporary.iterdir()))
    assert (Evidence.objects.count(), stored()) == (0, [])


def test_the_same_file_arrives_when_it_is_sent_again(link, temporary):
    opened, body = link("scan.pdf", b"%PDF-" + bytes(1_000_000))
    opened.sendall(body[:1000])
    opened.close()
    opened, body = link("scan.pdf", b"%PDF-" + bytes(1_000_000))

    opened.sendall(body)

    assert answer(opened) == {"said": "“scan.pdf” is here. We are checking it."}
    assert len(stored()) == 1
    wait_until(lambda: not list(temporary.iterdir()))


def test_fifty_at_once_are_all_kept_once(link, temporary):
    def send(number):
        opened, body = link(f"{number}.txt", b"day %d" % (number // 2))
        opened.sendall(body)
        return answer(opened)["said"]

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(send, range(50)))

    assert sum("is here" in words for words in said) == 25
    assert sum("You have this already" in words for words in said) == 25
    assert Evidence.objects.count() == len(stored()) == 25
    wait_until(lambda: not list(temporary.iterdir()))
