"""Pictures of every role's main page, wide and narrow, from a running demo.

    python -m tools.shots [http://localhost:8000]

They go to docs/shots/. Signing in happens on the demo's own page, so a demo it must be.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

OUT = Path(__file__).resolve().parent.parent / "docs" / "shots"
WIDTHS = {1280: 900, 390: 844}  # and the heights of the windows
TALLEST = 2600  # pixels; what lies below is left out
COLOURS = 128
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]  # as in a container


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as somebody sees it. `find` is an address on the `start` page to go on to; what its
    group matched fills in `then`."""

    name: str
    who: str = ""
    start: str = "/"
    find: str = ""
    then: str = ""


SHOTS = (
    Shot("home"),
    Shot("certificates", start="/about/certificates/"),
    Shot("demo", start="/demo/"),
    Shot("applicant-home", "José María", "/"),
    Shot("self-assessment", "Wulandari", "/", r"/self-assessment/\d+/"),
    Shot("self-assessment-result", "Layla", "/", r"/self-assessment/\d+/result/"),
    Shot("portfolio", "Nguyễn", "/", r"/portfolio/\d+/"),
    Shot("entry", "José María", "/", r"/portfolio/\d+/entries/M6\.6/practice/"),
    Shot("booking", "Søren", "/", r"/meetings/(\d+)/", "/meetings/{}/"),
    Shot("worklist", "Ingrid", "/worklist/"),
    Shot("administrator", "Noor", "/worklist/?show=open"),
    Shot("audit-desk", "Ingrid", "/worklist/", r"/cases/(\d+)/file/", "/portfolio/{}/desk/"),
    Shot("verification-desk", "Olú", "/worklist/", r"/cases/(\d+)/file/", "/verification/{}/"),
    Shot("wallet", "Björn", "/certificates/"),
    Shot("certificate", "Björn", "/certificates/", r"/certificates/IMC-[\w-]+/"),
    Shot("renewal-file", "Ikaika", "/certificates/", r"/renewals/IMC-[\w-]+/"),
    Shot("directory", start="/directory/"),
    Shot("api", start="/api/"),
    Shot("award", start="/programmes/awarded/", find=r"/a/[\w-]+/"),
    Shot("programme", "Caoimhe", "/programmes/", r"/programmes/\d+/"),
)


class Camera:
    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site

    def context(self, who: str, width: int) -> BrowserContext:
        """A new window of that width, with this person signed in."""
        size = {"width": width, "height": WIDTHS[width]}
        context = self.browser.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        if who:
            page = context.new_page()
            page.goto(f"{self.site}/demo/")
            row = page.locator("tr", has=page.locator("th bdi", has_text=who)).first
            row.get_by_role("button").click()
            page.close()
        return context

    def take(self, shot: Shot) -> None:
        for width in WIDTHS:
            context = self.context(shot.who, width)
            page = context.new_page()
            page.goto(f"{self.site}{self.address(page, shot)}")
            save(page, f"{shot.name}-{width}")
            context.close()

    def address(self, page: Page, shot: Shot) -> str:
        if not shot.find:
            return shot.start
        page.goto(f"{self.site}{shot.start}")
        found = re.search(f'href="(?:https?://[^/"]+)?({shot.find})"', page.content())
        if found is None:
            raise SystemExit(f"{shot.name}: nothing like {shot.find} on {shot.start}")
        return shot.then.format(found[2]) if shot.then else found[1]

    def look(self, shot: Shot) -> str:
        """The address of something that one gets to by a page more."""
        context = self.context(shot.who, 1280)
        address = self.address(context.new_page(), shot)
        context.close()
        return address

    def paper(self) -> None:
        """The certificate as it is printed, through the holder's own download."""
        context = self.context("Björn", 1280)
        page = context.new_page()
        link = self.address(
            page, Shot("paper", "Björn", "/certificates/", r"/certificates/IMC-[\w-]+/")
        )
        answer = context.request.get(f"{self.site}{link}a4.pdf")
        with tempfile.TemporaryDirectory() as folder:
            pdf = Path(folder) / "certificate.pdf"
            pdf.write_bytes(answer.body())
            picture = str(pdf.with_suffix(""))
            command = ["pdftoppm", "-png", "-r", "100", "-singlefile", str(pdf), picture]
            subprocess.run(command, check=True)
            store(pdf.with_suffix(".png").read_bytes(), "certificate-paper")
        context.close()


def save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    height = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
    size = page.viewport_size or {"width": 1280, "height": 900}
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    store(page.screenshot(), name)
    print(name)


def store(picture: bytes, name: str) -> None:
    """A drawing of few colours needs no more: a quarter of the size, and nobody sees it."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    few = image.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(OUT / f"{name}.png", optimize=True)


def main() -> None:
    site = (sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000").rstrip("/")
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        camera = Camera(browser, site)
        for shot in SHOTS:
            camera.take(shot)
        case = camera.look(Shot("case", "Hēmi", "/", r"/cases/(\d+)/", "{}"))
        camera.take(Shot("decision", "Hēmi", f"/cases/{case}/decision/"))
        camera.take(Shot("case-file", "Desmond", f"/cases/{case}/file/"))
        entry = camera.look(Shot("entry", start="/directory/", find=r"/directory/[\w-]{12,}/"))
        camera.take(Shot("check-valid", start=entry, find=r"/c/[\w-]+/"))
        camera.paper()
        browser.close()
    total = sum(file.stat().st_size for file in OUT.glob("*.png"))
    print(f"{len(list(OUT.glob('*.png')))} pictures, {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
