"""What a certificate costs, as ratios measured in one run: python bench/certificate_pdf.py.

CPU time, medians, the sides taking turns; ours is that of the portal and of the locked process
that draws, together, and the memory is that process's. "Naive" is the usual way with WeasyPrint: a
new font configuration and a style sheet with its fonts per call, a page laid out with flex boxes.
"reportlab" draws the same words, picture and square code by hand. Exits with 1 over budget.
"""

import argparse
import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
import segno
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
if not settings.configured:
    settings.configure(
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates"],
            }
        ],
        USE_TZ=True,
    )
    django.setup()

from django.template.loader import render_to_string  # noqa: E402
from reportlab.graphics.barcode.qr import QrCodeWidget  # noqa: E402
from reportlab.graphics.shapes import Drawing  # noqa: E402
from reportlab.lib.units import mm  # noqa: E402
from reportlab.lib.utils import simpleSplit  # noqa: E402
from reportlab.pdfbase import pdfmetrics  # noqa: E402
from reportlab.pdfbase.ttfonts import TTFont  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402
from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

from certificates import pdf, press  # noqa: E402
from certificates.drawing import LARGEST_RING, QUIET_RING  # noqa: E402
from certificates.snapshot import Snapshot  # noqa: E402

NAIVE_BUDGET, REPORTLAB_BUDGET, GROWTH_BUDGET_MIB = 0.20, 2.0, 5.0
GROWTH_RENDERS = 2000
STATIC = ROOT / "static"
FACES = {
    "Literata": "Literata_500Medium.ttf",
    "Commissioner": "Commissioner_400Regular.ttf",
    "CommissionerSemi": "Commissioner_600SemiBold.ttf",
}
SAMPLE: Snapshot = {
    "language": "en",
    "holder": "Björn Þórsson",
    "title": "Certificate of Practice - Mentor",
    "also": "Certificate of Competence (Mentor)",
    "level": "practice",
    "scope": "has shown, on recorded evidence, every statement of the Mentor profile.",
    "scope_detail": "72 concepts and 72 practices, Mentor profile, edition 2026",
    "number": "IMC-2029-000417",
    "awarded_on": "2029-06-09",
    "valid_until": "2031-06-09",
    "issuer": "International Mentoring Community",
    "administrator": "WELLth Movement",
    "signatories": [
        ["A. Founder", "Director of Certification"],
        ["B. Founder", "Director of Education and Outreach"],
    ],
    "check_url": "https://portal.example/check/7QK4-M2XP",
    "sample": False,
}
NAIVE_CSS = """
body { margin: 0; display: flex; height: 210mm; background: none; }
.panel { flex: 0 0 98mm; } .panel img { width: 98mm; height: 210mm; object-fit: cover; }
main { flex: 1; display: flex; flex-direction: column; justify-content: space-between;
       padding: 18mm 14mm; }
main .f { position: static; width: auto; margin: 0; }
.row { display: flex; gap: 8mm; } .row > div { flex: 1; }
"""


def snapshot(turn: int) -> Snapshot:
    """A different certificate each time: no cache may help."""
    changed = SAMPLE.copy()
    changed["holder"] = f"{SAMPLE['holder']} {chr(65 + turn % 26)}{chr(97 + turn % 23)}"
    changed["number"] = f"IMC-2029-{turn:06}"
    changed["check_url"] = f"https://portal.example/check/7QK4-{turn:04}"
    return changed


def ours(turn: int) -> float:
    """Draws one; returns what the other process spent on it."""
    return press.press(pdf.work_of(snapshot(turn), "a4")).seconds


def naive(turn: int) -> None:
    values = pdf.context(snapshot(turn), "a4")
    html = render_to_string("certificates/pdf/certificate.html", values)
    head, body = html.split('<p class="f issuer">')
    fields, legal = body.split('<p class="f legal">')
    facts = fields.split('<p class="f k d1">')
    code = segno.make(values["check_url"], error="m").svg_data_uri(scale=4)
    html = (
        f'{head}<div class="panel"><img src="ground-practice-a4.svg" alt="Rings"></div><main>'
        f'<p class="f issuer">{facts[0]}<div class="row"><p class="f k d1">{facts[1]}</div>'
        f'<p class="f legal">{legal.replace("picture:code", code)}'
    )
    fonts = FontConfiguration()
    css = (STATIC / "certificate" / "certificate.css").read_text() + NAIVE_CSS
    base_url = f"{STATIC}/certificate/"
    sheet = CSS(
        string=css.replace("url(picture:ground)", "none"), base_url=base_url, font_config=fonts
    )
    page = HTML(string=html, base_url=base_url)
    page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant=pdf.VARIANT)


