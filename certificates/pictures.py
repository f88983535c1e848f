"""What WeasyPrint is given from memory: fonts, the drawn ground, the square code. Nothing else.

The ground is drawn once per process and kept as compressed PDF operators; a certificate only
refers to it. Imported by certificates.pressing alone: that is where papers are drawn.
"""

import functools
import zlib
from pathlib import Path
from typing import Any, ClassVar, Never
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pydyf
import segno
from weasyprint.pdf.stream import Stream
from weasyprint.svg import SVG
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certificates.drawing import INK, SHEETS
from certificates.snapshot import Level, Paper

STATIC = Path(__file__).resolve().parent.parent / "static"
BASE_URL = "https://certificate.invalid/certificate/"  # answers nowhere; only names what we serve
PX_PER_MM = 96 / 25.4


class Shelf(URLFetcher):  # type: ignore[misc]
    """Hands out the files under static/fonts/pdf by name and refuses every other address.

    With `fail_on_errors` a refusal stops the rendering as FatalURLFetchingError, which is a
    BaseException: a certificate with a missing part is worse than none.
    """

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)
        fonts = sorted((STATIC / "fonts" / "pdf").glob("*.ttf"))
        self.files = {urljoin(BASE_URL, f"../fonts/pdf/{path.name}"): path for path in fonts}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self.files:
            raise ValueError("a certificate fetches nothing")
        return URLFetcherResponse(url, self.files[url].read_bytes(), headers)


class Picture:
    """A drawing that WeasyPrint treats as an image and writes as one form object."""

    kind: ClassVar[str]

    def __init__(self, width: float, height: float, operators: bytes, states: Any = None) -> None:
        self.id = self.kind
        self.width, self.height, self.states = width, height, states or {}
        self.operators = packed(operators)

    def get_intrinsic_size(self, _resolution: Any, _font_size: Any) -> tuple[float, float, float]:
        return self.width, self.height, self.width / self.height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        stream.transform(a=width / self.width, d=height / self.height)
        stream.draw_x_object(stream.add_image(self, False, 1))

    def get_x_object(self, _interpolate: Any, _ratio: Any) -> Any:
        """A new object each time: the document numbers it and rewrites its resources."""
        extra = {
            "Type": "/XObject",
            "Subtype": "/Form",
            "Filter": "/FlateDecode",
            "BBox": pydyf.Array((0, 0, self.width, self.height)),
            "Resources": pydyf.Dictionary({"ExtGState": pydyf.Dictionary(self.states)}),
        }
        return pydyf.Stream([self.operators], extra)


class Ground(Picture):
    kind = "ground"


class Code(Picture):
    kind = "code"


@functools.cache
def ground(level: Level, paper: Paper) -> Ground:
    sheet = SHEETS[paper]
    width, height = sheet.width * PX_PER_MM, sheet.height * PX_PER_MM
    tree = ET.fromstring(  # noqa: S314 - our own file
        (STATIC / "certificate" / f"ground-{level}-{paper}.svg").read_text(encoding="utf-8")
    )
    states = pydyf.Dictionary()
    resources = pydyf.Dictionary({"ExtGState": states})
    stream = Stream({}, (0, 0, width, height), resources, {}, None, {}, None)
    SVG(tree, None, None, refuse).draw(stream, width, height, None, None)
    return Ground(width, height, b"\n".join(stream.stream), dict(states))


def packed(operators: bytes) -> bytes:
    """Compressed, and not ending in a byte that validators take for the line end after it."""
    content = zlib.compress(operators)
    return packed(operators + b" ") if content.endswith((b"\r", b"\n")) else content


class Spelled(pydyf.Object):  # type: ignore[misc]
    """An object of the PDF in its final bytes: the writer asks twice, once only for a checksum."""

    def __init__(self, source: Any) -> None:
        super().__init__()
        self.number, self.generation, self.free = source.number, source.generation, source.free
        self.bytes, self.packed = source.data, source.compressible
        if self.bytes.endswith(b"\r\nendstream") and source.compress and not is_file(source):
            source.stream.append(b" ")  # as in `packed`
            self.bytes = source.data

    @property
    def data(self) -> bytes:
        return bytes(self.bytes)

    @property
    def compressible(self) -> bool:
        return bool(self.packed)


def is_file(stream: Any) -> bool:
    """Fonts and colour profiles mean every byte; in operators and tables a space is nothing."""
    return "Length1" in stream.extra or "N" in stream.extra


def refuse(_url: str) -> Never:
    raise ValueError("a certificate fetches nothing")


def code(url: str) -> Code:
    """The square code: each run of dark cells is one rectangle. A fixed mask saves trying eight."""
    rows = segno.make_qr(url, error="m", mask=3, boost_error=False).matrix
    operators = [" ".join(f"{int(INK[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5)) + " rg"]
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                operators.append(f"{start} {y} {x - start} 1 re")
                start = None
    return Code(len(rows), len(rows), "\n".join([*operators, "f"]).encode())
