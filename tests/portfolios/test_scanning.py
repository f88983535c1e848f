"""The virus scanner, with ClamAV's real daemon; and every way in which it can be away."""

import socket
import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from files import scanning
from files.uploads import BadFile
from portfolios import checking
from portfolios.models import Evidence, FileState
from tests.portfolios import clamav, files
from tests.portfolios.files import stored
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    if not clamav.CLAMD:
        pytest.skip("no clamd on this machine; ./run test installs Debian's clamav-daemon")
    with clamav.daemon(tmp_path_factory.mktemp("clamav")) as address:
        yield address


@pytest.fixture
def scanner(daemon, settings):
    settings.CLAMAV_URL = daemon


@pytest.fixture
def answering(settings):
    """A scanner that says something of its own instead."""
    servers = []

    def with_words(said):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        def answer():
            link, _ = server.accept()
            with link:
                while link.recv(65536)[-4:] != bytes(4):
                    pass
                link.sendall(said)

        threading.Thread(target=answer, daemon=True).start()

    yield with_words
    for server in servers:
        server.close()


def test_what_the_scanner_does_not_know_is_clean(scanner, add, walk):
    evidence, _new = add("diary.txt", b"one day")

    assert checking.check_due(walk.at) == 1

    evidence.refresh_from_db()
    assert (evidence.state, evidence.fault, evidence.leased_until) == (FileState.CLEAN, "", None)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("eicar.txt", clamav.EICAR),
        ("marked.docx", files.docx(**{"word/media/a.bin": clamav.MARKER})),
        ("marked.pdf", files.pdf() + b"%" + clamav.MARKER),
    ],
)
def test_what_the_scanner_knows_is_refused_and_removed(
    scanner, add, walk, name, content, django_capture_on_commit_callbacks
):
    evidence, _new = add(name, content)
    assert len(stored()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        assert checking.check_due(walk.at) == 1

    evidence.refresh_from_db()
    assert (evidence.state, evidence.fault, evidence.file.name) == ("refused", "virus", "")
    assert evidence.why == f"“{name}” looks harmful to our virus scanner, so we removed it."
    assert stored() == []
    told = Event.objects.get(verb="refuse_file")
    assert told.facts == {"evidence": evidence.pk, "fault": "virus"}


def test_a_refused_file_is_refused_again_at_the_door(
    scanner, add, walk, django_capture_on_commit_callbacks
):
    add("eicar.txt", clamav.EICAR)
    with django_capture_on_commit_callbacks(execute=True):
        checking.check_due(walk.at)

    with pytest.raises(BadFile, match="looks harmful"):
        add("again.txt", clamav.EICAR)

    assert stored() == []


def test_large_files_go_through_in_pieces(scanner):
    blob = BytesIO(b"a" * (20 * 1024 * 1024) + clamav.MARKER)

    assert scanning.found_in(iter(lambda: blob.read(65536), b"")) == "Test.Marker.UNOFFICIAL"


def test_file_over_the_scanners_own_limit_waits(daemon, tmp_path, settings, add, walk):
    with clamav.daemon(tmp_path, "1M") as address:
        settings.CLAMAV_URL = address
        add("long.txt", b"a" * 2_000_000)

        assert checking.check_due(walk.at) == 0

    assert Evidence.objects.get().state == FileState.WAITING


@pytest.mark.parametrize("url", ["unix:/nowhere/clamd.ctl", "tcp://127.0.0.1:1"])
def test_files_wait_while_the_scanner_is_away(settings, add, walk, url, daemon):
    settings.CLAMAV_URL = url
    add("diary.txt", b"one day")
    assert checking.check_due(walk.at) == 0
    assert checking.check_due(walk.at + timedelta(seconds=30)) == 0

    row = Evidence.objects.get()
    assert (row.state, row.attempts) == (FileState.WAITING, 1)  # the pause was kept
    settings.CLAMAV_URL = daemon
    assert checking.check_due(walk.at + timedelta(minutes=3)) == 1
    assert Evidence.objects.get().state == FileState.CLEAN


@pytest.mark.parametrize(
    "said",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"stream: OK",  # cut off
        b"",
        b"x" * 10_000 + b"\0",
    ],
)
def test_an_answer_that_settles_nothing_is_no_clean_bill(answering, add, walk, said):
    answering(said)
    add("diary.txt", b"one day")

    assert checking.check_due(walk.at) == 0

    assert Evidence.objects.get().state == FileState.WAITING


def test_files_wait_while_nothing_can_be_opened(monkeypatch, add, walk, tmp_path):
    monkeypatch.setattr("files.boxing.SCRIPT", tmp_path / "gone.py")
    add("diary.txt", b"one day")

    assert checking.check_due(walk.at) == 0

    assert Evidence.objects.get().state == FileState.WAITING


def test_pauses_grow_to_half_an_hour(settings, add, walk):
    settings.CLAMAV_URL = "unix:/nowhere"
    add("diary.txt", b"one day")
    Evidence.objects.update(attempts=40)

    checking.check_due(walk.at)

    assert Evidence.objects.get().leased_until == walk.at + timedelta(minutes=30)


def test_files_from_before_the_scanner_are_scanned_when_it_comes(
    add, walk, settings, daemon, django_capture_on_commit_callbacks
):
    add("eicar.txt", clamav.EICAR)
    checking.check_due(walk.at)
    assert Evidence.objects.get().state == FileState.TYPE_ONLY
    assert checking.check_due(walk.at) == 0

    settings.CLAMAV_URL = daemon
    with django_capture_on_commit_callbacks(execute=True):
        checking.check_due(walk.at)

    assert Evidence.objects.get().fault == "virus"
    assert stored() == []


@pytest.mark.parametrize(("url", "state"), [("", "off"), ("unix:/nowhere", "away")])
def test_health_says_how_the_scanner_is(client, settings, add, url, state):
    settings.CLAMAV_URL = url
    add("diary.txt", b"one day")

    said = client.get(reverse("healthz")).json()

    assert (said["scanner"], said["files_waiting"]) == (state, 1)


def test_health_knows_a_scanner_that_answers(client, scanner):
    assert client.get(reverse("healthz")).json()["scanner"] == "ok"
