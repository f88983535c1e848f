"""Writes the badges of the certificates into credentials/pictures: python -m tools.draw_badges.

Run it after a change in certificates/drawing.py and commit the pictures with it. The PNG are taken
by Chromium, because wallets ask for them and nothing in the portal draws PNG.
"""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from certificates.drawing import SEALS, SEASONS, badge

FOLDER = Path(__file__).resolve().parent.parent / "credentials" / "pictures"
PAGES = FOLDER.parent.parent / "static" / "awards"  # pages show the seals of programmes
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 600, "height": 600})
        for level in SEASONS:
            drawing = badge(level)
            (FOLDER / f"{level}.svg").write_text(drawing, encoding="utf-8")
            if level in SEALS:
                (PAGES / f"{level}.svg").write_text(drawing, encoding="utf-8")
            page.set_content(f"<style>body{{margin:0}}</style>{drawing}")
            taken = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
            few = taken.quantize(64, method=Image.Quantize.FASTOCTREE)
            few.save(FOLDER / f"{level}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
