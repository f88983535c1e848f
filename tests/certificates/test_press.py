"""Papers are drawn by the real locked process: it can do nothing else, it never ends badly for the
portal, and the next paper still comes."""

import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest

from certificates import pdf, press, pressing, printing
from certificates.papers import MOST_ATTEMPTS, Drawing
from certificates.press import Limits, NoPress, NotDrawn, Press, Work
from certificates.printing import LATER, draw_due
from tests.certificates.test_pdf import snapshot

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
SMALL = Work("<p>one page</p>", ["dossier/dossier.css"])
ENDLESS = Work("<table>" + "<tr><td>word <td>word <td>word" * 40_000, ["dossier/dossier.css"])


@pytest.fixture
def own():
    """A press of the test's own, with its own limits, however many others there are."""
    started = []

    def start(kind="usual", **limits):
        started.append(Press(kind, Limits(**limits)))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def fresh(monkeypatch):
    """As if none had been started yet."""
    monkeypatch.setattr(press, "RUNNING", {})
    yield
    press.close_all()


@pytest.fixture
def instead(fresh, monkeypatch, tmp_path):
    """Another script in its place."""

    def put(script):
        path = tmp_path / "pressing.py"
        path.write_text(script, encoding="utf-8")
        monkeypatch.setattr(press, "SCRIPT", path)

    return put


TRIES = """
import json, os, socket, sys
sys.path.insert(0, {root!r})
from certificates import pressing
from files.locked import READY, lock_in, send
pressing.warm("usual")
lock_in(memory={memory})
got = []
for name, attempt in {{
    "file": lambda: open("/etc/passwd"),
    "own sheets": lambda: open({root!r} + "/static/certificate/certificate.css"),
    "new file": lambda: open({folder!r} + "/made", "w"),
    "network": lambda: socket.create_connection(("127.0.0.1", {port})),
    "socket": lambda: socket.socket(),
    "local socket": lambda: socket.socket(socket.AF_UNIX),
    "process": lambda: os.pipe(),
    "memory": lambda: bytearray(2 * {memory}),
}}.items():
    try:
        attempt()
    except (OSError, MemoryError):
        continue
    got.append(name)
work = {{"html": "<p>x</p>", "sheets": ["dossier/dossier.css"], "variant": "pdf/ua-1",
        "archival": False, "pictures": {{}}}}
content, pages = pressing.draw(work)
print(json.dumps([got, sorted(os.environ), content[:5].decode(), pages]))
"""


