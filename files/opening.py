"""What opens files that strangers sent. Runs as a process of its own that can do nothing else:
no Django, no environment, no network, no other file, little memory, little time.

    opening.py look .pdf    a fault as JSON, or nothing
    opening.py draw .pdf    pages as pictures: one line of JSON with their sizes, then the bytes

`files.boxing` starts it, with the file as its standard input.
"""

import codecs
import encodings
import io
import json
import sys
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:  # run as a script, it finds nothing of the portal by itself
    sys.path.insert(0, ROOT)

from files.locked import READY, load_all, lock_in  # noqa: E402

Picture = Image.Image

MEMORY = 1024 * 1024 * 1024
SECONDS = 20  # of the processor
ANSWER = 16 * 1024 * 1024
CHUNK = 64 * 1024
UNPACKED = 120 * 1024 * 1024  # what a document may grow to
MEMBERS = 4000
PIXELS = 120_000_000
PAGES = 12  # that are drawn
BOOKMARKS = 20_000
WIDEST, HIGHEST = 1100, 1600
# Line breaks, tabs and page breaks are all the control a text needs.
PLAIN_CONTROLS = "\t\n\r\f"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT = b"application/vnd.oasis.opendocument.text"
HARMFUL = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute"}


# Used by name only, and so loaded here, before the process locks itself in. Of the encodings any
# one may be asked for: pypdf guesses UTF-16 from the bytes of a string.
NEEDED = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)


class Fault(Exception):
    """What is wrong with a file: a key of files.faults."""


# --- PDF ------------------------------------------------------------------------------------------
def look_at_pdf(content: bytes) -> None:
    no_second_file(content)
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Fault("locked")
    if not len(reader.pages):
        raise Fault("no_pages")
    root = reader.trailer["/Root"].get_object()
    for action in chain(
        actions_of_document(root), actions_of_outline(root), actions_of_pages(reader)
    ):
        refuse_action(action)
    holds_files(root)


def resolved(thing: Any) -> Any:
    return thing.get_object() if hasattr(thing, "get_object") else thing


def inside(thing: Any, key: str) -> Any:
    found = resolved(thing)
    return resolved(found.get(key)) if hasattr(found, "get") else None


def actions_of_document(root: Any) -> Iterator[Any]:
    yield inside(root, "/OpenAction")
    yield from several(inside(root, "/AA"))
    names = inside(root, "/Names")
    if inside(names, "/JavaScript") is not None or inside(inside(root, "/AcroForm"), "/XFA"):
        raise Fault("script")


def actions_of_outline(root: Any) -> Iterator[Any]:
    """Bookmarks can do what links do."""
    left, seen = [inside(inside(root, "/Outlines"), "/First")], 0
    while left:
        item, seen = left.pop(), seen + 1
        if seen > BOOKMARKS:
            raise Fault("slow")  # most likely they lead round in a circle
        if hasattr(item, "get"):
            yield inside(item, "/A")
            left += [inside(item, "/First"), inside(item, "/Next")]


def actions_of_pages(reader: Any) -> Iterator[Any]:
    for page in reader.pages:
        yield from several(inside(page, "/AA"))
        for note in inside(page, "/Annots") or []:
            yield inside(note, "/A")
            yield from several(inside(note, "/AA"))
            if inside(note, "/Subtype") in {"/FileAttachment", "/RichMedia", "/Movie", "/3D"}:
                raise Fault("holds_files")


def several(triggers: Any) -> Iterable[Any]:
    return [resolved(one) for one in triggers.values()] if hasattr(triggers, "values") else []


def refuse_action(action: Any) -> None:
    """An action, and those that follow it, may lead to a page or a web address; no further."""
    for _step in range(100):
        if not hasattr(action, "get"):
            return
        if inside(action, "/S") in HARMFUL:
            raise Fault("script")
        following = inside(action, "/Next")
        if isinstance(following, list):
            for one in following:
                refuse_action(resolved(one))
            return
        action = following
    raise Fault("script")


