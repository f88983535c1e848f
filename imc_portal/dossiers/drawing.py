"""Draws a dossier as a tagged PDF: cover, contents with page numbers, running heads, page X of Y.

Import this from tasks and commands only: WeasyPrint is slow to import.
"""

import functools
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML

from certificates.pdf import fonts, shelf
from certificates.pictures import BASE_URL, STATIC
from imc_portal.dossiers.chain import Data
from notices.models import BodyFact

VARIANT = "pdf/ua-1"


def render(data: Data, language: str) -> tuple[bytes, int]:
    """The pages, and how many. The language and the time zone are those that are active."""
    facts = BodyFact.objects.values_map()
    context: dict[str, Any] = {
        "lang": translation.to_locale(language).replace("_", "-"),
        "issuer": facts.get("issuer_name", ""),
        **printable(data),
    }
    html = render_to_string("dossiers/pdf/dossier.html", context)
    page = HTML(string=html, base_url=BASE_URL, url_fetcher=shelf())
    document = page.render(font_config=fonts(), stylesheets=[sheet()])
    return bytes(document.write_pdf(pdf_variant=VARIANT, pdf_tags=True)), len(document.pages)


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


@functools.cache
def sheet() -> CSS:
    text = (STATIC / "dossier" / "dossier.css").read_text(encoding="utf-8")
    return CSS(string=text, base_url=BASE_URL, url_fetcher=shelf(), font_config=fonts())