@LINUX
def test_locked_process_draws_and_can_do_nothing_else(tmp_path):
    """What a name would gain that took the process over. The listener shows that there is a
    network to reach."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = {"root": str(Path(pdf.__file__).parent.parent), "memory": Limits().memory}
        script = TRIES.format(**told, folder=str(tmp_path), port=listener.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-I", "-c", script],
            env={"TMPDIR": str(tmp_path)},
            capture_output=True,
            check=True,
        )

    got, environment, beginning, pages = json.loads(done.stdout)
    assert (got, beginning, pages) == ([], "%PDF-", 1)
    assert set(environment) <= {"TMPDIR", "LC_CTYPE"}
    assert not (tmp_path / "made").exists()


@LINUX
def test_running_press_holds_its_three_pipes_and_no_secret(own):
    running = own()
    place = Path(f"/proc/{running.process.pid}")

    assert running.draw(SMALL).content.startswith(b"%PDF-")

    assert sorted(one.name for one in (place / "fd").iterdir()) == ["0", "1", "2"]
    told = (place / "environ").read_bytes().decode()
    assert {each.partition("=")[0] for each in told.split("\0") if each} == {
        "LC_ALL",
        "TMPDIR",
        "FONTCONFIG_FILE",
    }
    limits = (place / "limits").read_text()
    for what in ("open files", "processes", "core file size", "file size"):
        (line,) = (one for one in limits.splitlines() if one.startswith(f"Max {what} "))
        assert line.removeprefix(f"Max {what}").split()[:2] == ["0", "0"]


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1/", "../fonts/pdf/none.ttf"]
)
def test_what_a_page_asks_for_is_refused_and_the_press_goes_on(own, address):
    running = own()

    with pytest.raises(NotDrawn, match="FatalURLFetchingError"):
        running.draw(Work(f"<img src='{address}'>", []))

    assert running.draw(SMALL).pages == 1


def test_work_that_never_ends_is_stopped_by_the_clock(own):
    running, began = own(waited=1.5), monotonic()

    with pytest.raises(NotDrawn, match="stopped"):
        running.draw(ENDLESS)

    assert monotonic() - began < 15
    assert not running.usable


@LINUX
def test_work_that_uses_up_the_processor_is_stopped_by_the_system(own):
    running = own(seconds=1)

    with pytest.raises(NotDrawn, match="stopped"):
        running.draw(ENDLESS)

    assert running.process.returncode == -signal.SIGXCPU


@LINUX
def test_work_that_wants_too_much_memory_is_refused_or_stopped(own):
    running = own(memory=320 * 1024**2)
    assert running.draw(SMALL).pages == 1

    with pytest.raises(NotDrawn, match=r"MemoryError|stopped"):
        running.draw(ENDLESS)

    assert own().draw(SMALL).pages == 1


def test_every_work_has_its_own_seconds(own):
    """Together they take longer than any one may, on a slow machine and on a quick one."""
    running, spent = own(seconds=2), 0.0

    while spent < 2 + 2:
        spent += running.draw(Work("<p>words " * 200, [])).seconds

    assert running.usable


def test_a_press_that_is_used_up_or_dead_is_replaced(fresh, monkeypatch):
    monkeypatch.setattr(press, "LIMITS", Limits(works=2))
    pids = []
    for turn in range(4):
        assert press.press(SMALL).pages == 1
        (running,) = press.RUNNING.values()
        pids.append(running.process.pid)
        if turn == 2:
            running.process.kill()
            running.process.wait()

    assert pids[0] == pids[1]
    assert len(set(pids)) == 3


def test_same_bytes_from_every_press_however_long_it_has_run(own):
    work = pdf.work_of(snapshot(), "a4")
    first, second = own(), own()
    for _turn in range(3):
        second.draw(SMALL)

    found = {each.draw(work).content for each in (first, first, second)}

    assert len(found) == 1


@LINUX
@pytest.mark.slow
def test_a_press_does_not_grow(own):
    running = own()

    def resident():
        pages = int(Path(f"/proc/{running.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2

    for turn in range(40):
        running.draw(pdf.work_of(snapshot(number=f"IMC-2029-{turn:06}"), "a4"))
    before = resident()
    for turn in range(100):
        running.draw(pdf.work_of(snapshot(number=f"IMC-2029-1{turn:05}"), "a4"))

    assert resident() - before < 3


def test_rare_faces_are_loaded_only_where_something_needs_them():
    assert not press.needs_rare("Björn Þórsson, ليلى – “Ångström” Ω Ж")
    assert press.needs_rare("王小明")
    assert not press.needs_rare("\U00013000 🌲")  # no face of ours has them
    assert pressing.RARE in pressing.sheets_of("rare")
    assert pressing.RARE not in pressing.sheets_of("usual")


def test_nothing_is_left_behind_on_the_disk(own, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    own().draw(SMALL)

    assert list(tmp_path.iterdir()) == []


# --- What becomes of a paper ----------------------------------------------------------------------
@pytest.mark.django_db
def test_paper_that_is_stopped_is_shown_to_staff_and_tried_again(
    award, ada, at, fresh, monkeypatch
):
    certificate = award(ada)
    monkeypatch.setattr(printing, "ATTACHMENTS", [])
    works = press.LIMITS
    monkeypatch.setattr(press, "LIMITS", Limits(waited=0.01))

    assert draw_due(at) == 0

    said = {(d.attempts, d.last_error) for d in Drawing.objects.all()}
    assert said == {(1, "NotDrawn('it took too long or too much memory, and was stopped')")}
    monkeypatch.setattr(press, "LIMITS", works)
    assert draw_due(at) == 2
    assert {d.last_error for d in certificate.drawings.all()} == {""}


@pytest.mark.django_db
def test_paper_waits_without_using_up_attempts_while_nothing_starts(award, ada, at, instead):
    award(ada)
    instead("import no_such_package")

    for turn in range(MOST_ATTEMPTS + 1):
        assert draw_due(at + 2 * turn * LATER) == 0

    said = {(d.attempts, d.last_error) for d in Drawing.objects.all()}
    assert said == {(0, "the process that draws papers does not start")}


ANSWERS_HALF = """
import sys
sys.stdout.buffer.write(b"ready\\n" + b"\\0" * 7 + b"\\x09{")
sys.stdout.buffer.flush()
sys.stdin.buffer.read(1)
"""


def test_half_an_answer_is_none(instead):
    instead(ANSWERS_HALF)

    with pytest.raises(NotDrawn, match="stopped"):
        press.press(SMALL)


def test_a_press_that_hangs_while_starting_is_given_up(instead, monkeypatch):
    monkeypatch.setattr(press, "LIMITS", Limits(start=0.3))
    instead("import time; time.sleep(60)")

    with pytest.raises(NoPress):
        press.press(SMALL)


def test_two_at_once_get_their_own_papers(monkeypatch):
    works = [Work(f"<title>{n}</title>" + "<p style='break-after:page'>x" * n, []) for n in (1, 4)]
    with ThreadPoolExecutor(2) as threads:
        pages = list(threads.map(lambda work: press.press(work).pages, works * 4))

    assert pages == [1, 4] * 4
