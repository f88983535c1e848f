"""Starts `./run demo` as a stranger would, visits it, stops it, looks for what stayed behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, STOP = 300, 30  # seconds; the demo's people walk through the whole portal at the first start
PAGES = ("/", "/livez", "/readyz", "/healthz")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def status_of(url: str) -> int:
    """What the page answers; 0 when nobody does."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  our own address
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return 0


def left_over(marker: str) -> list[str]:
    """Processes that the demo began: they carry its folder in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (process / "environ").read_bytes().decode(errors="replace").split("\0"):
                words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
                found.append(f"{process.name} {' '.join(words)}".strip())
        except OSError:
            continue  # ended meanwhile, or somebody else's
    return found


def visit(demo: subprocess.Popen[bytes], site: str) -> str:
    """Wait until the demo is ready and open its pages; what is wrong, or nothing."""
    until = time.monotonic() + START
    while status_of(f"{site}/readyz") != 200:
        if demo.poll() is not None:
            return f"it ended by itself with status {demo.returncode}"
        if time.monotonic() > until:
            return f"it was not ready within {START} seconds"
        time.sleep(0.2)
    answers = {page: status_of(f"{site}{page}") for page in PAGES}
    print(f"ready; {answers}")
    return "" if set(answers.values()) == {200} else f"not every page answers 200: {answers}"


def stop(demo: subprocess.Popen[bytes], marker: str) -> str:
    """End it as a service manager would; what is wrong, or nothing."""
    demo.send_signal(signal.SIGTERM)
    try:
        status = demo.wait(STOP)
    except subprocess.TimeoutExpired:
        return f"it did not stop within {STOP} seconds of SIGTERM"
    if status not in {0, 128 + signal.SIGTERM}:
        return f"it stopped with status {status}"
    if stayed := left_over(marker):
        return "these stayed behind:\n  " + "\n  ".join(stayed)
    return ""


def main() -> int:
    """One start, one visit, one stop."""
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    site = f"http://127.0.0.1:{(port := free_port())}"
    marker = f"VAR_DIR={folder / 'var'}"
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY"}
    }
    began = time.monotonic()
    with (folder / "log").open("wb") as log:
        demo = subprocess.Popen(
            [ROOT / "run", "demo", "--port", str(port)],
            env={**clean, "VAR_DIR": str(folder / "var")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wrong = visit(demo, site)
        print(f"visited after {time.monotonic() - began:.0f} s")
        if demo.poll() is None:
            wrong = "; ".join(filter(None, (wrong, stop(demo, marker))))
    for line in left_over(marker):
        os.kill(int(line.split()[0]), signal.SIGKILL)
    if wrong:
        print((folder / "log").read_text(errors="replace")[-6000:])
        print(f"the demo: {wrong}")
    shutil.rmtree(folder, ignore_errors=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
