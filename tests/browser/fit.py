"""Is a page for everybody? What axe finds or cannot decide, and what a screen reader meets."""

from axe_playwright_python.sync_playwright import Axe

SIZES = {"desktop": (1280, 1), "phone of 320": (320, 1), "zoomed to 200 %": (640, 2)}
# Reading order against the order on the screen: what comes later must not stand higher up in the
# same column, and no heading may skip a level.
ORDER = """() => {
  const told = [];
  let level = 1;
  for (const h of document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")) {
    if (!h.checkVisibility()) continue;
    const now = Number(h.tagName[1]);
    if (now > level + 1) told.push(`h${level}, then h${now}: ${h.textContent.trim().slice(0, 40)}`);
    level = now;
  }
  const titles = [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility()).length;
  if (titles !== 1) told.push(`${titles} titles`);
  const seen = "main :is(h1, h2, h3, p, li, dt, dd, label, button, th, td)";
  const boxes = [...document.querySelectorAll(seen)]
    .filter((e) => e.checkVisibility() && !e.closest("svg, .visually-hidden, .far"))
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.width > 2 && box.height > 2);
  for (let i = 1; i < boxes.length; i++) {
    const [[one, a], [two, b]] = [boxes[i - 1], boxes[i]];
    const beside = b.left >= a.right - 2 || a.left >= b.right - 2;
    if (!beside && b.bottom <= a.top + 1)
      told.push(`“${two.textContent.trim().slice(0, 40)}” stands above what is read before it`);
  }
  return told;
}"""


def unfit(page):
    """What is wrong with a page: faults, doubts such as contrast, sideways scrolling, order."""
    found = Axe().run(page).response
    told = [
        (kind, rule["id"], [node["html"][:120] for node in rule["nodes"]][:3])
        for kind in ("violations", "incomplete")
        for rule in found[kind]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        told.append(("scrolls sideways", page.url, []))
    return told + [("order", words, []) for words in page.evaluate(ORDER)]


def everybody(browser, site, visits, *, size):
    """Every page in this size, on a desktop in the dark too. `visits` are pairs: cookies, paths."""
    width, scale = SIZES[size]
    told = []
    for theme in ("light", "dark") if size == "desktop" else ("light",):
        for cookies, paths in visits:
            tall = {"viewport": {"width": width, "height": 6000}, "device_scale_factor": scale}
            context = browser.new_context(**tall, color_scheme=theme)
            context.add_cookies([{**cookie, "url": site} for cookie in cookies])
            page = context.new_page()
            for path in paths:
                page.goto(site + path)
                page.wait_for_load_state("networkidle")
                told += [(theme, path, *found) for found in unfit(page)]
            context.close()
    return told
