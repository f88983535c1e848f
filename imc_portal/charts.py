"""Profile charts, drawn on the server as SVG with classes only: the policy allows no inline style.

They are hidden from screen readers because the table beside each chart says everything it shows.
Labels are drawn digits that match the first column of that table: no language, no font, no overlap.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LEVELS = 4  # ratings run from 0 to 4: one ring for each level above "not yet"
Row = tuple[str, float, float]

DIGITS = {
    "0": "M0-5C-2.2-5-3.2-2.8-3.2 0S-2.2 5 0 5 3.2 2.8 3.2 0 2.2-5 0-5Z",
    "1": "M-2.2-3L.4-5V5",
    "2": "M-3-2.6C-3-4-1.9-5 0-5S3-4 3-2.5C3 0-1.5 1.6-3.1 5H3.2",
    "3": "M-2.8-3.8C-2.2-4.6-1.2-5 0-5 1.7-5 2.9-4 2.9-2.6S1.8-.3-.4-.3"
    "M0-.3C1.9-.3 3.2.8 3.2 2.4S1.9 5 0 5C-1.4 5-2.6 4.4-3.2 3.4",
    "4": "M1.4 5V-5L-3.4 2.2H3.4",
    "5": "M2.6-5H-2.2L-2.7-.4C-2-.9-1-1.2 0-1.2 1.9-1.2 3.2 0 3.2 1.9"
    "S1.8 5-.2 5C-1.5 5-2.5 4.6-3.2 3.8",
    "6": "M2.4-4.4C1.7-4.8 1-5 .3-5-2-5-3.2-2.6-3.2.6-3.2 3.4-2 5 0 5"
    "S3.2 3.7 3.2 1.8 1.9-1.2.1-1.2C-1.5-1.2-2.9-.3-3.2 1.4",
    "7": "M-3-5H3.2L-.9 5",
    "8": "M0-.3C-1.6-.3-2.7-1.2-2.7-2.7S-1.6-5 0-5 2.7-4.1 2.7-2.7 1.6-.3 0-.3Z"
    "M0-.3C-1.9-.3-3.2.7-3.2 2.3S-1.9 5 0 5 3.2 3.9 3.2 2.3 1.9-.3 0-.3Z",
    "9": "M-2.4 4.4C-1.7 4.8-1 5-.3 5 2 5 3.2 2.6 3.2-.6 3.2-3.4 2-5 0-5"
    "S-3.2-3.7-3.2-1.8-1.9 1.2-.1 1.2C1.5 1.2 2.9.3 3.2-1.4",
}


class Point(NamedTuple):
    x: float
    y: float

    def __str__(self) -> str:
        return f"{self.x:.1f} {self.y:.1f}"


class Disc(NamedTuple):
    """Where a chart stands: its middle, and the radius of one level."""

    middle: Point
    level: float

    def at(self, value: float, degrees: float) -> Point:
        """The place of a value, clockwise from twelve o'clock."""
        angle = math.radians(degrees - 90)
        radius = self.level * value
        return Point(
            self.middle.x + radius * math.cos(angle), self.middle.y + radius * math.sin(angle)
        )


RINGS = Disc(Point(210, 210), 40)
RADAR = Disc(Point(190, 190), 38.75)


def rings_chart(rows: Sequence[Row], earlier: Sequence[Row] = ()) -> SafeString:
    """One sector for each (code, concept, practice); `earlier` lies over them as a dashed line."""
    step = 360 / max(len(rows), 1)
    parts = [
        *(_circle(RINGS, level, "c-grid") for level in range(1, LEVELS)),
        *_sectors(rows, step),
        *(_circle(RINGS, level, "c-cut") for level in range(1, LEVELS)),
        *_outlines(earlier, step),
        _circle(RINGS, 0.225, "c-hub"),
        _circle(RINGS, LEVELS, "c-grid c-edge"),
        *(_number(n + 1, RINGS.at(4.45, (n + 0.5) * step)) for n in range(len(rows))),
    ]
    return _svg("20 20 380 380", parts)


def radar(series: Sequence[tuple[str, Sequence[float]]]) -> SafeString:
    """Lines over the same axes: a name (self, first or final) and one value for each axis."""
    axes = max((len(values) for _, values in series), default=0)
    step = 360 / max(axes, 1)
    parts = [
        *(
            _polygon([level] * axes, f"c-grid{' c-edge' if level == LEVELS else ''}")
            for level in range(1, LEVELS + 1)
        ),
        *(_path(f"M{RADAR.middle}L{RADAR.at(LEVELS, n * step)}", "c-grid") for n in range(axes)),
        *(_polygon(values, f"c-{name}") for name, values in series),
        *(_number(n + 1, RADAR.at(4.52, n * step)) for n in range(axes)),
    ]
    return _svg("0 0 380 380", parts)