def with_reportlab(turn: int) -> None:
    values = pdf.context(snapshot(turn), "a4")
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(297 * mm, 210 * mm), pageCompression=1)
    canvas.setTitle(values["title"])
    draw_rings(canvas)
    write = lambda face, size, x, y, text: (  # noqa: E731
        canvas.setFont(face, size),
        canvas.drawString(x * mm, (210 - y) * mm, text),
    )
    write("Literata", 13, 125.5, 26, values["issuer"])
    write("Literata", 29, 112, 47, values["title"])
    write("Commissioner", 9.5, 112, 54, f"{values['words']['also']} {values['also']}")
    write("Commissioner", 9.5, 112, 69, values["words"]["certifies"])
    write("Literata", 30, 112, 82, values["holder"])
    write("Commissioner", 11, 112, 104, values["scope"])
    write("Literata", 12, 112, 110, values["scope_detail"])
    for x, (label, value) in zip((112, 166, 220), values["facts"], strict=True):
        write("Commissioner", 8.5, x, 126, label)
        write("Literata", 12, x, 131, value)
    for x, (name, role) in zip((112, 166), values["signatories"], strict=True):
        canvas.line(x * mm, 57 * mm, (x + 48) * mm, 57 * mm)
        write("Literata", 10.5, x, 158, name)
        write("Commissioner", 8.5, x, 162, role)
    legal = f"{values['issuer']} {values['administrator']} {values['words']['legal']}"
    for i, line in enumerate(simpleSplit(legal, "Commissioner", 7.6, 124 * mm)):
        write("Commissioner", 7.6, 112, 178 + 4 * i, line)
    write("CommissionerSemi", 7.6, 236, 186, values["check_url"])
    square = Drawing(30 * mm, 30 * mm)
    square.add(QrCodeWidget(values["check_url"], barWidth=30 * mm, barHeight=30 * mm))
    square.drawOn(canvas, 248 * mm, 32 * mm)
    canvas.save()


def draw_rings(canvas: Canvas) -> None:
    """As many curves as the ground has, placed from a recorded form as ours are."""
    if not canvas.hasForm("ground"):
        canvas.beginForm("ground")
        canvas.setStrokeColor(QUIET_RING)
        for i in range(40):
            canvas.circle(22 * mm, 92 * mm, (LARGEST_RING - 3.6 * i) * mm)
        canvas.rect(9 * mm, 9 * mm, 279 * mm, 192 * mm)
        canvas.endForm()
    canvas.doForm("ground")


def cpu_ms(draw: Callable[[int], float | None], turn: int) -> float:
    start = time.process_time()
    elsewhere = draw(turn) or 0.0
    return 1000 * (time.process_time() - start + elsewhere)


def medians(rounds: int) -> list[float]:
    sides = (ours, naive, with_reportlab)
    for draw in sides:
        draw(0)
    rows = [[cpu_ms(draw, turn) for draw in sides] for turn in range(1, rounds + 1)]
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def resident_mib() -> float:
    (running,) = press.RUNNING.values()
    pages = int(Path(f"/proc/{running.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def growth_mib(renders: int) -> float:
    """Growth per 2,000 renders. The first 200 fill caches that stay as they are."""
    for turn in range(200):
        ours(turn)
    start = resident_mib()
    for turn in range(renders):
        ours(turn)
    return (resident_mib() - start) * GROWTH_RENDERS / renders


def verdict(name: str, value: float, budget: float, slack: float) -> bool:
    kept = value <= budget * slack
    print(f"{name:<28} {value:7.2f}   budget {budget:.2f}   {'ok' if kept else 'OVER BUDGET'}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no memory")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--renders", type=int, default=GROWTH_RENDERS, help="for memory; 0: none")
    parser.add_argument("--slack", type=float, default=1.0, help="allow budget times this")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.renders = 10, 0
    for name, path in FACES.items():
        pdfmetrics.registerFont(TTFont(name, STATIC / "fonts" / "pdf" / path))
    press.LIMITS = press.Limits(works=1_000_000)  # one process for all of it
    pdf.warm()
    mine, plain, drawn = medians(options.rounds)
    print(f"CPU medians: ours {mine:.1f} ms, naive {plain:.1f} ms, reportlab {drawn:.1f} ms")
    kept = [
        verdict("ours / naive", mine / plain, NAIVE_BUDGET, options.slack),
        verdict("ours / reportlab", mine / drawn, REPORTLAB_BUDGET, options.slack),
    ]
    if options.renders:
        growth = growth_mib(options.renders)
        kept.append(verdict("MiB per 2,000 renders", growth, GROWTH_BUDGET_MIB, options.slack))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
