"""What draws PDFs. Runs as a process of its own that can do nothing else: no Django, no
environment, no network, no file, little memory, little time.

    pressing.py usual|rare WORKS SECONDS MEMORY

It loads everything that drawing may need, locks itself in, says that it is ready, and then takes
works from its standard input, one after the other, until it has done its number.
`certificates.press` starts it, and tells what a work is.
"""

import base64
import encodings
import functools
import io
import json
import re
import sys
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:  # run as a script, it finds nothing of the portal by itself
    sys.path.insert(0, ROOT)

import fontTools  # noqa: E402
import pydyf  # noqa: E402
import weasyprint  # noqa: E402
from fontTools.ttLib import TTFont  # noqa: E402
from weasyprint import CSS, HTML, Attachment  # noqa: E402
from weasyprint.css import ColorProfile  # noqa: E402
from weasyprint.pdf.stream import Stream  # noqa: E402
from weasyprint.svg import SVG  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError  # noqa: E402

from certificates.drawing import SEASONS, SHEETS  # noqa: E402
from certificates.pictures import (  # noqa: E402
    BASE_URL,
    STATIC,
    Picture,
    Shelf,
    Spelled,
    code,
    ground,
    refuse,
)
from files.locked import READY, allow_seconds, load_all, lock_in, parcel, send, spent  # noqa: E402

PROFILE = "colours"
RARE = "certificate/names.css"  # its faces weigh ten megabytes, and are seldom asked for
FACE = re.compile(r"@font-face\s*{([^}]*)}")
LETTERS = 3  # of each face, to have it opened

