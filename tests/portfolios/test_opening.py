"""Hostile files, opened by the real locked process: each is found out, and none gets anywhere."""

import io
import json
import re
import resource
import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from files import boxing, opening
from tests.portfolios import files


def action(kind, **more):
    return DictionaryObject({NameObject("/S"): NameObject(kind), **more})


def opens_with(kind):
    def change(writer):
        writer._root_object[NameObject("/OpenAction")] = action(kind)

    return files.pdf(change=change)


def pressed(kind):
    """A note on the page that runs something when somebody clicks on it, by way of another."""

    def change(writer):
        note = DictionaryObject(
            {
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/A"): action("/URI", **{NameObject("/Next"): action(kind)}),
            }
        )
        writer.pages[0][NameObject("/Annots")] = writer._add_object(ArrayObject([note]))

    return files.pdf(change=change)


def bookmark(writer):
    place = writer.add_outline_item(title="Chapter", page_number=0).get_object()
    place[NameObject("/A")] = action("/JavaScript")


def circle(writer):
    place = writer.add_outline_item(title="Chapter", page_number=0)
    place.get_object()[NameObject("/Next")] = place


def commented(members, comment):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.comment = comment
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def named_script(writer):
    names = {NameObject("/Names"): ArrayObject([TextStringObject("a"), action("/JavaScript")])}
    tree = {NameObject("/JavaScript"): DictionaryObject(names)}
    writer._root_object[NameObject("/Names")] = DictionaryObject(tree)


def xfa(writer):
    form = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})
    writer._root_object[NameObject("/AcroForm")] = form


def bomb(size):
    return files.docx(**{"word/media/zeros.bin": b"\0" * size})


def lying_bomb(size):
    """The archive says that its largest member has ten bytes."""
    content = bytearray(bomb(size))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    place = content.rindex(b"word/media/zeros.bin")
    assert place > start
    struct.pack_into("<L", content, place - 46 + 24, 10)
    return bytes(content)


def rels(kind, target):
    link = f'<Relationship Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return files.docx(**{"word/_rels/settings.xml.rels": f"<Relationships>{link}</Relationships>"})


