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


def read(
    folder: Folder, known: Collection[str], file: str = FILE, language: str = "en"
) -> list[Page]:
    """Pages from "## page: slug", each with a "Title:", a "Meta:", and its text.

    The pages of another language may be missing: then the English ones are shown.
    """
    if language != "en" and not (folder.path / file).exists():
        return []
    pages = _parts(folder, file)
    if not pages:
        folder.wrong(file, 0, "", "there is no page in it")
    found = [_page(slug, lines, language) for slug, (_number, lines) in pages.items()]
    for page in found:
        _check(folder, file, page, pages[page.slug][0], known)
    return found


def _parts(folder: Folder, file: str) -> dict[str, tuple[int, list[str]]]:
    """The lines of each page, and where it begins."""
    pages: dict[str, tuple[int, list[str]]] = {}
    lines: list[str] | None = None
    for number, line in enumerate(folder.lines(file), start=1):
        heading = HEADING.match(line)
        if heading and heading[1] in pages:
            folder.wrong(file, number, "", f"the page “{heading[1]}” stands further up already")
        if heading:
            lines = []
            pages[heading[1]] = (number, lines)
        elif END.match(line):
            lines = None
        elif lines is not None:
            lines.append(line)
    return pages


def _page(slug: str, lines: list[str], language: str) -> Page:
    said = {"Title": "", "Meta": ""}
    body: list[str] = []
    for line in lines:
        name, colon, words = line.partition(": ")
        if colon and name in said and not said[name] and not "".join(body).strip():
            said[name] = words.strip()
        else:
            body.append(line)
    return Page(
        slug=slug,
        language=language,
        title=said["Title"],
        description=said["Meta"],
        body="".join(body).strip(),
    )


def _check(folder: Folder, file: str, page: Page, number: int, known: Collection[str]) -> None:
    for word, name in (("Title", "title"), ("Meta", "description"), ("text", "body")):
        value = getattr(page, name)
        most = longest(Page, name)
        if not value:
            folder.wrong(file, number, word, f"the page “{page.slug}” has none")
        if most and len(value) > most:
            folder.wrong(file, number, word, f"has {len(value)} characters, {most} fit")
        for unknown in sorted(placeholders(value).difference(known)):
            folder.wrong(file, number, word, f"{{{unknown}}} is not listed in placeholders.csv")


def write(pages: list[Page], report: Report) -> None:
    add_missing(pages, lambda page: (page.slug, page.language), report)
