"""The virus scanner: ClamAV's daemon, asked over its socket. It gets the bytes and never the name.

CLAMAV_URL says where it is: unix:/run/clamav/clamd.ctl or tcp://scanner:3310. Empty: there is none.
"""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS, ANSWER_SECONDS = 3, 60
PORT = 3310
LONGEST = 4096  # characters of an answer


class Away(Exception):
    """The scanner did not answer, or not in a way that settles anything: the file waits."""


def is_configured() -> bool:
    return bool(settings.CLAMAV_URL)


def state() -> str:
    """For the health page: off, ok or away."""
    if not is_configured():
        return "off"
    try:
        with _connection(seconds=1) as link:
            link.sendall(b"zPING\0")
            return "ok" if _answer(link) == "PONG" else "away"
    except Away:
        return "away"


def found_in(chunks: Iterable[bytes]) -> str:
    """The name of what was found, or "" when the scanner found nothing. Raises Away."""
    with _connection(seconds=ANSWER_SECONDS) as link:
        link.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            if chunk:
                link.sendall(len(chunk).to_bytes(4, "big") + chunk)
        link.sendall(bytes(4))
        said = _answer(link)
    if said == "stream: OK":
        return ""
    name = said.removeprefix("stream: ").removesuffix(" FOUND")
    if said != f"stream: {name} FOUND":
        raise Away(said)  # over its own size limit, or out of memory: not clean, not infected
    return name


@contextmanager
def _connection(*, seconds: float) -> Iterator[socket.socket]:
    where = urlsplit(settings.CLAMAV_URL)
    link = None
    try:
        if where.scheme == "unix":
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(CONNECT_SECONDS)
            link.connect(where.path)
        else:
            address = (where.hostname or "localhost", where.port or PORT)
            link = socket.create_connection(address, timeout=CONNECT_SECONDS)
        link.settimeout(seconds)
        yield link
    except OSError as error:
        raise Away(type(error).__name__) from error
    finally:
        if link is not None:
            link.close()


def _answer(link: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0"):
        more = link.recv(LONGEST)
        if not more or len(said) > LONGEST:
            raise Away("cut off")
        said += more
    return said[:-1].decode("utf-8", "replace")
