"""Looking into files before they are kept. A name is a claim: the file is opened to see.

Nothing here knows about portfolios or databases.
"""

import codecs
import hashlib
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from trail.flow import Refused

if TYPE_CHECKING:
    Bytes = File[bytes]
else:
    Bytes = File

CHUNK = 64 * 1024
UNPACKED = 120 * 1024 * 1024  # what a document may grow to
MEMBERS = 4000
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
# Line breaks, tabs and page breaks are all the control a text needs.
PLAIN_CONTROLS = "\t\n\r\f"


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
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if _visible(c))
    plain = " ".join(plain.split()).strip(". ")
    path = PurePosixPath(plain or "file")
    ending = path.suffix[:10]
    return path.name[: len(path.name) - len(path.suffix)][: 200 - len(ending)] + ending


def _visible(char: str) -> bool:
    # Cc controls, Cf format (bidi marks, zero width), Cs surrogates, Co private, Cn unassigned.
    return char.isspace() or not unicodedata.category(char).startswith("C")


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def look(file: Bytes, name: str) -> Checked:
    """Open the file and see that it is what it says. Raises BadFile with the reason."""
    name = clean_name(name)
    ending = ending_of(name)
    size = file.size or 0
    if ending not in TYPES:
        raise BadFile(
            _("We do not take “%(name)s”. We take PDF, Word, OpenDocument, PNG, JPG and text.")
            % {"name": name}
        )
    if size == 0:
        raise BadFile(_("“%(name)s” is empty.") % {"name": name})
    if size > settings.EVIDENCE_BYTES:
        raise TooBig(
            _("“%(name)s” is larger than %(limit)s. Nothing else is lost: choose a smaller file.")
            % {"name": name, "limit": filesizeformat(settings.EVIDENCE_BYTES)}
        )
    try:
        LOOKERS[ending](file)
    except Odd as odd:
        raise BadFile(str(odd) % {"name": name}) from odd
    finally:
        file.seek(0)
    return Checked(name, size, _digest(file))


class Odd(Exception):
    """What is odd about a file; the message has a place for its %(name)s."""


def _digest(file: Bytes) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _pdf(file: Bytes) -> None:
    file.seek(0)
    if not file.read(5).startswith(b"%PDF-"):
        raise Odd(_("“%(name)s” is not a PDF inside. Save it as PDF again."))
    file.seek(0)
    try:
        reader = PdfReader(file)
        locked = reader.is_encrypted
        empty = False if locked else reader.pages[0] is None
    except (
        PyPdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
        zlib.error,
    ) as error:
        raise Odd(_("We cannot open “%(name)s”. Save it as PDF again.")) from error
    if locked:
        raise Odd(_("“%(name)s” is locked with a password. Save it without one."))
    if empty:
        raise Odd(_("“%(name)s” has no pages."))


def _picture(kind: str) -> Callable[[Bytes], None]:
    def check(file: Bytes) -> None:
        file.seek(0)
        try:
            with Image.open(file, formats=[kind]) as picture:
                picture.verify()
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Odd(_("“%(name)s” is not the picture its name says.")) from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Odd(_("“%(name)s” has too many pixels. Make it smaller.")) from error

    return check


def _document(*members: str, says: bytes = b"") -> Callable[[Bytes], None]:
    """An office document: an archive that must hold these members and unpack to a sane size."""

    def check(file: Bytes) -> None:
        file.seek(0)
        not_one = _("“%(name)s” is not the document its name says. Save it again.")
        try:
            with zipfile.ZipFile(file) as archive:
                names = {info.filename for info in archive.infolist()}
                if not set(members) <= names:
                    raise Odd(not_one)
                if says and archive.read("mimetype")[: len(says)] != says:
                    raise Odd(not_one)
                _unpacks(archive)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
            NotImplementedError,
        ) as error:
            raise Odd(not_one) from error

    return check


def _unpacks(archive: zipfile.ZipFile) -> None:
    """Count what really comes out while reading: the sizes an archive states can lie."""
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise Odd(_("“%(name)s” holds too many parts."))
    left = UNPACKED
    for member in members:
        if member.filename.endswith("vbaProject.bin"):
            raise Odd(_("“%(name)s” holds macros. Save it without them."))
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Odd(_("“%(name)s” unpacks to far more than a document needs."))


def _text(file: Bytes) -> None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in file.chunks(CHUNK):
            _plain(decoder.decode(chunk))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Odd(_("“%(name)s” is not plain text (UTF-8). Save it as text again.")) from error


def _plain(text: str) -> None:
    if any(unicodedata.category(c) == "Cc" and c not in PLAIN_CONTROLS for c in set(text)):
        raise Odd(_("“%(name)s” is not plain text (UTF-8). Save it as text again."))


LOOKERS: dict[str, Callable[[Bytes], None]] = {
    ".pdf": _pdf,
    ".docx": _document("[Content_Types].xml", "word/document.xml"),
    ".odt": _document("mimetype", "content.xml", says=b"application/vnd.oasis.opendocument.text"),
    ".png": _picture("PNG"),
    ".jpg": _picture("JPEG"),
    ".jpeg": _picture("JPEG"),
    ".txt": _text,
}
