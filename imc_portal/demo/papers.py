"""Papers that people of the demo hand in, drawn here: plain sheets, a map, four strips of wood."""

import io
from collections.abc import Sequence

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

FONTS = settings.BASE_DIR / "static" / "fonts" / "pdf"
PAGE = (1240, 1754)  # A4 at 150 dots an inch
EDGE, LINE = 130, 46
PAPER, INK, PENCIL, BLUE = "#fdfcf8", "#22302c", "#6b6a63", "#2f5f8a"


def _font(size: int, name: str = "Commissioner_400Regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", size)


def _wrapped(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _sheet(title: str, paragraphs: Sequence[str]) -> Image.Image:
    page = Image.new("RGB", PAGE, PAPER)
    pen, body = ImageDraw.Draw(page), _font(30)
    pen.text((EDGE, EDGE), title, INK, _font(46, "Literata_600SemiBold"))
    down = EDGE + 110
    for paragraph in paragraphs:
        for line in _wrapped(paragraph, body, PAGE[0] - 2 * EDGE):
            pen.text((EDGE, down), line, INK, body)
            down += LINE
        down += LINE // 2
    return page


def pdf(*pages: tuple[str, Sequence[str]]) -> bytes:
    """Each page is a title and its paragraphs."""
    first, *rest = [_sheet(title, paragraphs) for title, paragraphs in pages]
    out = io.BytesIO()
    first.save(out, "PDF", resolution=150, save_all=True, append_images=rest)
    return out.getvalue()


BEDS = [(180 + 150 * n, 150) for n in range(6)] + [(180 + 150 * n, 760) for n in range(6)]
PEOPLE = {
    "K.": (330, 460),
    "shift leader": (330, 290),
    "ward clerk": (760, 460),
    "Dr. on call": (760, 290),
    "night nurse": (560, 610),
}


def ward() -> bytes:
    """Who really asks whom: all arrows go to the ward clerk."""
    sheet = Image.new("RGB", (1200, 920), PAPER)
    pen, small = ImageDraw.Draw(sheet), _font(24)
    pen.text((60, 40), "Our ward: who really asks whom", INK, _font(36, "Literata_600SemiBold"))
    for across, down in BEDS:
        pen.rectangle((across - 45, down - 28, across + 45, down + 28), outline=PENCIL, width=3)
    goal = PEOPLE["ward clerk"]
    for name, (across, down) in PEOPLE.items():
        if name != "ward clerk":
            pen.line((across, down, *goal), BLUE, 4)
    for name, (across, down) in PEOPLE.items():
        pen.ellipse((across - 16, down - 16, across + 16, down + 16), fill=INK)
        pen.text((across + 24, down - 14), name, INK, small)
    return _saved(sheet, "PNG")


STRIPS = (
    "I hurry when someone watches. I carve one hour alone. I need the small room.",
    "The price is not an insult. I ask the cooperative for the list. I need a number.",
    "A dull knife tells lies. I sharpen first. I need your stone on Mondays.",
    "I can say no. I tell my uncle on Sunday. I need nobody for that.",
)


def strips() -> bytes:
    sheet = Image.new("RGB", (1200, 620), "#8a6f52")
    pen, hand = ImageDraw.Draw(sheet), _font(25, "Literata_400Regular_Italic")
    for number, words in enumerate(STRIPS):
        top = 50 + 140 * number
        pen.rounded_rectangle((50, top, 1150, top + 100), 8, fill="#e3c99a")
        pen.ellipse((70, top + 42, 86, top + 58), fill="#5a4630")
        pen.text((110, top + 34), words, "#3c3a36", hand)
    return _saved(sheet, "JPEG")


def _saved(sheet: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    sheet.save(out, kind)
    return out.getvalue()
