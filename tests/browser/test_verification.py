"""The verifier's desk in a real browser: a meeting on a bad line loses nothing."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from applicants.flow import Stage
from tests import make
from tests.browser.lateness import LateScript
from verification.models import Outcome, Verification

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile("Saved at")


@pytest.fixture
def desk(cast, page, sign_in, live_server):
    make.small_catalogue("M1.1", "M1.2", "M2.1")
    walk = make.walk(cast, to=Stage.VERIFICATION)
    walk.assign(Role.VERIFIER, cast.vera)
    sign_in(cast.vera)
    return live_server.url + reverse("verification:desk", args=[walk.case.pk])


def write(page, code, choice, note):
    form = page.locator(f'form[id="{code}"]')
    form.locator(f"input[value='{choice}']").check()
    form.locator("textarea").fill(note)
    return form.locator("[data-state]")


def test_a_lost_line_and_a_closed_page_lose_nothing(page, context, desk):
    page.goto(desk)
    context.set_offline(True)

    states = [
        write(page, "M1.1", "confirmed", "She told it well."),
        write(page, "M1.2", "not_explored", "No time."),
    ]
    for state in states:
        expect(state).to_contain_text("kept in this browser", timeout=10_000)
    expect(page.locator("[data-unsent]")).to_have_text(re.compile("^2 not sent"))
    assert Outcome.objects.count() == 0
    page.close()
    context.set_offline(False)
    later = context.new_page()
    later.goto(desk)

    for code in ("M1.1", "M1.2"):
        # What reached us before the page was drawn says the day beside the hour.
        state = later.locator(f'form[id="{code}"] [data-state]')
        expect(state).to_have_text(re.compile("^Saved "), timeout=15_000)
    rows = Outcome.objects.values_list("statement__code", "found", "note")
    assert list(rows) == [
        ("M1.1", "confirmed", "She told it well."),
        ("M1.2", "not_explored", "No time."),
    ]


def test_what_is_written_before_the_script_arrives_is_saved(page, desk):
    late = LateScript(page, "autosave.js")
    late.goto(desk)
    state = write(page, "M1.1", "confirmed", "She told it well.")
    late.arrives()

    expect(state).to_contain_text(SAVED)
    assert list(Outcome.objects.values_list("statement__code", "found", "note")) == [
        ("M1.1", "confirmed", "She told it well.")
    ]


def test_two_windows_show_both_and_the_verifier_chooses(page, context, desk):
    page.goto(desk)
    other = context.new_page()
    other.goto(desk)
    expect(write(other, "M1.1", "confirmed", "First window.")).to_have_text(SAVED, timeout=10_000)

    write(page, "M1.1", "not_confirmed", "Second window.")

    notice = page.locator('form[id="M1.1"] [data-conflict]')
    expect(notice).to_contain_text("Confirmed. First window.", timeout=10_000)
    notice.get_by_role("button", name="Keep what I chose here").click()
    expect(page.locator('form[id="M1.1"] [data-state]')).to_have_text(SAVED, timeout=10_000)
    assert Outcome.objects.get().note == "Second window."


def test_the_frame_saves_itself_and_says_what_it_will_not_keep(page, desk):
    page.goto(f"{desk}record/")
    page.get_by_label("How did you check who you met?").fill("Passport 7712345")
    state = page.locator("[data-state]")
    expect(state).to_contain_text("Leave numbers of papers out.", timeout=10_000)

    page.get_by_label("How did you check who you met?").fill("Held to the camera")
    page.get_by_label("Which paper did you see?").select_option("passport")

    expect(state).to_have_text(SAVED, timeout=10_000)
    record = Verification.objects.get()
    assert record.identity_checked == "Held to the camera"
