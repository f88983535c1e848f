"""Draws the ground of a certificate: a sawn disc of wood behind a frame, and the mark.

The higher the level, the more of the rings carry its season's colour. The wobble of the rings comes
from a fixed seed, so the drawing is the same every time. `tools/draw_grounds.py` writes the files.
"""

import math
import random
from typing import NamedTuple

from certificates.snapshot import Level, Paper

INK = "#15262b"
SPRUCE = "#14574b"
PANEL_FILL = "#f3f6f1"
QUIET_RING = "#9db3aa"
OUTER_FRAME, INNER_FRAME = 9.0, 10.6
LARGEST_RING = 146.0
MARK = (
    '<path d="M33.2 8.9A18 18 0 1 1 22.4 6.1"/><path d="M31.4 15.2A11.8 11.8 0 1 1 23.6 12.3"/>'
    f'<path d="M28.2 20.9A5.8 5.8 0 1 1 24 18.2"/><circle cx="24" cy="24" r="1.9" fill="{SPRUCE}"'
    ' stroke="none"/><path d="M40.5 4.5C35 9.5 32.6 12.6 30.2 16.2S26.4 21.6 24 24"/>'
)


class Point(NamedTuple):
    x: float
    y: float


class Sheet(NamedTuple):
    """A paper in landscape, in millimetres: where the panel ends and the text column begins."""

    width: float
    height: float
    panel: float
    column: float


class Season(NamedTuple):
    colour: str
    radii: tuple[float, ...]


SHEETS: dict[Paper, Sheet] = {
    "a4": Sheet(297, 210, 98, 112),
    "letter": Sheet(279.4, 215.9, 92, 104),
}
SEASONS: dict[Level, Season] = {
    "recognition": Season("#54701a", (70,)),
    "concepts": Season("#14574b", (92, 50)),
    "practice": Season("#94450f", (104, 72, 42)),
    "journey": Season("#334a86", (112, 84, 58, 32)),
    "bronze": Season("#8a4b22", (92, 40)),
    "silver": Season("#55636d", (104, 78, 40)),
    "gold": Season("#8a6700", (112, 92, 70, 40)),
}
# Levels of programmes carry a seal, with as many dots as the level is high.
SEALS: dict[Level, int] = {"bronze": 1, "silver": 2, "gold": 3}
SEAL = 17.0  # its radius


def smooth_loop(points: list[Point]) -> str:
    """One closed path through all points: Catmull-Rom, written as Béziers."""
    count = len(points)
    path = f"M{points[0].x:.1f} {points[0].y:.1f}"
    for i, start in enumerate(points):
        before, end, after = points[i - 1], points[(i + 1) % count], points[(i + 2) % count]
        curve = (
            start.x + (end.x - before.x) / 6,
            start.y + (end.y - before.y) / 6,
            end.x - (after.x - start.x) / 6,
            end.y - (after.y - start.y) / 6,
            *end,
        )
        path += "C" + " ".join(f"{value:.1f}" for value in curve)
    return f"{path}Z"


def ring(centre: Point, radius: float, *, wobble: float, phase: float, corners: int = 22) -> str:
    """A closed, slightly uneven ring; neighbours share the seed and so lie in each other."""
    chance = random.Random(7)  # noqa: S311 - a drawing, not a secret
    waves = [(k, chance.uniform(-1, 1), chance.uniform(0, 6.28)) for k in (1, 2, 3, 5)]
    points = []
    for i in range(corners):
        angle = 2 * math.pi * i / corners
        bumps = sum(size / k * math.sin(k * angle + turn + phase) for k, size, turn in waves)
        reach = radius + wobble * bumps
        points.append(Point(centre.x + reach * math.cos(angle), centre.y + reach * math.sin(angle)))
    return smooth_loop(points)


def rings(heart: Point, season: Season, lit: float = 0.62) -> str:
    """Rings from the bark to the heart; the next one inside each wanted radius is lit."""
    chance = random.Random(7)  # noqa: S311 - a drawing, not a secret
    wanted, drawn, radius = list(season.radii), [], LARGEST_RING
    while radius > 3:
        colour, width = QUIET_RING, 0.2
        if wanted and radius <= wanted[0]:
            del wanted[0]
            colour, width = season.colour, lit
        lean = radius / LARGEST_RING
        centre = Point(heart.x + 9 * lean, heart.y - 12 * lean)
        path = ring(centre, radius, wobble=1 + radius * 0.055, phase=radius * 0.004)
        drawn.append(f'<path d="{path}" stroke="{colour}" stroke-width="{width}"/>')
        radius -= chance.choice((2.4, 3, 3.6, 4.4, 5.6, 7))
    drawn.append(f'<circle cx="{heart.x:g}" cy="{heart.y:.1f}" r="1.7" fill="{season.colour}"/>')
    return "".join(drawn)


