"""The small Markdown of our pages: what it knows, and that nothing else gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.markdown import inline, parse, render


def address(label: str) -> str:
    return "/begin/" if label == "Begin" else ""


def html(text: str) -> str:
    return render(parse(text), address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("One line\nand its rest.", "<p>One line and its rest.</p>"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("### Three steps", '<h2 id="three-steps">Three steps</h2>'),
        ("#### Below", '<h3 id="below">Below</h3>'),
        ("### ***", '<h2 id="section">***</h2>'),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("These are:\n- one", "<p>These are:</p>\n<ul><li>one</li></ul>"),
        ("**Bold.** Not bold", "<p><b>Bold.</b> Not bold</p>"),
        (
            "**[Begin]** now",
            '<p><a class="btn btn-outline-primary" href="/begin/">Begin</a> now</p>',
        ),
        ("**[Elsewhere]**", "<p><b>Elsewhere</b></p>"),
        (
            "See https://a.example/fees.",
            '<p>See <a href="https://a.example/fees">https://a.example/fees</a>.</p>',
        ),
        ("2021. A year in a line", "<p>2021. A year in a line</p>"),
        ("-no list", "<p>-no list</p>"),
        ("#no heading", "<p>#no heading</p>"),
    ],
)
def test_text_becomes_html(text, expected):
    assert html(text) == expected


def test_table_has_a_head_and_named_rows():
    assert html("| | A |\n|---|---|\n| For | **All** |") == (
        '<div class="scroll" tabindex="0" role="group"><table class="tbl"><thead><tr><td></td>'
        '<th scope="col">A</th></tr></thead><tbody><tr><th scope="row">For</th>'
        "<td><b>All</b></td></tr></tbody></table></div>"
    )


def test_table_of_rules_alone_is_empty():
    assert "<tr></tr></thead><tbody></tbody>" in html("|---|")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "**<b onclick=x>bold</b>**",
        "### <script>x</script>",
        "- <script>x</script>",
        "| <script> | x |\n|---|---|\n| <iframe> | y |",
        "**[<script>]**",
        'https://a.example/"><script>alert(1)</script>',
        "[click](javascript:alert(1))",
        "javascript:alert(1)",
        "&lt;script&gt;",
    ],
)
def test_hostile_text_stays_text(hostile):
    shown = html(hostile)

    for tag in ("<script", "<img", "<iframe", "<b onclick", 'href="javascript'):
        assert tag not in shown


@given(st.text())
def test_whatever_is_typed_only_known_tags_come_out(text):
    import re

    tags = set(re.findall(r"<(\w+)", html(text)))

    assert tags <= {
        "p", "h2", "h3", "ul", "ol", "li", "b", "a", "div", "table", "thead", "tbody", "tr", "th",
        "td",
    }  # fmt: skip


def test_inline_escapes_between_parts():
    assert inline("a < b **c & d** > e", address) == "a &lt; b <b>c &amp; d</b> &gt; e"


def test_long_hostile_lines_take_no_time():
    html("**" * 20_000)
    html("**[" * 20_000)
    html("|" * 20_000)
