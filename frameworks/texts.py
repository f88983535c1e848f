"""What words of an edition may hold, wherever they come from: a page, a CSV or a spreadsheet."""

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

CODE = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
# A spreadsheet runs a cell that begins like this; the wide forms are how some keyboards write them.
FORMULA = "=+-@＝＋－＠"
# Letters and symbols to Unicode, nothing to the eye.
BLANK = "\u115f\u1160\u2800\u3164\uffa0"
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
AROUND = 20


def tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def faults(text: str, longest: int, *, breaks: bool = False) -> Iterator[str]:
    """Everything that is wrong with a text. Only a text that may run on has line breaks."""
    if text[:1] and text[0] in FORMULA:
        yield _("begins with “%(sign)s”, which a spreadsheet runs as a formula") % {"sign": text[0]}
    if len(text) > longest:
        yield _("has %(count)d characters, %(longest)d fit") % {
            "count": len(text),
            "longest": longest,
        }
    yield from _unseen(text, breaks=breaks)


def _unseen(text: str, *, breaks: bool) -> Iterator[str]:
    """The first character that nobody sees, or that was lost on the way here."""
    for place, char in enumerate(text):
        before = text[max(0, place - AROUND) : place]
        if char == "\n":
            if not breaks:
                yield _("has a line break after “%(before)s”") % {"before": before}
                return
        elif char == "\ufffd":
            yield _("lost a character after “%(before)s”") % {"before": before}
            return
        elif char in BLANK or unicodedata.category(char) in UNSEEN:
            yield _("has an invisible character (%(name)s) after “%(before)s”") % {
                "name": unicodedata.name(char, f"U+{ord(char):04X}").lower(),
                "before": before,
            }
            return


def code_faults(code: str, longest: int = 10) -> Iterator[str]:
    yield from faults(code, longest)
    if code and not CODE.fullmatch(code):
        yield _("“%(code)s” may hold letters, digits, . and - only") % {"code": code[:40]}
