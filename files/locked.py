"""How a process of ours locks itself in, before it touches what strangers wrote.

No imports from the portal: scripts that run apart from it (`certificates/pressing.py`,
`portfolios/opening.py`) load this. It needs no privileges and no container, so it works wherever
the portal does.
"""

import importlib
import pkgutil
import resource
import struct
from contextlib import suppress
from types import ModuleType
from typing import BinaryIO

LONGEST = 256 * 1024 * 1024


def load_all(package: ModuleType) -> None:
    """Every part of a package: later it could not be read any more."""
    for part_of_it in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        with suppress(ImportError):  # what needs a package that is not there is not used either
            importlib.import_module(part_of_it.name)


def lock_in(*, memory: int, answer: int = 0, seconds: int | None = None) -> None:
    """From here on nothing can be opened: neither a file nor a socket, nor another process. What
    it may still use: memory, as much of a file that it has open, and seconds of the processor."""
    for what, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, answer),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        if limit is not None:
            _limit(what, limit, limit)


def allow_seconds(seconds: int) -> None:
    """Of the processor, for the next work of a process that does several."""
    _limit(resource.RLIMIT_CPU, int(spent()) + 1 + seconds, resource.RLIM_INFINITY)


def spent() -> float:
    """Seconds of the processor that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _limit(what: int, soft: int, hard: int) -> None:
    with suppress(ValueError, OSError):  # where a system does not know a limit
        resource.setrlimit(what, (soft, hard))


# --- How both sides talk --------------------------------------------------------------------------
READY = b"ready\n"  # what goes wrong before is our fault, what goes wrong later is the work's


def send(stream: BinaryIO, content: bytes) -> None:
    stream.write(struct.pack(">Q", len(content)) + content)
    stream.flush()


def parcel(stream: BinaryIO) -> bytes | None:
    """What the other side sent, its length before it; None once the other side is gone."""
    heading = stream.read(8)
    if len(heading) < 8:
        return None
    (length,) = struct.unpack(">Q", heading)
    content = stream.read(min(length, LONGEST))
    return content if len(content) == length else None
