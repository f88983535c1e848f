"""Draws a certificate as a tagged, archival PDF (PDF/A-3a and PDF/UA-1) from its snapshot.

The same snapshot gives the same bytes, as long as the fonts and WeasyPrint stay the same.
What it says is written here; a locked process draws it (`certificates.press`).
"""

import functools
import hashlib
import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from fontTools.ttLib import TTFont

from certificates.press import FACES, Work, needs_rare, press, rare_faces
from certificates.snapshot import Language, Paper, Snapshot, fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certificates.registry import Attached

VARIANT = "pdf/a-3a"
MM_PER_POINT = 25.4 / 72
PRINTED_LETTERS = 27  # of an address, on one line of the field under the square code
COLUMN_MM: dict[Paper, float] = {"a4": 166.0, "letter": 158.0}


class Size(NamedTuple):
    """A class of the style sheet, and what fits into it."""

    name: str
    points: float
    lines: int
    letters: int


NAME_SIZES = (
    Size("", 30, 1, 24),
    Size("n-m", 23, 1, 34),
    Size("n-l", 17.5, 3, 96),
    Size("n-xl", 12.5, 4, 200),
    Size("n-xxl", 9.5, 5, 200),
)
TITLE_SIZES = (
    Size("", 29, 1, 200),
    Size("t-m", 24, 1, 200),
    Size("t-l", 21, 1, 200),
    Size("t-xl", 18, 2, 200),
)

# The language of a certificate is the holder's on the day of the award, not that of a request;
# these words therefore belong to the snapshot and not to Django's translations.
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "certifies": "This certifies that",
        "also": "Also published as",
        "number": "Number",
        "awarded": "Awarded",
        "until": "Valid until",
        "validity": "Validity",
        "endless": "Does not expire",
        "issued_by": "Issued by",
        "awarding_body": ", the awarding body.",
        "administered_by": "Administered by",
        "legal": (
            "This certificate remains the property of the issuer and must not be altered. It is"
            " not an ISO certification, and ISO has not endorsed it. Only the check page shows"
            " whether it is valid today."
        ),
        "check": "Check it at",
        "code": "Square code that opens the check page of this certificate",
        "signature": "Digital signature of the issuer",
        "sample": "SAMPLE",
        "sample_note": "Issued under a sample edition,\nawaiting the body’s approval",
    },
    "fr-ca": {
        "certifies": "Le présent document atteste que",
        "also": "Aussi publié sous le nom",
        "number": "Numéro",
        "awarded": "Délivré le",
        "until": "Valide jusqu’au",
        "validity": "Validité",
        "endless": "N’expire pas",
        "issued_by": "Délivré par",
        "awarding_body": ", organisme certificateur.",
        "administered_by": "Administré par",
        "legal": (
            "Ce certificat demeure la propriété de l’émetteur et ne doit pas être modifié. Ce"
            " n’est pas une certification ISO, et l’ISO ne l’a pas approuvé. Seule la page de"
            " vérification indique s’il est valide aujourd’hui."
        ),
        "check": "À vérifier sur",
        "code": "Code carré qui ouvre la page de vérification de ce certificat",
        "signature": "Signature numérique de l’émetteur",
        "sample": "SPÉCIMEN",
        "sample_note": (
            "Délivré selon une édition provisoire,\nen attente de l’approbation de l’organisme"
        ),
    },
}
MONTHS: dict[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "fr-ca": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ),
}
LANG: dict[Language, str] = {"en": "en", "fr-ca": "fr-CA"}


def render(
    snapshot: Snapshot, *, paper: Paper = "a4", attached: "Sequence[Attached]" = ()
) -> bytes:
    return press(work_of(snapshot, paper, attached)).content


def work_of(snapshot: Snapshot, paper: Paper, attached: "Sequence[Attached]" = ()) -> Work:
    """Raises NoFace."""
    demand_faces(snapshot)
    identity = hashlib.sha256(f"{fingerprint(snapshot)} {paper}".encode())
    for each in attached:
        identity.update(each.content)
    return Work(
        html=render_to_string("certificates/pdf/certificate.html", context(snapshot, paper)),
        sheets=sheets(paper, rare=bool(rare(snapshot))),
        variant=VARIANT,
        archival=True,
        identifier=identity.hexdigest()[:32],
        pictures={
            "picture:ground": {"ground": (snapshot["level"], paper)},
            "picture:code": {"code": snapshot["check_url"]},
        },
        attached=attached,
    )


def warm() -> None:
    """Read once what the workers share after they are forked: how wide every letter is."""
    advances()
    needs_rare("")


def context(snapshot: Snapshot, paper: Paper) -> dict[str, Any]:
    language = snapshot["language"]
    words = WORDS[language]
    holder, title = printable(snapshot["holder"]), dashed(snapshot["title"])
    room = COLUMN_MM[paper]
    sizes = (fitting(holder, NAME_SIZES, room), fitting(title, TITLE_SIZES, room))
    issuer, administrator = clean(snapshot["issuer"]), clean(snapshot["administrator"])
    return {
        "lang": LANG[language],
        "words": words,
        "sizes": " ".join(sizes).strip(),
        "moment": f"{snapshot['awarded_on']}T00:00:00Z",
        "holder": holder,
        "title": title,
        "also": dashed(snapshot["also"]),
        "scope": clean(snapshot["scope"]),
        "scope_detail": clean(snapshot["scope_detail"]),
        "number": clean(snapshot["number"]),
        "facts": facts(snapshot, words),
        "issuer": issuer,
        "administrator": administrator if administrator != issuer else "",
        "signatories": [(printable(name), clean(role)) for name, role in snapshot["signatories"]],
        "check_url": snapshot["check_url"],
        "check_lines": "\n".join(address_lines(snapshot["check_url"])),
        "sample": snapshot["sample"],
    }


