"""Baking: a picture that carries its credential (Open Badges 3.0, section 5.3). Pure."""

import re
import struct
import zlib
from xml.sax.saxutils import quoteattr

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"


def bake(picture: bytes, ending: str, credential: str) -> bytes:
    """A picture of either kind with its credential."""
    if ending == "png":
        return bake_png(picture, credential)
    return bake_svg(picture.decode(), credential).encode()


def bake_png(png: bytes, credential: str) -> bytes:
    """The credential as an uncompressed text chunk right behind the header, once."""
    if not png.startswith(PNG):
        raise ValueError("not a PNG")
    baked, place = PNG, len(PNG)
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        chunk = png[place : place + 12 + size]
        place += 12 + size
        if chunk[4:8] in (b"iTXt", b"tEXt", b"zTXt") and chunk[8:].startswith(KEYWORD + b"\0"):
            continue
        baked += chunk
        if chunk[4:8] == b"IHDR":
            baked += _text_chunk(credential)
    return baked


def _text_chunk(text: str) -> bytes:
    # After the keyword: not compressed, no method, no language, no translated keyword.
    body = b"iTXt" + KEYWORD + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def bake_svg(svg: str, credential: str) -> str:
    """The credential as the first element of the drawing."""
    text = credential.replace("]]>", "]]]]><![CDATA[>")
    element = f"<openbadges:credential><![CDATA[{text}]]></openbadges:credential>"
    named = f"<svg xmlns:openbadges={quoteattr(NAMESPACE)}"
    return re.sub(r"<svg\b([^>]*)>", lambda found: f"{named}{found[1]}>{element}", svg, count=1)
