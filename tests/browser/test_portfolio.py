"""Writing an entry in a real browser: it saves itself, and nothing that happens loses a word."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from applicants.flow import Stage
from portfolios import writing
from portfolios.models import Entry, EntryState
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)
    return walk.case


@pytest.fixture
def entry(case, live_server):
    return live_server.url + reverse("portfolios:entry", args=[case.pk, "M1.1", "concept"])


def test_entry_saves_itself_and_is_marked_ready(page, cast, case, entry, sign_in):
    sign_in(cast.ada)
    page.goto(entry)

    page.get_by_label("Your text").press_sequentially("I wrote a plan with three goals.")
    expect(page.locator("[data-state]")).to_have_text(re.compile("Saved at"), timeout=10_000)
    page.reload()

    expect(page.get_by_label("Your text")).to_have_value("I wrote a plan with three goals.")
    page.get_by_role("button", name="Mark as ready").click()
    expect(page).to_have_url(re.compile(r"M1\.2/concept/$"))
    assert Entry.objects.get().state == EntryState.READY


def test_two_windows_show_both_texts(page, context, cast, entry, sign_in):
    sign_in(cast.ada)
    page.goto(entry)
    other = context.new_page()
    other.goto(entry)
    other.get_by_label("Your text").fill("From the other window.")
    expect(other.locator("[data-state]")).to_have_text(re.compile("Saved at"), timeout=10_000)

    page.get_by_label("Your text").fill("From this window.")

    notice = page.locator("[data-conflict]")
    expect(notice).to_be_visible(timeout=10_000)
    expect(notice).to_contain_text("From the other window.")
    notice.get_by_role("button", name="Keep what I typed here").click()
    expect(page.locator("[data-state]")).to_have_text(re.compile("Saved at"), timeout=10_000)
    assert Entry.objects.get().text == "From this window."


# --- Nothing is lost -----------------------------------------------------------------------------


def state(page):
    return page.locator("[data-state]")


def says(page, words):
    expect(state(page)).to_contain_text(words, timeout=15_000)


def try_again(page):
    page.evaluate("dispatchEvent(new Event('focus'))")


def kept(page):
    return page.evaluate("Object.keys(localStorage)")


def test_offline_text_waits_in_the_browser_and_is_sent_later(page, context, cast, entry, sign_in):
    sign_in(cast.ada)
    page.goto(entry)
    context.set_offline(True)
    page.get_by_label("Your text").fill("Written on the ferry.")
    says(page, "You are offline")
    page.get_by_role("button", name="Mark as ready").click()
    says(page, "You are offline")
    assert page.url == entry
    page.close()
    context.set_offline(False)

    home = context.new_page()
    home.goto(re.sub(r"entries/.*", "", entry))
    home.locator("[data-kept-here]").get_by_role("link", name="M1.1 concept").click()

    expect(home.get_by_label("Your text")).to_have_value("Written on the ferry.")
    says(home, "Saved at")
    assert Entry.objects.get().text == "Written on the ferry."
    assert kept(home) == []


def test_signing_in_again_in_place_loses_nothing(page, cast, entry, sign_in):
    sign_in(cast.ada)
    page.goto(entry)
    Session.objects.all().delete()
    page.get_by_label("Your text").fill("Typed after the session had ended.")
    says(page, "You are signed out")
    link = state(page).get_by_role("link", name="Sign in again")
    assert "/accounts/login/?next=" in link.get_attribute("href")

    sign_in(cast.ada)
    try_again(page)

    says(page, "Saved at")
    assert Entry.objects.get().text == "Typed after the session had ended."


def test_another_person_sees_nothing_of_it_and_the_first_loses_nothing(page, cast, entry, sign_in):
    sign_in(cast.ada)
    page.goto(entry)
    Session.objects.all().delete()
    sign_in(cast.eve)
    page.get_by_label("Your text").fill("Only for Ada.")

    says(page, "Somebody else is signed in now")
    expect(page.get_by_label("Your text")).to_be_hidden()
    assert kept(page) == []
    sign_in(cast.ada)
    try_again(page)

    says(page, "Saved at")
    expect(page.get_by_label("Your text")).to_have_value("Only for Ada.")
    assert Entry.objects.get().text == "Only for Ada."


def test_a_receipt_that_was_lost_is_no_conflict(page, cast, entry, sign_in):
    sign_in(cast.ada)
    page.goto(entry)
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/entries/**", lose)
    page.get_by_label("Your text").fill("One.")
    says(page, "Not saved")
    page.get_by_label("Your text").fill("One. Two.")
    try_again(page)

    says(page, "Saved at")
    expect(page.locator("[data-conflict]")).to_be_hidden()
    assert (lost[0].status, Entry.objects.get().text) == (200, "One. Two.")


def test_a_button_saves_what_was_typed_a_moment_ago(page, cast, entry, sign_in):
    sign_in(cast.ada)
    page.goto(entry)
    page.get_by_label("Your text").fill("Typed and sent at once.")
    page.get_by_role("button", name="Mark as ready").click()

    expect(page).to_have_url(re.compile(r"M1\.2/concept/$"), timeout=15_000)
    row = Entry.objects.get()
    assert (row.text, row.state) == ("Typed and sent at once.", EntryState.READY)
    assert kept(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_the_portfolio_are_open_to_everybody(
    page, cast, case, live_server, sign_in, width
):
    walk = make.Walk(case, cast, case.portfolio.opened_at)
    walk.portfolio()
    sign_in(cast.ada)
    page.set_viewport_size({"width": width, "height": 900})

    for name, *parts in (("workspace",), ("submission", 1), ("send",)):
        page.goto(live_server.url + reverse(f"portfolios:{name}", args=[case.pk, *parts]))
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
