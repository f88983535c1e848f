"""Runs the web server and the worker side by side until told to stop, or until one of them ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

PATIENCE = 15.0  # seconds between asking to stop and insisting


def commands(port: int) -> list[list[str]]:
    """The web server; and one worker that carries the clock too."""
    return [
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
            "imc_portal.wsgi:application",
        ],
        [
            *(sys.executable, "-m", "celery", "-A", "imc_portal", "worker", "-B"),
            *("--concurrency", "2", "--loglevel", "WARNING"),
        ],
    ]


def supervise(lines: Sequence[Sequence[str]]) -> int:
    """Each command in a session of its own, so that only we tell it to stop. Returns 0 when we
    were asked to stop, else the status of the one that ended by itself."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    running = [subprocess.Popen(line, start_new_session=True) for line in lines]  # noqa: S603  our own
    while not asked and all(process.poll() is None for process in running):
        time.sleep(0.2)
    ended = [process.returncode for process in running if process.poll() is not None]
    stop(running)
    return 0 if asked else abs(ended[0]) or 1


def stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask each to end; who does not in good time is ended, with everything it began."""
    for process in running:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
