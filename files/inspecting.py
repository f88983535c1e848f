"""What every app does with a file that waits: scan it, open it, and say what is wrong with it."""

from datetime import timedelta

import structlog

from files import boxing, scanning
from files.uploads import Bytes, ending_of

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=5)  # longer than opening, scanning and drawing can take together
LONGEST_PAUSE = timedelta(minutes=30)
UNSETTLED = (scanning.Away, boxing.NotStarted, OSError)  # nothing is known: the file waits


def fault_of(file: Bytes, title: str, *, number: int) -> str:
    """A key of files.faults, or "". Scanned before it is opened: what the scanner knows, nothing of
    ours touches. Raises one of UNSETTLED."""
    if scanning.is_configured() and (name := scanning.found_in(file.chunks())):
        log.warning("harmful file", evidence=number, found=name)
        return "virus"
    file.seek(0)
    return boxing.fault_of(file, ending_of(title))


def pause_after(attempts: int) -> timedelta:
    """How long a file rests that could not be settled: 2 minutes, then 4, up to 30."""
    return min(timedelta(minutes=2 ** min(attempts, 5)), LONGEST_PAUSE)