def holds_files(root: Any) -> None:
    embedded = inside(inside(root, "/Names"), "/EmbeddedFiles")
    if inside(root, "/Collection") is not None or inside(embedded, "/Names"):
        raise Fault("holds_files")
    if inside(embedded, "/Kids") or inside(root, "/AF"):
        raise Fault("holds_files")


# --- Pictures -------------------------------------------------------------------------------------
def look_at_picture(kind: str) -> Callable[[bytes], None]:
    def look(content: bytes) -> None:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > PIXELS:
                raise Fault("pixels")
            picture.verify()
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            picture.draft("RGB", (WIDEST, HIGHEST))
            picture.load()
        no_second_file(content)

    return look


def no_second_file(content: bytes) -> None:
    """A file that is two things at once is opened as the one by us and as the other by a victim:
    an archive may follow anything, a PDF may begin anywhere in the first thousand bytes."""
    if b"%PDF-" in content[1:1024] and not content.startswith(b"%PDF-"):
        raise Fault("second")
    end = max(
        0, len(content) - CHUNK - 22
    )  # how far from its end an archive may say that it is one
    if content.rfind(b"PK\x05\x06", end) >= 0 and is_archive(content):
        raise Fault("second")


def is_archive(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.infolist())
    except Exception:  # noqa: BLE001 - whatever it is, it is no archive
        return False


# --- Office documents -----------------------------------------------------------------------------
def look_at_word(content: bytes) -> None:
    with unpacked(content) as archive:
        names = set(archive.namelist())
        refuse_word_macros(names)
        types = part(archive, "[Content_Types].xml")
        if types is None or "word/document.xml" not in names:
            raise Fault("document")
        kinds = {one.get("ContentType", "") for one in types}
        if any("macroEnabled" in kind for kind in kinds):
            raise Fault("macros")
        if WORD not in kinds:
            raise Fault("document")
        part(archive, "word/document.xml")
        refuse_remote_parts(archive)


def refuse_word_macros(names: set[str]) -> None:
    lower = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") or "/activex/" in name for name in lower):
        raise Fault("macros")


def refuse_remote_parts(archive: zipfile.ZipFile) -> None:
    """A template or frame that is fetched when the document opens can bring macros with it."""
    for name in archive.namelist():
        if not name.endswith(".rels"):
            continue
        for link in part(archive, name) or ():
            kind = link.get("Type", "").rpartition("/")[2]
            target = link.get("Target", "").replace("\\", "/").lower()
            away = target.startswith(("http:", "https:", "ftp:", "//", "file://"))
            local = target.startswith("file:///")
            outside = link.get("TargetMode") == "External" and away and not local
            if outside and kind in {"attachedTemplate", "frame", "oleObject", "subDocument"}:
                raise Fault("remote")


def look_at_odt(content: bytes) -> None:
    with unpacked(content) as archive:
        names = set(archive.namelist())
        if not {"mimetype", "content.xml"} <= names or archive.read("mimetype") != ODT:
            raise Fault("document")
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise Fault("macros")
        manifest = part(archive, "META-INF/manifest.xml")
        if manifest is not None and any("encryption-data" in one.tag for one in manifest.iter()):
            raise Fault("locked")
        part(archive, "content.xml")


def unpacked(content: bytes) -> zipfile.ZipFile:
    """An archive alone, that unpacks to a sane size. What really comes out is counted: the sizes
    that an archive states can lie."""
    end = content[-22:]
    if not (content.startswith(b"PK\x03\x04") and end.startswith(b"PK\x05\x06")):
        raise Fault("document")
    if b"%PDF-" in content[:1024]:
        raise Fault("second")
    members, directory = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if members > MEMBERS or directory > MEMBERS * 500:
        raise Fault("parts")
    archive = zipfile.ZipFile(io.BytesIO(content))
    if any(member.flag_bits & 1 for member in archive.infolist()):
        raise Fault("locked")
    count(archive)
    return archive


