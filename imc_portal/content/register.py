"""The public pages. The staff edit them afterwards: they are added where they are missing."""

import re
from collections.abc import Collection

from imc_portal.content.reader import Folder
from imc_portal.content.store import Report, add_missing, longest
from notices.texts import placeholders
from register.models import Page

FILE = "site_copy.md"
HEADING = re.compile(r"^## page: ([-a-z0-9]+)\s*$")
END = re.compile(r"^# ")  # the letters follow; they are loaded from their own table


def read(folder: Folder, known: Collection[str]) -> list[Page]:
    """Pages from "## page: slug", each with a "Title:", a "Meta:", and its text."""
    pages: dict[str, tuple[int, list[str]]] = {}
    lines: list[str] | None = None
    for number, line in enumerate(folder.lines(FILE), start=1):
        heading = HEADING.match(line)
        if heading and heading[1] in pages:
            folder.wrong(FILE, number, "", f"the page “{heading[1]}” stands further up already")
        if heading:
            lines = []
            pages[heading[1]] = (number, lines)
        elif END.match(line):
            lines = None
        elif lines is not None:
            lines.append(line)
    if not pages:
        folder.wrong(FILE, 0, "", "there is no page in it")
    return [_page(folder, slug, *where, known) for slug, where in pages.items()]


def _page(folder: Folder, slug: str, number: int, lines: list[str], known: Collection[str]) -> Page:
    said = {"Title": "", "Meta": ""}
    body: list[str] = []
    for line in lines:
        name, colon, words = line.partition(": ")
        if colon and name in said and not said[name] and not "".join(body).strip():
            said[name] = words.strip()
        else:
            body.append(line)
    text = "".join(body).strip()
    page = Page(slug=slug, language="en", title=said["Title"], description=said["Meta"], body=text)
    for word, name in (("Title", "title"), ("Meta", "description"), ("text", "body")):
        value = getattr(page, name)
        most = longest(Page, name)
        if not value:
            folder.wrong(FILE, number, word, f"the page “{slug}” has none")
        if most and len(value) > most:
            folder.wrong(FILE, number, word, f"has {len(value)} characters, {most} fit")
        for unknown in sorted(placeholders(value).difference(known)):
            folder.wrong(FILE, number, word, f"{{{unknown}}} is not listed in placeholders.csv")
    return page


def write(pages: list[Page], report: Report) -> None:
    add_missing(pages, lambda page: (page.slug, page.language), report)
