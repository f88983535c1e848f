"""The small part of Markdown that our pages are written in, and nothing more.

Headings, paragraphs, lists, tables, **bold** and **[buttons]**. Everything is escaped: whatever
else somebody types, HTML included, is shown as it was typed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

HEADING = re.compile(r"^(#{2,4}) +(.+)$")
ITEM = re.compile(r"^(?:(-)|\d{1,3}\.) +(.+)$")
ROW = re.compile(r"^\|(.*)\|$")
RULE = re.compile(r"^[|:\- ]+$")
INLINE = re.compile(
    r"\*\*\[(?P<button>[^\]\n]+)\]\*\*|\*\*(?P<bold>[^*\n]+)\*\*|(?P<link>https?://[^\s<>\"']+[\w/])"
)
Address = Callable[[str], str]  # the address of a button by its label; "" where there is none


@dataclass(slots=True)
class Block:
    """A heading, paragraph, list or table. `lines` are still as they were typed."""

    kind: str  # "heading", "p", "ul", "ol" or "table"
    lines: list[str] = field(default_factory=list)
    level: int = 0

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def anchor(self) -> str:
        return slugify(self.text) or "section"

    @property
    def cells(self) -> list[list[str]]:
        rows = [line for line in self.lines if not RULE.match(line)]
        return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def parse(text: str) -> list[Block]:
    return list(_blocks(text.splitlines()))


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    now: Block | None = None
    for raw in lines:
        line = raw.strip()
        kind, words, level = _line(line)
        if now is not None and (kind != now.kind or kind == "heading"):
            yield now
            now = None
        if kind:
            now = now or Block(kind, level=level)
            now.lines.append(words)
    if now is not None:
        yield now


def _line(line: str) -> tuple[str, str, int]:
    """What a line is, what stands in it, and how deep a heading is. Nothing for an empty line."""
    if heading := HEADING.match(line):
        return "heading", heading[2], len(heading[1])
    if item := ITEM.match(line):
        return ("ul" if item[1] else "ol"), item[2], 0
    if ROW.match(line):
        return "table", line, 0
    return ("p" if line else ""), line, 0


def render(blocks: Sequence[Block], address: Address) -> SafeString:
    return format_html_join("\n", "{}", ((_block(block, address),) for block in blocks))


def _block(block: Block, address: Address) -> SafeString:
    if block.kind == "heading":
        pattern = '<h3 id="{}">{}</h3>' if block.level > 3 else '<h2 id="{}">{}</h2>'
        return format_html(pattern, block.anchor, inline(block.text, address))
    if block.kind == "p":
        return format_html("<p>{}</p>", inline(block.text, address))
    if block.kind == "table":
        return _table(block, address)
    items = format_html_join("", "<li>{}</li>", ((inline(one, address),) for one in block.lines))
    return format_html("<ol>{}</ol>" if block.kind == "ol" else "<ul>{}</ul>", items)


def _table(block: Block, address: Address) -> SafeString:
    """The first row is the head, and the first cell of every other row names it."""
    head, *rows = block.cells or [[]]
    heads = format_html_join(
        "",
        "{}",
        (
            (
                format_html('<th scope="col">{}</th>', inline(cell, address))
                if cell
                else format_html("<td>{}</td>", ""),
            )
            for cell in head
        ),
    )
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                inline(row[0], address),
                format_html_join("", "<td>{}</td>", ((inline(c, address),) for c in row[1:])),
            )
            for row in rows
        ),
    )
    return format_html(
        '<div class="scroll" tabindex="0" role="group"><table class="tbl">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        heads,
        body,
    )


def inline(text: str, address: Address) -> SafeString:
    """Bold words, buttons and addresses in a line; everything else is text."""
    return format_html_join("", "{}", ((part,) for part in _parts(text, address)))


def _parts(text: str, address: Address) -> Iterator[str]:
    end = 0
    for match in INLINE.finditer(text):
        yield text[end : match.start()]
        yield _part(match, address)
        end = match.end()
    yield text[end:]


def _part(match: re.Match[str], address: Address) -> SafeString:
    if match["link"]:
        return format_html('<a href="{}">{}</a>', match["link"], match["link"])
    if match["bold"]:
        return format_html("<b>{}</b>", match["bold"])
    if url := address(match["button"]):
        return format_html(
            '<a class="btn btn-outline-primary" href="{}">{}</a>', url, match["button"]
        )
    return format_html("<b>{}</b>", match["button"])
