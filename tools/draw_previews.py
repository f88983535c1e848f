"""The pictures that link previews of certificates show: static/previews/<level>.png, 1200 by 630.

python -m tools.draw_previews
"""

from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.shots import FLAGS

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "static" / "previews"
LEVELS = {
    "recognition": "Mentorship",
    "concepts": "Mentoring",
    "practice": "Mentor",
    "journey": "Journey Mentor",
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: Literata; src: url("{fonts}/literata-latin-wght-normal.woff2"); }
@font-face { font-family: Commissioner; src: url("{fonts}/commissioner-latin-wght-normal.woff2"); }
body { margin: 0; width: 1200px; height: 630px; background: #f7f7f2; color: #15262b;
  font-family: Commissioner; display: grid; grid-template-columns: 470px 1fr; align-items: center; }
img { width: 380px; margin-inline-start: 70px; }
div { border-block: 1px solid #15262b; padding: 40px 0; margin-inline-end: 80px; }
b { display: block; font: 500 76px/1.15 Literata; margin-block: 6px 22px; }
p { margin: 0; font-size: 30px; line-height: 1.4; } p + p { color: #4a5a5f; font-size: 24px; }
</style><body><img src="{badge}"><div><p>Certificate</p><b>{title}</b>
<p>International Mentoring Community</p>
<p>Open the page to see what it is worth today</p></div>"""


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        for level, title in LEVELS.items():
            said = {
                "fonts": (ROOT / "static/fonts/web").as_uri(),
                "badge": (ROOT / f"credentials/pictures/{level}.svg").as_uri(),
                "title": title,
            }
            text = PAGE
            for name, value in said.items():
                text = text.replace(f"{{{name}}}", value)
            source = OUT / f"{level}.html"
            source.write_text(text, encoding="utf-8")
            page.goto(source.as_uri())
            page.wait_for_timeout(300)
            picture = OUT / f"{level}.png"
            page.screenshot(path=picture)
            source.unlink()
            Image.open(picture).convert("RGB").quantize(128).save(picture, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