def count(archive: zipfile.ZipFile) -> None:
    left = UNPACKED
    for member in archive.infolist():
        with archive.open(member) as opened:
            while chunk := opened.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Fault("unpacks")


def part(archive: zipfile.ZipFile, name: str) -> Any:
    """One part as XML. Documents declare no entities of their own: those are bombs."""
    try:
        content = archive.read(name)
    except KeyError:
        return None
    if b"<!DOCTYPE" in content.replace(b"\0", b"") or b"<!ENTITY" in content.replace(b"\0", b""):
        raise Fault("document")
    return ET.fromstring(content)  # noqa: S314 - without declarations there is nothing to expand


# --- Text -----------------------------------------------------------------------------------------
def look_at_text(content: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(content), CHUNK):
        plain(decoder.decode(content[start : start + CHUNK]))
    decoder.decode(b"", final=True)


def plain(text: str) -> None:
    if any(unicodedata.category(c) == "Cc" and c not in PLAIN_CONTROLS for c in set(text)):
        raise Fault("text")


# --- Drawing --------------------------------------------------------------------------------------
def draw_pdf(content: bytes) -> Iterator[Picture]:
    document = pypdfium2.PdfDocument(content)
    for number in range(min(len(document), PAGES)):
        page = document[number]
        width, height = page.get_size()
        scale = min(WIDEST / width, HIGHEST / height, 4)
        yield page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        page.close()


def draw_picture(content: bytes) -> Iterator[Picture]:
    """Upright and smaller; where and with what it was taken does not come along."""
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
        picture.draft("RGB", (2 * WIDEST, 2 * HIGHEST))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((WIDEST, HIGHEST))
        seen = upright.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        yield paper.convert("RGB")


def pages(drawn: Iterator[Picture]) -> bytes:
    sizes, bodies = [], []
    for picture in drawn:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=80, method=2)
        bodies.append(out.getvalue())
        sizes.append([picture.width, picture.height, len(bodies[-1])])
    return json.dumps(sizes).encode() + b"\n" + b"".join(bodies)


# --- Being run ------------------------------------------------------------------------------------
# What looks into each kind, and what is wrong with a file that it cannot read at all.
KINDS: dict[str, tuple[Callable[[bytes], None], str]] = {
    ".pdf": (look_at_pdf, "broken"),
    ".docx": (look_at_word, "document"),
    ".odt": (look_at_odt, "document"),
    ".png": (look_at_picture("PNG"), "picture"),
    ".jpg": (look_at_picture("JPEG"), "picture"),
    ".jpeg": (look_at_picture("JPEG"), "picture"),
    ".txt": (look_at_text, "text"),
}
DRAWN: dict[str, Callable[[bytes], Iterator[Picture]]] = {
    ".pdf": draw_pdf,
    ".png": draw_picture,
    ".jpg": draw_picture,
    ".jpeg": draw_picture,
}


def looked(ending: str, content: bytes) -> str:
    look, unreadable = KINDS[ending]
    try:
        look(content)
    except Fault as fault:
        return str(fault)
    except MemoryError:
        return "slow"
    except Exception:  # noqa: BLE001 - crooked files end in any of them
        return unreadable
    return ""


def main(what: str, ending: str) -> None:
    """Everything that is needed is loaded by now."""
    load_all(pypdf)
    load_all(encodings)
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    content = sys.stdin.buffer.read()
    lock_in(memory=MEMORY, answer=ANSWER, seconds=SECONDS)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    if what == "draw":
        sys.stdout.buffer.write(pages(DRAWN[ending](content)))
    else:
        sys.stdout.buffer.write(json.dumps({"fault": looked(ending, content)}).encode())


if __name__ == "__main__":
    main(*sys.argv[1:3])
