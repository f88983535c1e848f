"""Draws a dossier as a tagged PDF: cover, contents with page numbers, running heads, page X of Y.

What it says is written here; a locked process draws it (`certificates.press`).
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from certificates.press import Work, press
from imc_portal.dossiers.chain import Data
from notices.models import BodyFact


def render(data: Data, language: str) -> tuple[bytes, int]:
    """The pages, and how many. The language and the time zone are those that are active."""
    facts = BodyFact.objects.values_map()
    context: dict[str, Any] = {
        "lang": translation.to_locale(language).replace("_", "-"),
        "issuer": facts.get("issuer_name", ""),
        **printable(data),
    }
    html = render_to_string("dossiers/pdf/dossier.html", context)
    drawn = press(Work(html, ["dossier/dossier.css"]))
    return drawn.content, drawn.pages


def printable(value: Any) -> Any:
    """The same data without letters that XML forbids; line breaks stay."""
    if isinstance(value, str):
        return "".join(c for c in value.replace("\u202f", "\u00a0") if _printable(c))
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [printable(each) for each in value]
    return value


def _printable(char: str) -> bool:
    code = ord(char)
    return char in "\n\t" or (
        code >= 0x20 and not 0xD800 <= code <= 0xDFFF and (code < 0xFFFE or code > 0xFFFF)
    )