def facts(snapshot: Snapshot, words: dict[str, str]) -> list[tuple[str, str]]:
    language, until = snapshot["language"], snapshot["valid_until"]
    return [
        (words["number"], clean(snapshot["number"])),
        (words["awarded"], day(snapshot["awarded_on"], language)),
        (words["until"], day(until, language)) if until else (words["validity"], words["endless"]),
    ]


def day(iso: str, language: Language) -> str:
    """9 June 2029, 9 juin 2029, 1er juin 2029."""
    value = date.fromisoformat(iso)
    number = "1er" if language == "fr-ca" and value.day == 1 else str(value.day)
    return f"{number} {MONTHS[language].split()[value.month - 1]} {value.year}"


def clean(text: str) -> str:
    """One line without what XML forbids; the faces lack the narrow space of French."""
    text = text.replace("\u202f", "\u00a0")
    spaced = (" " if unicodedata.category(c) == "Cc" else c for c in text)
    allowed = (c for c in spaced if unicodedata.category(c) != "Cs" and c not in "\ufffe\uffff")
    return re.sub("[ \u2028\u2029]+", " ", "".join(allowed)).strip()


def dashed(text: str) -> str:
    """A hyphen between spaces is typed for a dash and printed as one."""
    return clean(text).replace(" - ", " – ")


def address_lines(url: str) -> list[str]:
    """The address as printed: host, then path; a longer one ends its lines at dots and slashes."""
    parts = urlsplit(url)
    path = f"{parts.path[1:]}?{parts.query}" if parts.query else parts.path[1:]
    most = PRINTED_LETTERS
    line = re.compile(f".{{1,{most}}}$|.{{0,{most - 1}}}[./]|.{{1,{most}}}")
    return [*line.findall(f"{parts.netloc}/"), *line.findall(path)]


# --- Faces ----------------------------------------------------------------------------------------
class NoFace(Exception):
    """A name is written in a script that none of our fonts has: better no paper than boxes."""


def names(snapshot: Snapshot) -> list[str]:
    return [snapshot["holder"], *(name for name, _role in snapshot["signatories"])]


def rare(snapshot: Snapshot) -> set[str]:
    """The characters of its names that the usual two faces lack."""
    written = {c for name in names(snapshot) for c in printable(name)}
    return {c for c in written if ord(c) not in advances() and not _unseen(c)}


def demand_faces(snapshot: Snapshot) -> None:
    """Raises NoFace."""
    if missing := sorted(c for c in rare(snapshot) if ord(c) not in rare_faces()):
        raise NoFace(f"no font has {' '.join(f'U+{ord(c):04X}' for c in missing)}")


def printable(text: str) -> str:
    """A name without pictures: no face of ours draws them, and a certificate is words."""
    kept = (c for c in clean(text) if ord(c) in advances() or not _picture(c))
    words = "".join(kept).split()
    return " ".join(word for word in words if not all(_unseen(c) for c in word))


def _picture(character: str) -> bool:
    """Symbols, and what colours and chooses them."""
    kind = unicodedata.category(character)
    return kind in {"So", "Sk", "Co", "Cn"} or 0xFE00 <= ord(character) <= 0xFE0F


def _unseen(character: str) -> bool:
    """Joiners and marks of direction are not drawn; accents sit on the letter before."""
    return unicodedata.category(character) in {"Cf", "Zs", "Mn"}


@functools.cache
def advances() -> dict[int, float]:
    """How wide the faces of the holder's name set each character, in em; Literata goes first."""
    known: dict[int, float] = {}
    for name in ("NotoNaskhArabic-Regular.ttf", "Literata_500Medium.ttf"):
        with TTFont(FACES / name, lazy=True) as font:
            metrics, unit = font["hmtx"].metrics, font["head"].unitsPerEm
            faces = font.getBestCmap().items()
            known |= {point: metrics[glyph][0] / unit for point, glyph in faces}
    return known


def width(text: str) -> float:
    """In em, rather too wide than too narrow where another face steps in."""
    known = advances()
    return sum(known.get(ord(c), 0 if unicodedata.combining(c) else 1) for c in text)


def lines(text: str, room: float) -> int:
    """Lines that the text needs where `room` em fit into one; a longer word breaks anywhere."""
    count, used = 1, 0.0
    for word in text.replace("-", "- ").split():
        step = width(word)
        if used and used + step > room:
            count, used = count + 1, 0.0
        used += step
        while used > room:
            count, used = count + 1, used - room
        used += width(" ")
    return count


def fitting(text: str, sizes: tuple[Size, ...], room_mm: float) -> str:
    """The first size for a text of this length that also holds it; the last if none does."""
    letters = sum(1 for c in text if not unicodedata.combining(c))
    for size in sizes:
        room = room_mm / (size.points * MM_PER_POINT)
        if letters <= size.letters and lines(text, room) <= size.lines:
            return size.name
    return sizes[-1].name


def sheets(paper: Paper, *, rare: bool = False) -> list[str]:
    chosen = ["certificate.css", *(["letter.css"] if paper == "letter" else [])]
    return [f"certificate/{name}" for name in [*chosen, *(["names.css"] if rare else [])]]