class Bars(NamedTuple):
    """Where a chart of bars stands: below its top, above its numbers."""

    left: float = 34
    top: float = 12
    height: float = 150
    step: float = 36
    width: float = 22


BARS = Bars()
FILLS = ("c-concept", "c-practice", "c-third")


def bars_chart(
    rows: Sequence[tuple[int, Sequence[float]]], fills: Sequence[str] = FILLS
) -> SafeString:
    """A bar for each (number, values), its values upon each other, on a scale of whole numbers."""
    most = max((sum(values) for _, values in rows), default=0)
    scale = _round_up(most)
    foot = BARS.top + BARS.height
    end = BARS.left + BARS.step * len(rows)
    parts: list[SafeString] = []
    for quarter in range(5):
        y = foot - BARS.height * quarter / 4
        parts.append(_path(f"M{BARS.left} {y:.1f}H{end:.1f}", "c-grid" if quarter else "c-edge"))
        if quarter % 2 == 0:
            parts.append(_number(scale * quarter // 4, Point(BARS.left - 15, y)))
    for place, (number, values) in enumerate(rows):
        x = BARS.left + BARS.step * place + (BARS.step - BARS.width) / 2
        parts += _stack(x, foot, [value / scale * BARS.height for value in values], fills)
        parts.append(_number(number, Point(x + BARS.width / 2, foot + 14)))
    return _svg(f"0 0 {end + 6:g} {foot + 24:g}", parts)


def _stack(
    x: float, foot: float, heights: Sequence[float], fills: Sequence[str]
) -> Iterator[SafeString]:
    for css, height in zip(fills, heights, strict=True):
        foot -= height
        yield format_html(
            '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
            css,
            f"{x:.1f}",
            f"{foot:.1f}",
            f"{BARS.width:g}",
            f"{height:.1f}",
        )


def _round_up(most: float) -> int:
    """The top of the scale: the next of 4, 8, 20, 40, 80, 200 … that holds everything."""
    scale, steps = 4, itertools.cycle((2, 2.5, 2))
    while scale < most:
        scale = int(scale * next(steps))
    return scale


def _sectors(rows: Sequence[Row], step: float) -> Iterator[SafeString]:
    """Concept before the axis of each sector, practice behind it."""
    for n, (_, concept, practice) in enumerate(rows):
        start = n * step
        yield _wedge(concept, (start + 2, start + step / 2 - 0.6), "c-concept")
        yield _wedge(practice, (start + step / 2 + 0.6, start + step - 2), "c-practice")


def _outlines(rows: Sequence[Row], step: float) -> Iterator[SafeString]:
    for n, (_, concept, practice) in enumerate(rows):
        start = n * step
        yield _arc(concept, (start + 2, start + step / 2 - 0.6))
        yield _arc(practice, (start + step / 2 + 0.6, start + step - 2))


def _wedge(value: float, span: tuple[float, float], css: str) -> SafeString:
    begin, end = (RINGS.at(value, degrees) for degrees in span)
    radius = RINGS.level * value
    return _path(f"M{RINGS.middle}L{begin}A{radius:.1f} {radius:.1f} 0 0 1 {end}Z", css)


def _arc(value: float, span: tuple[float, float]) -> SafeString:
    begin, end = (RINGS.at(value, degrees) for degrees in span)
    radius = RINGS.level * value
    line = f"M{begin}A{radius:.1f} {radius:.1f} 0 0 1 {end}"
    bed = _path(line, "c-earlier-bed")  # paper under the ink, so that the line shows on any colour
    return format_html("{}{}", bed, _path(line, "c-earlier"))


def _polygon(values: Sequence[float], css: str) -> SafeString:
    step = 360 / max(len(values), 1)
    points = " ".join(str(RADAR.at(value, n * step)) for n, value in enumerate(values))
    return format_html('<polygon class="{}" points="{}"/>', css, points)


def _circle(disc: Disc, value: float, css: str) -> SafeString:
    x, y = disc.middle
    return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, x, y, disc.level * value)


def _path(line: str, css: str) -> SafeString:
    return format_html('<path class="{}" d="{}"/>', css, line)


def _number(number: int, place: Point) -> SafeString:
    """A whole number in drawn digits, centred on its place."""
    digits = str(number)
    left = place.x - 4.5 * (len(digits) - 1)
    return format_html_join(
        "",
        '<path class="c-digit" transform="translate({})" d="{}"/>',
        ((Point(left + 9 * n, place.y), DIGITS[digit]) for n, digit in enumerate(digits)),
    )


def _svg(view: str, parts: Iterable[SafeString]) -> SafeString:
    drawn = format_html_join("", "{}", ((part,) for part in parts))
    return format_html('<svg viewBox="{}" aria-hidden="true">{}</svg>', view, drawn)