# PDF/A-3 and PDF/UA in one file: PDF/A wants every foreign property described in the file itself.
PDFUA_XMP = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF>"""


# --- What is kept in memory -----------------------------------------------------------------------
@functools.cache
def shelf() -> Shelf:
    return Shelf()


@functools.cache
def fonts() -> FontConfiguration:
    """One for the process. It is taken down with the process, and never copied into another."""
    return FontConfiguration()


@functools.cache
def sheet(name: str) -> CSS:
    text = (STATIC / name).read_text(encoding="utf-8")
    return CSS(string=text, base_url=BASE_URL, url_fetcher=shelf(), font_config=fonts())


@functools.cache
def profile() -> bytes:
    return (files("weasyprint") / "pdf" / "sRGB2014.icc").read_bytes()


def colours() -> ColorProfile:
    """What the colours mean, as archives demand; WeasyPrint itself would leave its file open.

    New for each paper: the library spells a profile differently once it has been read.
    """
    channels = (["r"], ["g"], ["b"])
    return ColorProfile(io.BytesIO(profile()), "sRGB2014.icc", "relative-colorimetric", channels)


def sheets_of(kind: str) -> list[str]:
    """Every style sheet for paper: those that bring its faces, and what lies beside them."""
    folders = {path.parent for path in STATIC.glob("*/*.css") if "fonts/pdf/" in path.read_text()}
    found = sorted(path for folder in folders for path in folder.glob("*.css"))
    names = [path.relative_to(STATIC).as_posix() for path in found]
    return [name for name in names if kind == "rare" or name != RARE]


def warm(kind: str) -> None:
    """Read, and use once, whatever a work may ask for."""
    load_all(encodings)
    load_all(fontTools.ttLib)
    load_all(weasyprint)
    profile()
    for paper in SHEETS:
        for level in SEASONS:
            ground(level, paper)
    names = sheets_of(kind)
    for name in names:
        sheet(name)
    faces = "".join(specimen(one) for name in names for one in FACE.findall(css_text(name)))
    lines = '<a href="#end">x</a><table><tr><td>1<ul><li>2</ul></table><h1 id="end">3</h1>'
    for variant, archival in (("pdf/ua-1", False), ("pdf/a-3a", True)):
        work = {"html": f"<title>x</title>{lines}{faces}", "variant": variant, "archival": archival}
        draw({**work, "pictures": {"picture:x": {"code": "x"}}, "sheets": []})


def css_text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def specimen(face: str) -> str:
    """Some letters set in a face, by which its file is opened."""
    said = dict(re.findall(r"([-\w]+):\s*([^;]+);", f"{face};"))
    path = STATIC / "fonts" / "pdf" / said["src"].rpartition("/")[2].rstrip(")")
    with TTFont(path, lazy=True) as font:
        own = [chr(point) for point in font.getBestCmap() if chr(point).isalpha()]
    style = ";".join(f"{key}:{value}" for key, value in said.items() if key != "src")
    letters = "".join(own[-LETTERS:])
    return f"<p style='{style}'>{letters}</p>"


# --- One work -------------------------------------------------------------------------------------
def draw(work: dict[str, Any]) -> tuple[bytes, int]:
    """The PDF, and how many pages it has."""
    options: dict[str, Any] = {"pdf_variant": work["variant"]}
    if work["archival"]:
        options["output_intent"] = PROFILE
    else:
        options["pdf_tags"] = True
    page = HTML(string=work["html"], base_url=BASE_URL, url_fetcher=shelf())
    document = page.render(
        font_config=fonts(),
        stylesheets=[sheet(name) for name in work["sheets"]],
        cache={name: picture(told) for name, told in work["pictures"].items()},
        color_profiles={PROFILE: colours()} if work["archival"] else None,
        **options,
    )
    document.metadata.attachments = [file_inside(each) for each in work.get("attached", ())]
    if identifier := work.get("identifier", ""):
        options["pdf_identifier"] = identifier.encode()
    if work["archival"]:
        options["finisher"] = finish
    return bytes(document.write_pdf(**options)), len(document.pages)


def picture(told: dict[str, Any]) -> Picture:
    """One that is drawn here: the ground of a certificate, a square code, our own markup."""
    if "ground" in told:
        return ground(*told["ground"])
    return code(told["code"]) if "code" in told else drawn(told["svg"], told["side"])


class Chart(Picture):
    kind = "chart"


def drawn(svg: str, side: float) -> Chart:
    """A square drawing as one form object of the PDF."""
    tree = ET.fromstring(svg)  # noqa: S314 - our own template
    resources = pydyf.Dictionary({"ExtGState": pydyf.Dictionary()})
    stream = Stream({}, (0, 0, side, side), resources, {}, None, {}, None)
    SVG(tree, None, None, refuse).draw(stream, side, side, None, None)
    return Chart(side, side, b"\n".join(stream.stream))


def file_inside(each: dict[str, str]) -> Attachment:
    made_at = datetime.fromisoformat(each["made_at"])
    return Attachment(
        string=base64.b64decode(each["content"]),
        name=each["name"],
        description=each["description"],
        created=made_at,
        modified=made_at,
        relationship="Data",
    )


def finish(_document: Any, pdf: Any) -> None:
    """Add PDF/UA to the metadata, and leave them readable without a decoder as archives like."""
    say_every_glyph(pdf)
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    stream.stream = [stream.stream[0].replace(b"</rdf:RDF>", PDFUA_XMP)]
    stream.compress = False
    pdf.objects[1:] = [Spelled(each) for each in pdf.objects[1:]]


def say_every_glyph(pdf: Any) -> None:
    """Where one letter is drawn by two glyphs, WeasyPrint says nothing for the second, which is no
    answer to an archive: a joiner is, and is not seen."""
    for each in pdf.objects:
        parts = getattr(each, "stream", [])
        if any(b"begincmap" in bytes(part) for part in parts if isinstance(part, bytes)):
            each.stream = [part.replace(b" <>", b" <200d>") for part in parts]


# --- Being run ------------------------------------------------------------------------------------
def answer(work: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What became of it, and the PDF."""
    before = spent()
    try:
        content, pages = draw(work)
    except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001 - told to whoever asked
        return {"error": f"{type(error).__name__}: {error}"[:400]}, b""
    return {"error": "", "pages": pages, "seconds": spent() - before}, content


def main(kind: str, works: int, seconds: int, memory: int) -> None:
    """Everything that is needed is loaded, and opened, by the end of `warm`."""
    warm(kind)
    lock_in(memory=memory)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    for _turn in range(works):
        asked = parcel(sys.stdin.buffer)
        if asked is None:
            return
        allow_seconds(seconds)
        said, content = answer(json.loads(asked))
        send(sys.stdout.buffer, json.dumps(said).encode())
        send(sys.stdout.buffer, content)


if __name__ == "__main__":
    main(sys.argv[1], *(int(each) for each in sys.argv[2:5]))
