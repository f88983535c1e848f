"""Writing an entry in a real browser: it saves itself, survives a reload, and two windows."""

import re

import pytest
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