def seal(heart: Point, level: Level, scale: float = 1) -> str:
    """A seal over the heart of the wood: told by its dots, not by colour alone."""
    colour, dots = SEASONS[level].colour, SEALS[level]
    edge = ring(heart, SEAL * scale, wobble=0.5 * scale, phase=1.1, corners=30)
    marks = "".join(
        f'<circle cx="{heart.x + (n - (dots - 1) / 2) * 7.2 * scale:.1f}" cy="{heart.y:.1f}"'
        f' r="{2.5 * scale:.1f}" fill="#ffffff"/>'
        for n in range(dots)
    )
    inner, line = (SEAL - 2.6) * scale, 0.5 * scale
    return (
        f'<path d="{edge}" fill="{colour}"/><circle cx="{heart.x:g}" cy="{heart.y:.1f}"'
        f' r="{inner:.1f}" stroke="#ffffff" stroke-width="{line:.2f}"/>{marks}'
    )


def frame(sheet: Sheet) -> str:
    lines = "".join(
        f'<rect x="{edge:g}" y="{edge:g}" width="{sheet.width - 2 * edge:.1f}"'
        f' height="{sheet.height - 2 * edge:.1f}" stroke="{INK}" stroke-width="{width}"/>'
        for edge, width in ((OUTER_FRAME, 0.7), (INNER_FRAME, 0.2))
    )
    divider = f"M{sheet.panel:g} {INNER_FRAME}V{sheet.height - INNER_FRAME:.1f}"
    return f'<path d="{divider}" stroke="{INK}" stroke-width=".2"/>{lines}'


def ground(level: Level, paper: Paper) -> str:
    """The whole picture as SVG: panel with rings, frame, mark. No text: it serves all languages."""
    sheet, season = SHEETS[paper], SEASONS[level]
    heart = Point(22, sheet.height * 0.56)
    sealed = ""
    if level in SEALS:
        heart = Point((INNER_FRAME + sheet.panel) / 2, sheet.height * 0.5)
        sealed = seal(heart, level)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width:g} {sheet.height:g}"'
        f' width="{sheet.width:g}mm" height="{sheet.height:g}mm" fill="none">'
        f'<clipPath id="panel"><rect x="{INNER_FRAME}" y="{INNER_FRAME}"'
        f' width="{sheet.panel - INNER_FRAME:.1f}"'
        f' height="{sheet.height - 2 * INNER_FRAME:.1f}"/></clipPath><g clip-path="url(#panel)">'
        f'<rect width="{sheet.panel:g}" height="{sheet.height:g}" fill="{PANEL_FILL}"/>'
        f"{rings(heart, season)}{sealed}</g>{frame(sheet)}"
        f'<g transform="translate({sheet.column - 1.4:.1f} 19.5) scale(.235)" stroke="{SPRUCE}"'
        f' stroke-width="2.4" stroke-linecap="round">{MARK}</g></svg>\n'
    )


def badge(level: Level) -> str:
    """The same wood as a round badge, bark around it. No text: it serves all languages."""
    season, heart = SEASONS[level], Point(100, 100)
    bark = ring(heart, 92, wobble=1.6, phase=2.4, corners=30)
    sealed = seal(heart, level, scale=1.9) if level in SEALS else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="600" height="600"'
        f' fill="none"><clipPath id="disc"><path d="{bark}"/></clipPath><g clip-path="url(#disc)">'
        f'<path d="{bark}" fill="{PANEL_FILL}"/><g transform="translate(100 100) scale(.68)'
        f' translate(-100 -100)" stroke-linecap="round">{rings(heart, season, lit=4)}</g>'
        f"{sealed}</g>"
        f'<path d="{bark}" stroke="{season.colour}" stroke-width="6"/>'
        f'<path d="{bark}" stroke="{INK}" stroke-width="1"/></svg>\n'
    )
