"""What a file says of itself when it comes in: its name, its size, how it begins.

Nothing here knows about portfolios or databases.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat

from files.faults import FAULTS
from trail.flow import Refused

if TYPE_CHECKING:
    Bytes = File[bytes]
else:
    Bytes = File

CHUNK = 64 * 1024
TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain; charset=utf-8",
}
ACCEPT = ",".join(TYPES)
OFFICE = {".docx", ".odt"}
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ARCHIVE = (b"PK\x03\x04", "document")
JPEG = (b"\xff\xd8\xff", "picture")
# How a file of each kind begins, and what is wrong when it does not.
HEADS = {
    ".pdf": (b"%PDF-", "pdf"),
    ".docx": ARCHIVE,
    ".odt": ARCHIVE,
    ".png": (b"\x89PNG\r\n\x1a\n", "picture"),
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".txt": (b"", "text"),
}


class BadFile(Refused):
    """A file that we do not keep, and why."""


class TooBig(BadFile):
    """Over the limit."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is what its name says."""

    name: str
    size: int
    sha256: str


def clean_name(name: str) -> str:
    """The last part of a name, without characters that nobody sees: those that turn the reading
    direction round can make “exe.pdf” of “fdp.exe”."""
    last = re.split(r"[/\\]", name)[-1]
    path = PurePosixPath(clean_title(last).strip(". ") or "file")
    ending = path.suffix[:10]
    return path.name[: len(path.name) - len(path.suffix)][: 200 - len(ending)] + ending


def clean_title(words: str) -> str:
    """One line without characters that nobody sees."""
    plain = "".join(c for c in unicodedata.normalize("NFC", words) if _visible(c))
    return " ".join(plain.split())


def _visible(char: str) -> bool:
    # Cc controls, Cf format (bidi marks, zero width), Cs surrogates, Co private, Cn unassigned.
    return char.isspace() or not unicodedata.category(char).startswith("C")


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def look(file: Bytes, name: str) -> Checked:
    """What can be seen without opening the file. Raises BadFile with the reason.

    Opening it is work for the background, in a process that can do no harm.
    """
    name = clean_name(name)
    ending = ending_of(name)
    if fault := _fault(file, ending):
        words = {"name": name, "limit": filesizeformat(settings.EVIDENCE_BYTES)}
        raise (TooBig if fault == "big" else BadFile)(str(FAULTS[fault]) % words)
    return Checked(name, file.size or 0, _digest(file))


def _fault(file: Bytes, ending: str) -> str:
    if ending not in TYPES:
        return "type"
    over: str = getattr(file, "over", "")
    if over:
        return over
    if not file.size:
        return "empty"
    if file.size > settings.EVIDENCE_BYTES:
        return "big"
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if ending in OFFICE and head.startswith(OLD_OFFICE):
        return "locked"  # how Word stores what has a password
    begins, fault = HEADS[ending]
    unlike = ending == ".txt" and b"\0" in head
    return fault if unlike or not head.startswith(begins) else ""


def _digest(file: Bytes) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
