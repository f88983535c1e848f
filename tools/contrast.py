"""Contrast of every pair of tokens that carries text or edges, light and dark.

Fails when a pair falls below its goal (7 for running text, 4.5 for text, 3 for edges), or when the
values for older browsers at the end of tokens.css are stale. `--write` brings these up to date.
"""

import re
import sys
from pathlib import Path

SHEET = Path(__file__).resolve().parent.parent / "static/css/tokens.css"
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6,8}), (#[0-9a-f]{6,8})\)")
MARK = "/* For browsers from before 2024. Written by tools/contrast.py --write. */\n"
Tokens = dict[str, tuple[str, str]]

GOALS: dict[float, tuple[str, ...]] = {
    7: ("ink on paper", "ink on sheet", "ink on turn-tint"),
    4.5: (
        *("ink-2 on paper", "ink-2 on sheet", "ink-2 on sunken"),
        *("brand on paper", "brand on sheet", "brand on brand-tint", "brand-deep on brand-tint"),
        *("on-brand on brand", "on-brand on brand-deep"),
        *("turn-ink on turn-tint", "turn-ink on paper", "info on info-tint", "info on paper"),
        *("alarm on alarm-tint", "alarm on paper", "alarm on sheet"),
        *("spring on paper", "autumn on paper", "winter on paper"),
    ),
    3: (
        *("autumn on sheet", "line-strong on paper", "line-strong on sheet"),
        *("focus on paper", "focus on focus-halo"),
    ),
}


def read_tokens(css: str) -> Tokens:
    return {name: (light, dark) for name, light, dark in TOKEN.findall(css)}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def fallback(tokens: Tokens) -> str:
    """For browsers without light-dark(): light, then dark by wish of system or person."""

    def values(shade: int) -> str:
        return " ".join(f"--{name}: {pair[shade]};" for name, pair in tokens.items())

    return (
        f"{MARK}@supports not (color: light-dark(#000, #fff)) {{\n"
        f"  :root {{ {values(0)} }}\n"
        "  @media (prefers-color-scheme: dark) {\n"
        f"    :root:not([data-bs-theme]) {{ {values(1)} }}\n"
        "  }\n"
        f'  [data-bs-theme="dark"] {{ {values(1)} }}\n'
        "}\n"
    )


def report(tokens: Tokens) -> list[tuple[str, float, float, float]]:
    """Each pair, its contrast in light and in dark, and its goal."""
    rows = []
    for goal, pairs in GOALS.items():
        for pair in pairs:
            front, back = pair.split(" on ")
            light, dark = (contrast(tokens[front][i], tokens[back][i]) for i in (0, 1))
            rows.append((pair, light, dark, goal))
    return rows


def main() -> int:
    css = SHEET.read_text(encoding="utf-8")
    tokens = read_tokens(css)
    fresh = css.partition(MARK)[0] + fallback(tokens)
    if "--write" in sys.argv:
        SHEET.write_text(fresh, encoding="utf-8")
        css = fresh
    missed = 0
    for pair, light, dark, goal in report(tokens):
        fails = min(light, dark) < goal
        missed += fails
        sys.stdout.write(
            f"| {pair} | {light:.1f} | {dark:.1f} | {goal}{' FAIL' if fails else ''} |\n"
        )
    if css != fresh:
        sys.stdout.write("The values for older browsers are stale: tools/contrast.py --write\n")
        missed += 1
    return min(missed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
