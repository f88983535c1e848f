"""The tool that looks at every page sees what it is there to see."""

import pytest

from tests.browser.fit import ORDER

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<h1>A</h1><h2>B</h2><p>C</p>", []),
        ("<h1>A</h1><h3>B</h3>", ["h1, then h3: B"]),
        ("<h2>A</h2>", ["0 titles"]),
        (
            (
                "<h1>A</h1><div style='display: flex; flex-direction: column-reverse'>"
                "<p>Read first</p><p>Read second</p></div>"
            ),
            ["“Read second” stands above what is read before it"],
        ),
        (
            "<h1>A</h1><div style='display: flex'><p>Left</p><p style='margin-top: -9px'>Right</p>",
            [],
        ),
    ],
)
def test_order_is_seen(page, body, told):
    page.set_content(f"<main>{body}</main>")

    assert page.evaluate(ORDER) == told
