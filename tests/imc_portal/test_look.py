"""The look: what the tags write, what the sheets say, and what templates may not hold."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from imc_portal import charts
from imc_portal.context import look as look_context
from imc_portal.templatetags import look
from tools import contrast

ROOT = Path(__file__).resolve().parents[2]
PORTAL = (ROOT / "static/css/portal.css").read_text(encoding="utf-8")
SPRITE = (ROOT / "static/svg/sprite.svg").read_text(encoding="utf-8")
ROWS = [("M1", 3.0, 2.5), ("M2", 1.0, 0.0), ("M3", 4.0, 4.0)]


def render(source: str, **values: Any) -> str:
    return Template("{% load look %}" + source).render(Context(values))


def labels(items: list[look.Item]) -> list[str]:
    return [str(item.label) for item in items]


# --- Drawings ---------------------------------------------------------------------------------
def test_icon_is_silent_unless_it_has_a_label() -> None:
    silent = render('{% icon "check" %}')
    spoken = render('{% icon "check" label %}', label="A <done> mark")

    assert 'aria-hidden="true"' in silent
    assert 'role="img" aria-label="A &lt;done&gt; mark"' in spoken


def test_ring_names_the_level_and_the_season() -> None:
    drawn = render('{% ring 3 css="autumn" %}')

    assert re.findall(r'class="(\w+)"', drawn) == ["autumn"]
    assert "#ring3" in drawn


def test_every_drawing_that_templates_name_is_in_the_sprite() -> None:
    named = set()
    for path in (ROOT / "templates").rglob("*.html"):
        named |= set(
            re.findall(r'{% (?:icon|drawing) "([\w-]+)"', path.read_text(encoding="utf-8"))
        )

    assert named - set(re.findall(r'<symbol id="([\w-]+)"', SPRITE)) == set()


def test_rings_chart_draws_two_wedges_and_a_number_for_each_row() -> None:
    drawn = charts.rings_chart(ROWS)

    counts = [drawn.count(f'class="c-{part}"') for part in ("concept", "practice", "digit")]
    assert counts == [3, 3, 3]
    assert "c-earlier" not in drawn


def test_rings_chart_outlines_the_earlier_time() -> None:
    drawn = render("{% rings_chart rows earlier %}", rows=ROWS, earlier=ROWS)

    assert drawn.count('class="c-earlier"') == 2 * len(ROWS)


def test_rings_chart_of_nothing_is_an_empty_disc() -> None:
    assert "c-concept" not in charts.rings_chart([])


def test_rings_chart_writes_numbers_beyond_nine_in_two_digits() -> None:
    drawn = charts.rings_chart([(f"C{n}", 2.0, 2.0) for n in range(11)])

    assert drawn.count('class="c-digit"') == 9 + 2 + 2


def test_radar_draws_one_line_for_each_series() -> None:
    drawn = render("{% radar series %}", series=[("self", [1, 2, 3]), ("final", [4, 4, 4])])

    assert [drawn.count(f'class="c-{name}"') for name in ("self", "first", "final")] == [1, 0, 1]


def test_charts_carry_no_inline_style() -> None:
    assert "style" not in charts.rings_chart(ROWS, ROWS) + charts.radar([("self", [1, 2, 3])])


def test_every_class_of_the_charts_is_in_the_sheet() -> None:
    drawn = charts.rings_chart(ROWS, ROWS) + charts.radar([("self", [1, 2, 3])])

    used = {name for names in re.findall(r'class="([^"]+)"', drawn) for name in names.split()}
    assert {name for name in used if f".{name}" not in PORTAL} == set()


# --- Words ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("text", "count"), [("", 0), (None, 0), ("one", 1), (" two\n words ", 2)])
def test_words_counts_what_stands_between_spaces(text: str | None, count: int) -> None:
    assert look.words(text) == count


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2031, 5, 19), "in 7 days"),
        (date(2031, 5, 13), "in 1 day"),
        (date(2031, 5, 12), "today"),
        (date(2031, 5, 11), "1 day late"),
        (date(2031, 5, 2), "10 days late"),
        (None, ""),
    ],
)
def test_days_left_says_the_distance(due: date | None, said: str) -> None:
    assert look.days_left(due, date(2031, 5, 12)) == said


def test_days_left_counts_days_where_the_reader_lives() -> None:
    due = datetime(2031, 6, 2, 3, 59, tzinfo=UTC)  # 1 June, 23:59, in Toronto

    with look.timezone.override("America/Toronto"):
        assert look.days_left(due, date(2031, 6, 1)) == "today"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Toronto", "Toronto time"),
        ("America/St_Johns", "St. John’s time"),
        ("America/Sao_Paulo", "São Paulo time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
    ],
)
def test_zone_name_is_the_place(zone: str, said: str) -> None:
    assert look.zone_name(zone) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Asia/Jakarta", "UTC+7"), ("America/St_Johns", "UTC−3:30"), ("UTC", "UTC")],
)
def test_zone_offset_is_the_distance_on_that_day(zone: str, said: str) -> None:
    assert look.zone_offset(datetime(2031, 1, 12, tzinfo=UTC), zone) == said


def test_in_our_words_relabels_and_drops_placeholders() -> None:
    class Enter(forms.Form):
        login = forms.CharField(label="Email", widget=forms.TextInput({"placeholder": "Email"}))
        other = forms.CharField(label="Other")

    form = Enter({"login": ""})
    form.is_valid()
    shown = look.in_our_words(form)

    assert [str(field.label) for field in shown] == ["E-mail address", "Other"]
    assert "placeholder" not in str(shown["login"])


# --- Navigation -------------------------------------------------------------------------------
LISTS = (look.VISITOR, look.APPLICANT, look.STAFF, look.FOOT, look.ACCOUNT)


@pytest.mark.parametrize(
    "link", {link for links in LISTS for link in links} | {look.ADMINISTRATION}
)
def test_every_page_of_the_navigation_exists(link: look.Link) -> None:
    assert reverse(link.name, args=link.args).startswith("/")


def person(*roles: Role, is_staff: bool = False) -> SimpleNamespace:
    return SimpleNamespace(is_authenticated=True, roles=frozenset(roles), is_staff=is_staff)


def nav_labels(user: Any) -> list[str]:
    return [str(link.label) for link in look._links(user)]


def test_navigation_of_a_stranger_ends_with_the_way_in() -> None:
    assert nav_labels(None) == [
        *("Certificates", "How it works", "Check a certificate", "Find a mentor", "Sign in")
    ]


def test_navigation_of_an_applicant_holds_their_own_things() -> None:
    assert nav_labels(person()) == [
        *("Home", "My certificates", "Meetings", "Programmes", "Profile")
    ]


def test_navigation_of_an_auditor_has_no_administration() -> None:
    assert nav_labels(person(Role.AUDITOR)) == [
        *("Home", "Worklist", "My day", "Calendar", "Catalogue", "Profile")
    ]


def test_navigation_of_an_administrator_adds_people_and_enquiries() -> None:
    assert nav_labels(person(Role.ADMINISTRATOR, is_staff=True)) == [
        *("Home", "Worklist", "Calendar", "Catalogue", "People", "Enquiries", "Profile"),
        "Administration",
    ]


def test_the_closest_entry_is_current_and_the_page_itself_is_told_apart() -> None:
    above, itself = (
        look._items(look.ACCOUNT, Context({"request": RequestFactory().get(path)}))
        for path in (f"{reverse('mfa_index')}totp/activate/", reverse("mfa_index"))
    )

    assert [str(item.current) for item in above if item.current] == ["true"]
    assert labels([item for item in itself if item.current == "page"]) == ["Second factor"]


def test_a_page_may_name_its_entry() -> None:
    items = look._items(look.ACCOUNT, Context({"nav": "account_email"}))

    assert labels([item for item in items if item.current]) == ["E-mail address"]


def test_an_entry_without_a_page_is_left_out() -> None:
    assert look._items([look.Link("Nowhere", "no:where")], Context()) == []


# --- Light and dark ---------------------------------------------------------------------------
@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><x', "")])
def test_theme_is_one_of_two_or_the_devices(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie

    assert look_context(request) == {"theme": theme}


def test_every_pair_of_tokens_reaches_its_goal() -> None:
    rows = contrast.report(contrast.read_tokens(contrast.SHEET.read_text(encoding="utf-8")))

    assert [pair for pair, light, dark, goal in rows if min(light, dark) < goal] == []


def test_values_for_older_browsers_match_the_tokens() -> None:
    css = contrast.SHEET.read_text(encoding="utf-8")

    assert css.partition(contrast.MARK)[2] == contrast.fallback(
        contrast.read_tokens(css)
    ).removeprefix(contrast.MARK)


def test_every_file_that_a_sheet_names_is_shipped() -> None:
    named = {
        (sheet.parent / name).resolve()
        for sheet in (ROOT / "static/css").glob("*.css")
        for name in re.findall(r"url\(([^)\"':]+)\)", sheet.read_text(encoding="utf-8"))
    }

    assert [path for path in named if not path.is_file()] == []


# --- Templates --------------------------------------------------------------------------------
def test_no_template_but_the_letter_carries_style_or_script_of_its_own() -> None:
    data = r"application/(?:ld\+)?json"
    inline = re.compile(rf"<style|\sstyle=|\son\w+=\"|<script(?![^>]*(?:src=|{data}))")

    guilty = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*.html")
        if inline.search(path.read_text(encoding="utf-8")) and "certificates" not in path.parts
    }
    assert guilty == {"emails/letter.html"}


def test_the_page_for_our_own_failure_needs_nothing() -> None:
    assert "Something went wrong on our side" in render_to_string("500.html")


@pytest.mark.parametrize("page", ["403", "403_csrf", "404", "429"])
def test_error_pages_speak_without_a_request(page: str) -> None:
    assert "<h1>" in render_to_string(f"{page}.html")


BLOCKS = [
    {"kind": "p", "text": "Hello Wulandari,"},
    {
        "kind": "button",
        "text": "Choose a time",
        "url": "https://imc.example/m/?a=1&b=2",
        "before": "",
    },
    {"kind": "list", "items": ["One & two", "Three"]},
    {"kind": "p", "text": "Warm wishes,\nNoor <x>"},
]


def test_the_letter_says_the_same_in_text_and_in_html() -> None:
    context = {"subject": "Choose a time", "issuer": "IMC", "blocks": BLOCKS, "whose_turn": "Yours"}

    with translation.override("en"):
        text = render_to_string("emails/letter.txt", context)
        html = render_to_string("emails/letter.html", context)

    for words in ("Hello Wulandari,", "Choose a time", "Three", "Whose turn", "A person answers"):
        assert (words in text, words in html) == (True, True)
    assert "https://imc.example/m/?a=1&b=2" in text
    assert ("One & two" in text, "One &amp; two" in html) == (True, True)
    assert ("Noor <x>" in text, "Noor &lt;x&gt;" in html) == (True, True)


def test_rings_offer_five_levels_and_choose_none() -> None:
    levels = [SimpleNamespace(value=n, label=f"L{n}", anchor=f"Words {n}.") for n in range(5)]
    context = {"name": "M1.1-c", "legend": "Concept", "levels": levels}

    empty = render_to_string("parts/rings.html", {**context, "value": None})
    rated = render_to_string("parts/rings.html", {**context, "value": 0})

    assert (empty.count('type="radio"'), empty.count(" checked")) == (5, 0)
    assert (rated.count(" checked"), "<b>L0.</b> Words 0." in rated) == (1, True)


@pytest.mark.parametrize(
    ("most", "scale"), [(0, 4), (4, 4), (4.1, 8), (9, 20), (20, 20), (60, 80), (170, 200)]
)
def test_bars_have_a_scale_of_round_numbers(most, scale):
    assert charts._round_up(most) == scale


def test_bars_stand_upon_each_other_and_carry_their_number():
    drawn = charts.bars_chart([(11, (2, 1, 1)), (12, (0, 0, 0))])

    tops = re.findall(r'<rect class="(\S+)" x="41.0" y="(\S+)" width="22" height="(\S+)"', drawn)
    assert tops == [
        ("c-concept", "87.0", "75.0"),
        ("c-practice", "49.5", "37.5"),
        ("c-third", "12.0", "37.5"),
    ]
    assert drawn.startswith('<svg viewBox="0 0 112 186" aria-hidden="true">')
