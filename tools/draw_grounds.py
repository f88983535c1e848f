"""Writes the grounds of the certificates into static/certificate: python -m tools.draw_grounds.

Run it after a change in certificates/drawing.py and commit the pictures with it.
"""

from pathlib import Path

from certificates.drawing import SEASONS, SHEETS, ground

FOLDER = Path(__file__).resolve().parent.parent / "static" / "certificate"


def main() -> None:
    for level in SEASONS:
        for paper in SHEETS:
            path = FOLDER / f"ground-{level}-{paper}.svg"
            path.write_text(ground(level, paper), encoding="utf-8")


if __name__ == "__main__":
    main()