def png_of(width, height):
    """A picture of zeros: a few kilobytes that claim many pixels."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    heading = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", heading) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def encrypted_zip():
    content = bytearray(files.docx())
    for sign, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := content.find(sign, at + 1)) >= 0:
            content[at + place] |= 1
    return bytes(content)


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {c} "{f"&{b};" * 10}">' for b, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><a>&i;</a>"
)
REMOTE = "http://evil.example/t.dotm"
CASES = [
    ("page.pdf", b"%PDF-1.7\nthis is not one", "broken"),
    ("page.pdf", b"%PDF-1.4\n<html><script>alert(1)</script></html>", "broken"),
    ("cut.pdf", files.pdf()[:200], "broken"),
    ("locked.pdf", files.pdf(password="secret"), "locked"),
    ("empty.pdf", files.pdf(pages=0), "no_pages"),
    ("js.pdf", files.pdf(change=named_script), "script"),
    ("opens.pdf", opens_with("/JavaScript"), "script"),
    ("starts.pdf", opens_with("/Launch"), "script"),
    ("click.pdf", pressed("/JavaScript"), "script"),
    ("bookmark.pdf", files.pdf(change=bookmark), "script"),
    ("circle.pdf", files.pdf(change=circle), "slow"),
    ("form.pdf", files.pdf(change=xfa), "script"),
    ("attached.pdf", files.pdf(change=lambda w: w.add_attachment("a.exe", b"MZ")), "holds_files"),
    ("both.pdf", files.pdf() + files.docx(), "second"),
    ("both.png", files.picture() + files.docx(), "second"),
    ("comment.png", files.picture() + commented({"run.exe": b"MZ"}, b"x" * 40_000), "second"),
    ("both.png", files.picture()[:-12] + b"%PDF-1.4" + files.picture()[-12:], "picture"),
    ("cut.png", files.picture("PNG")[:40], "picture"),
    ("cut.jpg", files.picture("JPEG")[:-200], "picture"),
    ("huge.png", png_of(20_000, 20_000), "pixels"),
    ("wide.png", png_of(2**31 - 1, 1), "pixels"),
    ("notes.docx", b"PK\x03\x04 nothing else", "document"),
    ("notes.docx", files.odt(), "document"),
    ("notes.odt", files.docx(), "document"),
    ("notes.odt", files.odt(says="application/zip"), "document"),
    ("archive.docx", files.archive({"run.exe": b"MZ"}), "document"),
    ("sheet.docx", files.docx(main="sheet.main+xml"), "document"),
    ("both.docx", files.docx() + b"MZ", "document"),
    ("both.docx", files.archive({"%PDF-1.7": b"x"}), "second"),
    ("macros.docx", files.docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    ("active.docx", files.docx(**{"word/activeX/activeX1.bin": b"x"}), "macros"),
    ("macros.docx", files.docx(main="document.macroEnabled.main+xml"), "macros"),
    ("macros.odt", files.odt(**{"Basic/Standard/Module1.xml": b"x"}), "macros"),
    ("fetch.docx", rels("attachedTemplate", REMOTE), "remote"),
    ("share.docx", rels("oleObject", "\\\\evil\\share"), "remote"),
    ("locked.docx", encrypted_zip(), "locked"),
    ("locked.odt", files.odt(**{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "locked"),
    ("laughs.docx", files.docx(**{"word/document.xml": LAUGHS}), "document"),
    ("bomb.docx", bomb(130 * 1024 * 1024), "unpacks"),
    ("lies.docx", lying_bomb(130 * 1024 * 1024), "document"),
    ("parts.docx", files.docx(**{f"word/{n}.xml": "x" for n in range(4001)}), "parts"),
    ("note.txt", b"\xff\xfe\x00a", "text"),
    ("note.txt", b"one\x00two", "text"),
    ("note.txt", "cut at half: é".encode()[:-1], "text"),
    ("note.txt", b"\x1b[2J escape", "text"),
]


@pytest.mark.parametrize(("name", "content", "fault"), CASES)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_file_is_found_out(name, content, fault):
    assert boxing.fault_of(ContentFile(content), f".{name.rpartition('.')[2]}") == fault


def template_of_word(target):
    return rels("attachedTemplate", target)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", files.pdf(pages=3)),
        ("page.pdf", opens_with("/GoTo")),
        ("web.pdf", pressed("/URI")),
        ("notes.docx", files.docx()),
        ("linked.docx", rels("hyperlink", "https://example.org/")),
        ("normal.docx", template_of_word("file:///C:\\Users\\ada\\Normal.dotm")),
        ("notes.odt", files.odt()),
        ("map.png", files.picture("PNG")),
        ("map.jpg", files.picture("JPEG")),
        ("diary.txt", "Ngày đầu tiên\n".encode()),
    ],
)
def test_honest_file_has_no_fault(name, content):
    assert boxing.fault_of(ContentFile(content), f".{name.rpartition('.')[2]}") == ""


def test_string_that_looks_like_another_encoding_hides_nothing():
    """pypdf takes such a number for UTF-16, and fetches that encoding when it first meets it."""
    locked = re.sub(
        rb"/ID \[ <\w+> <\w+> \]", b"/ID [ <8000c6fc> <8000c6fc> ]", files.pdf(password="x")
    )

    assert boxing.fault_of(ContentFile(locked), ".pdf") == "locked"


def test_pages_are_drawn_and_no_more_than_a_few():
    drawn = boxing.pages_of(ContentFile(files.pdf(pages=20)), ".pdf")

    assert len(drawn) == opening.PAGES
    with Image.open(io.BytesIO(drawn[0].content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (drawn[0].width, drawn[0].height))


def test_picture_stands_upright_and_forgets_where_it_was_taken():
    taken = Image.Exif()
    taken[0x0112] = 6  # lies on its side
    taken.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "JPEG", exif=taken)

    (page,) = boxing.pages_of(ContentFile(out.getvalue()), ".jpg")

    assert (page.width, page.height) == (20, 40)
    with Image.open(io.BytesIO(page.content)) as picture:
        assert dict(picture.getexif()) == {}


@pytest.mark.parametrize(
    ("ending", "content"),
    [(".txt", b"one day"), (".docx", files.docx()), (".pdf", b"%PDF-1.7 not one")],
)
def test_what_cannot_be_drawn_has_no_pages(ending, content):
    assert boxing.pages_of(ContentFile(content), ending) == []


@pytest.fixture
def instead(monkeypatch, tmp_path):
    """Another script in the place of the one that opens files."""

    def run(source):
        script = tmp_path / "instead.py"
        script.write_text(textwrap.dedent(source))
        monkeypatch.setattr(boxing, "SCRIPT", script)

    return run


@pytest.mark.parametrize("does", ["while True: pass", "raise SystemExit(1)", "bytearray(2**33)"])
def test_file_that_uses_up_what_it_has_is_at_fault(instead, monkeypatch, does):
    monkeypatch.setattr(boxing, "SECONDS", 3)
    instead(f"""
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        print("ready", flush=True)
        {does}
    """)

    assert boxing.fault_of(ContentFile(files.pdf()), ".pdf") == "slow"
    assert boxing.pages_of(ContentFile(files.pdf()), ".pdf") == []


def test_process_that_does_not_start_says_nothing_about_the_file(instead):
    instead("import no_such_package")

    with pytest.raises(boxing.NotStarted):
        boxing.fault_of(ContentFile(files.pdf()), ".pdf")


TRIES = """
import json, os, resource, socket, sys
sys.path.insert(0, {folder!r})
import opening
sys.stdin.buffer.read()
opening.lock_in(memory=opening.MEMORY, answer=opening.ANSWER, seconds=opening.SECONDS)
print("ready")
got = []
for name, attempt in {{
    "file": lambda: open("/etc/passwd"),
    "network": lambda: socket.create_connection(("127.0.0.1", 9)),
    "socket": lambda: socket.socket(),
    "process": lambda: os.pipe(),
    "memory": lambda: bytearray(2 * opening.MEMORY),
}}.items():
    try:
        attempt()
    except (OSError, MemoryError):
        continue
    got.append(name)
print(json.dumps([got, resource.getrlimit(resource.RLIMIT_CPU)[0], dict(os.environ)]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_the_process_can_do_nothing_else(instead):
    """What a file would gain that took the process over."""
    instead(TRIES.format(folder=str(boxing.SCRIPT.parent)))

    got, seconds, environment = json.loads(boxing._run("look", ".txt", ContentFile(b"x")))

    assert (got, seconds) == ([], opening.SECONDS)
    assert environment.keys() - {"LC_ALL", "LC_CTYPE"} == set()


def test_the_portal_itself_stays_small():
    """25 MB and a bomb go by; what Python holds in this process does not grow with them."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = io.BytesIO(b"a" * opening.CHUNK * 400)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    boxing.fault_of(boxing.File(large, "a.txt"), ".txt")
    boxing.fault_of(ContentFile(bomb(10 * 1024 * 1024)), ".docx")

    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - max(before, held) < 40 * 1024


def test_the_script_needs_nothing_of_the_portal():
    answer = subprocess.run(
        [sys.executable, "-I", str(boxing.SCRIPT), "look", ".txt"],
        input=b"one day",
        capture_output=True,
        env={},
        cwd="/",
        check=True,
    )
    assert answer.stdout == b'ready\n{"fault": ""}'
