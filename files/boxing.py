"""Starts the process that opens strangers' files (`opening.py`), and reads its answer."""

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from django.core.files.base import File

if TYPE_CHECKING:
    Bytes = File[bytes]
else:
    Bytes = File

SCRIPT = Path(__file__).with_name("opening.py")  # run, never imported
SECONDS = 60  # by the clock; of the processor it allows itself less
READY = b"ready\n"
DRAWABLE = frozenset({".pdf", ".png", ".jpg", ".jpeg"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a picture."""

    width: int
    height: int
    content: bytes


class NotStarted(Exception):
    """The process did not come so far as to open the file: nothing is known of it."""


def fault_of(file: Bytes, ending: str) -> str:
    """What is wrong inside, as a key of files.faults; "" when nothing is. A file that uses up
    its time or memory is at fault itself."""
    answer = _run("look", ending, file)
    return "slow" if answer is None else str(json.loads(answer)["fault"])


def pages_of(file: Bytes, ending: str) -> list[Page]:
    """The first pages as pictures. None where they cannot be drawn: the file itself remains."""
    answer = _run("draw", ending, file) if ending in DRAWABLE else None
    if not answer:
        return []
    heading, _newline, bodies = answer.partition(b"\n")
    drawn, start = [], 0
    for width, height, size in json.loads(heading):
        drawn.append(Page(width, height, bodies[start : start + size]))
        start += size
    return drawn


def _run(what: str, ending: str, file: Bytes) -> bytes | None:
    """The answer of the process, or None when it was stopped or broke over the file. Both ways
    lead over files, so that neither side's memory holds what the other one sends."""
    with TemporaryFile() as question, TemporaryFile() as answer:
        for chunk in file.chunks():
            question.write(chunk)
        question.seek(0)
        broke = True
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(  # noqa: S603 - our own script, with words of our own
                [sys.executable, "-I", "-B", str(SCRIPT), what, ending],
                stdin=question,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"LC_ALL": "C.UTF-8"},
                timeout=SECONDS,
                check=False,
            )
            broke = done.returncode != 0
        answer.seek(0)
        if answer.read(len(READY)) != READY:
            raise NotStarted
        return None if broke else answer.read()
