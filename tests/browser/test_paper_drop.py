"""A PDF is recognised in a real browser by what the browser works out of it; it never leaves it."""

import base64
import re
from hashlib import sha256

import pytest
from playwright.sync_api import expect

from certificates import printing
from certificates.printing import draw_due
from tests.register.conftest import certificate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONTENT = b"%PDF-1.7 a paper that only its holder has " * 2000
SAME = "Your file is, to the byte, a paper that we issued for this certificate."
DROP = """
([place, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "certificate.pdf", { type: "application/pdf" }));
  for (const kind of ["dragover", "drop"])
    document.querySelector(place).dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
}
"""


@pytest.fixture
def issued(cast, at, monkeypatch):
    monkeypatch.setattr(printing, "ATTACHMENTS", [])
    monkeypatch.setattr(printing, "render", lambda *_a, **_k: CONTENT)
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    found = certificate(cast.ada, at=at)
    draw_due(at, limit=1)  # the second paper would have the same digest here
    return found


@pytest.fixture
def sent(page):
    """Every request of the page from here on."""
    asked = []

    def note(request):  # Playwright marks what it calls, which a built-in does not bear
        asked.append(request)

    page.on("request", note)
    return asked


def drop(page, content):
    page.evaluate(DROP, [".drop", base64.b64encode(content).decode()])


def nothing_left(sent, content):
    """No request has a body, and no address is long enough to hold a file."""
    pieces = {content[:40], base64.b64encode(content)[:40]}
    for request in sent:
        assert request.method == "GET"
        assert request.post_data_buffer is None
        assert len(request.url) < 300
        assert not any(piece.decode("latin-1") in request.url for piece in pieces)
    assert all(request.url.startswith("http://localhost") for request in sent)


@pytest.mark.parametrize("way", ["dropped", "chosen"])
def test_own_paper_is_recognised_and_stays_where_it_is(page, live_server, issued, sent, way):
    page.goto(f"{live_server.url}/check/")
    expect(page.locator("[data-paper]")).to_be_visible()

    if way == "dropped":
        drop(page, CONTENT)
    else:
        file = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": CONTENT}
        page.locator("#id_paper").set_input_files(file)

    expect(page.get_by_text(SAME)).to_be_visible(timeout=10_000)
    digest = sha256(CONTENT).hexdigest()
    assert page.url.endswith(f"/c/{issued.public_id}/?paper={digest}")
    asked = [request.url for request in sent if "paper=" in request.url]
    assert f"{live_server.url}/check/?paper={digest}" in asked
    nothing_left(sent, CONTENT)
    assert page.context.cookies() == []


def test_a_paper_with_one_other_byte_is_not_ours(page, live_server, issued, sent):
    page.goto(f"{live_server.url}/c/{issued.public_id}/")
    other = CONTENT[:-1] + b"X"

    drop(page, other)

    expect(page.get_by_text(re.compile("not, to the byte, one that we issued"))).to_be_visible(
        timeout=10_000
    )
    nothing_left(sent, other)


def test_the_place_shows_that_a_file_is_over_it(page, live_server, issued):
    page.goto(f"{live_server.url}/check/")

    page.evaluate(
        "document.querySelector('.drop').dispatchEvent(new DragEvent('dragover', {bubbles: true}))"
    )

    expect(page.locator(".drop")).to_have_class(re.compile("is-over"))
