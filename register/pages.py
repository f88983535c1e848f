"""The body's pages: its words filled in, its buttons led somewhere, and what they show live."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from certificates.models import Level, Tier
from notices.models import BodyFact
from notices.texts import fill, placeholders
from register.markdown import Block, inline, parse, render
from register.models import Page

# Where a button of the pages leads, by its words.
BUTTONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Find my certificate": ("register:page", ("certificates",)),
    "Start a self-assessment": ("applicants:choose", ()),
    "See the programme award": ("register:page", ("programme-award",)),
    "Check": ("register:check", ()),
    "Make a complaint": ("appeals:complain", ()),
    "See the recognised providers": ("register:providers", ()),
    "Ask to be recognised": ("register:ask_recognition", ()),
    "Trouver mon certificat": ("register:page", ("certificates",)),
    "Commencer une autoévaluation": ("applicants:choose", ()),
    "Voir la reconnaissance de programme": ("register:page", ("programme-award",)),
    "Vérifier": ("register:check", ()),
    "Porter plainte": ("appeals:complain", ()),
    "Voir les fournisseurs reconnus": ("register:providers", ()),
    "Demander la reconnaissance": ("register:ask_recognition", ()),
}
# Pages that are more than text.
LIVE = {
    "home": "home",
    "directory": "directory:index",
    "check-a-certificate": "register:check",
    "contact": "register:contact",
}
LISTS = {"ol", "ul"}
BEGINNING = re.compile(r"^\*\*(?P<name>[^*\[\]]+?)[.:]?\*\*[.:]? *(?P<rest>.*)$")
BUTTON = re.compile(r"\*\*\[[^\]]+\]\*\*")
LONG = 4  # headings from which on a page gets its contents in the margin


def address(label: str) -> str:
    name, args = BUTTONS.get(label, ("", ()))
    return reverse(name, args=args) if name else ""


def blocks_of(page: Page) -> list[Block]:
    """The page with the facts of the body in it. A word nobody fills in stays as it was typed."""
    as_typed = {word: f"{{{word}}}" for word in placeholders(page.body)}
    with translation.override(page.language):
        facts = {**as_typed, **BodyFact.objects.values_map()}
        open_now = Tier.objects.offered().filter(level=Level.RECOGNITION)
        if "recognition_status" in as_typed and open_now:
            facts["recognition_status"] = _("it is open now")
    return parse(fill(page.body, facts))


@dataclass(frozen=True, slots=True)
class Text:
    """A page ready to be shown: its text, and its headings where it is long."""

    html: SafeString
    contents: Sequence[Block]


def text_of(page: Page) -> Text:
    blocks = blocks_of(page)
    headings = [block for block in blocks if block.kind == "heading"]
    return Text(render(blocks, address), headings if len(headings) >= LONG else [])


@dataclass(slots=True)
class Part:
    """A heading of the front page and what stands under it."""

    heading: str = ""
    blocks: list[Block] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Numbered lists are steps, others stand side by side, and plain text is the band."""
        kinds = [block.kind for block in self.blocks]
        return "steps" if "ol" in kinds else "list" if "ul" in kinds else "band"

    @property
    def items(self) -> list[tuple[str, SafeString]]:
        """The lines of a list: the bold words that one may begin with, and the rest."""
        lines = [line for block in self.blocks if block.kind in LISTS for line in block.lines]
        return [_beginning(line) for line in lines]

    @property
    def words(self) -> list[SafeString]:
        return [inline(BUTTON.sub("", text), address) for text in self._texts]

    @property
    def buttons(self) -> list[SafeString]:
        return [inline(button, address) for text in self._texts for button in BUTTON.findall(text)]

    @property
    def _texts(self) -> list[str]:
        return [block.text for block in self.blocks if block.kind == "p"]


def _beginning(line: str) -> tuple[str, SafeString]:
    match = BEGINNING.match(line)
    name, rest = (match["name"], match["rest"]) if match else ("", line)
    return name, inline(rest, address)


@dataclass(frozen=True, slots=True)
class Front:
    lead: Sequence[SafeString]
    steps: Sequence[Part]
    lists: Sequence[Part]
    bands: Sequence[Part]


def front_of(page: Page) -> Front:
    """The home page by what its parts are, so that the staff can rewrite every word of it."""
    lead, *parts = _parts(blocks_of(page))
    lines = [block for block in lead.blocks if not block.text.startswith("**[")]

    def of(kind: str) -> list[Part]:
        return [part for part in parts if part.kind == kind]

    return Front(
        [inline(line.text, address) for line in lines], of("steps"), of("list"), of("band")
    )


def _parts(blocks: Sequence[Block]) -> list[Part]:
    parts = [Part()]
    for block in blocks:
        if block.kind == "heading":
            parts.append(Part(block.text))
        else:
            parts[-1].blocks.append(block)
    return parts
