"""Where every PDF is drawn: hands a work to a locked process (`pressing.py`), and reads its answer.

The process is started when it is first needed, serves some hundred works, and is then replaced.
Whatever happens in it, a paper too large for its memory or one that never ends, is a `NotDrawn`
here, and the next work finds a new process. The portal itself never loads WeasyPrint.
"""

import atexit
import base64
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple, cast

from fontTools.ttLib import TTFont

from files.locked import READY, parcel, send

if TYPE_CHECKING:
    from certificates.registry import Attached

SCRIPT = Path(__file__).with_name("pressing.py")  # run, never imported
FACES = Path(__file__).resolve().parent.parent / "static" / "fonts" / "pdf"
USUAL = ("Literata_500Medium.ttf", "Commissioner_400Regular.ttf", "NotoNaskhArabic-Regular.ttf")
NO_OTHER_FONTS = "<fontconfig/>"  # those of the machine would make another paper on each machine
Kind = Literal["usual", "rare"]


class NoPress(Exception):
    """The process did not come so far as to take a work: nothing is known of the work."""


class NotDrawn(Exception):
    """The process refused the work, broke over it, or was stopped."""


class Limits(NamedTuple):
    """Of one process. `waited` is by the clock, for one work; the processor's time is less."""

    works: int = 300
    seconds: int = 100
    memory: int = 2 * 1024**3
    waited: float = 200  # less than a task may run
    start: float = 120


class Drawn(NamedTuple):
    content: bytes
    pages: int
    seconds: float  # of the processor


@dataclass(frozen=True, slots=True)
class Work:
    """A page to be drawn. Pictures are named in it, and told of here (`pressing.picture`)."""

    html: str
    sheets: Sequence[str]  # under static/
    variant: str = "pdf/ua-1"
    archival: bool = False  # with the colours and the metadata that PDF/A asks for
    identifier: str = ""
    pictures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    attached: "Sequence[Attached]" = ()

    def spelled(self) -> bytes:
        attached = [
            {
                "name": each.name,
                "description": each.description,
                "made_at": each.made_at.isoformat(),
                "content": base64.b64encode(each.content).decode(),
            }
            for each in self.attached
        ]
        plain = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({**plain, "attached": attached}).encode()


class Press:
    """One locked process."""

    def __init__(self, kind: Kind, limits: Limits) -> None:
        self.limits, self.left = limits, limits.works
        told = (kind, limits.works, limits.seconds, limits.memory)
        with TemporaryDirectory(prefix="press-") as folder:
            configuration = Path(folder) / "fonts.conf"
            configuration.write_text(NO_OTHER_FONTS, encoding="utf-8")
            self.process = subprocess.Popen(  # noqa: S603 - our own script, with words of our own
                [sys.executable, "-I", "-B", str(SCRIPT), *(str(each) for each in told)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={
                    "LC_ALL": "C.UTF-8",
                    "TMPDIR": folder,
                    "FONTCONFIG_FILE": str(configuration),
                },
            )
            self.questions = cast("BinaryIO", self.process.stdin)
            self.answers = cast("BinaryIO", self.process.stdout)
            with self._stopped_after(limits.start):
                ready = self.answers.read(len(READY)) == READY
        if not ready:
            self.close()
            raise NoPress("the process that draws papers does not start")

    @property
    def usable(self) -> bool:
        return self.left > 0 and self.process.poll() is None

    def draw(self, work: Work) -> Drawn:
        """Raises NotDrawn. Whatever interrupts it, half an answer is never taken for the next."""
        self.left -= 1
        heading = content = None
        try:
            with self._stopped_after(self.limits.waited), suppress(OSError):
                send(self.questions, work.spelled())
                heading, content = parcel(self.answers), parcel(self.answers)
        finally:
            if content is None:
                self.close()
        if heading is None or content is None:
            raise NotDrawn("it took too long or too much memory, and was stopped")
        said = json.loads(heading)
        if said["error"]:
            raise NotDrawn(said["error"])
        return Drawn(content, said["pages"], said["seconds"])

    @contextmanager
    def _stopped_after(self, seconds: float) -> Iterator[None]:
        timer = Timer(seconds, self.process.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        self.left = 0
        self.process.kill()
        for stream in (self.questions, self.answers):
            with suppress(OSError):
                stream.close()
        self.process.wait()


# --- One of each kind, for this process -----------------------------------------------------------
LOCK = Lock()
LIMITS = Limits()
RUNNING: dict[tuple[int, Kind], Press] = {}


def press(work: Work) -> Drawn:
    """Draw it. Raises NoPress or NotDrawn."""
    kind: Kind = "rare" if needs_rare(work.html) else "usual"
    with LOCK:
        mine = (os.getpid(), kind)  # what a parent of ours has running is not ours
        running = RUNNING.get(mine)
        if running is None or not running.usable:
            if running:
                running.close()
                del RUNNING[mine]
            running = RUNNING[mine] = Press(kind, LIMITS)
        return running.draw(work)


@atexit.register
def close_all() -> None:
    for (owner, _kind), running in RUNNING.items():
        if owner == os.getpid():
            running.close()


def needs_rare(html: str) -> bool:
    """Is something written in it that the usual faces lack, and others have?"""
    return any(ord(c) in rare_faces() and ord(c) not in usual_faces() for c in set(html))


@functools.cache
def usual_faces() -> frozenset[int]:
    return _drawn(FACES / name for name in USUAL)


@functools.cache
def rare_faces() -> frozenset[int]:
    """What the faces for other scripts draw."""
    return _drawn([*FACES.glob("NotoS*-Regular.ttf"), *FACES.glob("Droid*.ttf")])


def _drawn(paths: Iterable[Path]) -> frozenset[int]:
    found: set[int] = set()
    for path in paths:
        with TTFont(path, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(found)
