"""The interview in a real browser: the clock, the plan from gaps, and nothing lost on the way."""

import re
from datetime import timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from applicants.assigning import declare
from applicants.flow import Stage
from applicants.models import Application
from meetings.models import Meeting
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = 60_000


def add(page, code):
    page.get_by_role("button", name=re.compile(rf"Add to the plan\s*: {code}")).press("Enter")


@pytest.fixture
def walk(cast):
    """Ina and Ada meet; every rating is a 1."""
    make.small_catalogue("M3.1", "M3.2", "M5.5")
    walk = make.walk(cast, to=Stage.SELF_ASSESSMENT)
    walk.rate(1)
    make.rating.send(walk.case.self_assessment, by=cast.ada, at=walk.tomorrow())
    walk.case.refresh_from_db()
    walk.book()
    declare(walk.case, clear=True, note="", by=cast.ina, at=walk.at)
    with time_machine.travel(walk.at, tick=True):
        yield walk


@pytest.fixture
def interview(walk, live_server, page, sign_in):
    """The page of the interview, its clock in the browser five minutes before the meeting."""
    sign_in(walk.cast.ina)
    starts = Meeting.objects.get().starts_at
    page.clock.install(time=starts - timedelta(minutes=5))
    page.goto(live_server.url + reverse("applicants:interview", args=[walk.interview.pk]))
    return page


def text_of(page, name):
    return page.locator(f"[data-clock-{name}]")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).press("Enter")


def test_the_clock_starts_by_hand_pauses_and_is_there_after_a_reload(interview):
    page = interview
    expect(text_of(page, "whole")).to_have_text("0 of 15 min")
    expect(text_of(page, "share")).to_have_text("2 min for it")

    press(page, "Start")
    page.clock.run_for(MINUTE + 1000)
    expect(text_of(page, "share")).to_have_text("1 of 2 min")
    press(page, "Next question")
    expect(text_of(page, "place")).to_have_text("Question 2 of 6")
    expect(text_of(page, "said")).to_have_text("Question 2 of 6. 4 min for it")
    expect(page.locator('[aria-current="step"]')).to_contain_text("Which ratings")
    page.clock.run_for(5 * MINUTE)
    expect(text_of(page, "share")).to_have_text("5 of 4 min, 1 over")
    press(page, "Pause")
    page.clock.run_for(3 * MINUTE)
    expect(text_of(page, "whole")).to_have_text("6 of 15 min")
    page.reload()

    expect(text_of(page, "whole")).to_have_text("6 of 15 min")
    expect(text_of(page, "place")).to_have_text("Question 2 of 6")
    press(page, "Go on")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_focused()
    page.clock.run_for(2 * MINUTE)
    expect(text_of(page, "whole")).to_have_text("8 of 15 min")


def test_the_clock_starts_with_the_meeting_at_the_question_of_that_minute(interview):
    page = interview
    page.clock.run_for(5 * MINUTE + 2000)
    expect(text_of(page, "whole")).to_have_text("0 of 15 min")
    expect(text_of(page, "place")).to_have_text("Question 1 of 6")
    page.evaluate("localStorage.clear()")
    page.clock.run_for(7 * MINUTE)
    page.reload()

    expect(text_of(page, "whole")).to_have_text("7 of 15 min")
    expect(text_of(page, "place")).to_have_text("Question 3 of 6")


def test_a_gap_becomes_a_step_by_keyboard_and_a_reload_loses_nothing(interview, walk):
    page = interview
    page.locator('input[value="proceed"]').press("Space")
    page.get_by_label("Summary").fill("Begin with listening.")

    add(page, "M3.1")

    step = page.get_by_label("Step 1", exact=True)
    expect(step).to_be_focused()
    expect(step).to_have_value(re.compile("^Listen more than you speak"))
    expect(page.locator("[data-plan-said]")).to_have_text("Added to the plan as step 1.")
    expect(page.locator("[data-gap]").first).to_contain_text("In the plan")
    for _row in range(3):
        page.get_by_role("button", name="Add another step").press("Enter")
    page.get_by_label("Step 6", exact=True).fill("Comment on my agreement")
    page.get_by_label("Who, step 6", exact=True).select_option("other")
    page.get_by_label("Who is it? For example: my peer group, step 6").fill("My peer group")
    page.clock.run_for(1000)
    expect(page.locator("[data-keep-state]")).to_contain_text("Kept in this browser")
    page.reload()

    expect(page.get_by_label("Step 1", exact=True)).to_have_value(re.compile("^Listen more"))
    expect(page.get_by_label("Step 6", exact=True)).to_have_value("Comment on my agreement")
    expect(page.get_by_label("Summary")).to_have_value("Begin with listening.")
    expect(page.locator("[data-gap]").first).to_contain_text("In the plan")
    page.get_by_role("button", name="Record and sign").press("Enter")
    expect(page.get_by_text("The interview is recorded.")).to_be_visible()
    steps = Application.objects.get(pk=walk.case.pk).plan.items
    assert list(steps.values_list("statement__code", "owner", "owner_name")) == [
        ("M3.1", "applicant", ""),
        (None, "other", "My peer group"),
    ]
    page.wait_for_load_state()  # the next page's script puts it away
    assert page.evaluate("Object.keys(localStorage).filter(n => n.startsWith('interview'))") == []


def test_a_lost_sign_in_loses_nothing_and_shows_nobody_else_anything(
    interview, walk, sign_in, live_server
):
    page, address = interview, interview.url
    page.get_by_label("Summary").fill("Begin with listening.")
    page.clock.run_for(1000)
    expect(page.locator("[data-keep-state]")).to_contain_text("Kept in this browser")
    Session.objects.all().delete()
    page.locator('input[value="prepare"]').press("Space")
    page.get_by_role("button", name="Record and sign").press("Enter")
    expect(page).to_have_url(re.compile("/accounts/login/"))

    sign_in(walk.cast.ina)
    page.goto(address)
    expect(page.get_by_label("Summary")).to_have_value("Begin with listening.")
    expect(page.locator('input[value="prepare"]')).to_be_checked()
    assert Meeting.objects.get().state == "booked"

    page.evaluate("localStorage.setItem('interview:999999.1', '{}')")
    page.reload()
    expect(page.get_by_label("Summary")).to_have_value("Begin with listening.")
    assert page.evaluate("localStorage.getItem('interview:999999.1')") is None


def test_what_belongs_to_one_answer_is_asked_when_it_is_given(interview):
    page = interview
    referral = page.get_by_label("Who or what helps more now?")
    expect(referral).to_be_hidden()

    page.locator('input[value="refer"]').press("Space")

    expect(referral).to_be_visible()
    expect(page.get_by_text("Which certificate suits better?")).to_be_hidden()


def test_without_script_the_boxes_become_steps(walk, live_server, browser, cast):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "session", "value": make.session_for(cast.ina), "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(live_server.url + reverse("applicants:interview", args=[walk.interview.pk]))
    expect(page.locator("[data-interview]")).to_be_hidden()
    expect(page.get_by_text("15 minutes in all")).to_be_visible()

    page.get_by_label("Make it a step: M3.2").check()
    page.locator('input[value="proceed"]').check()
    page.get_by_label("Summary").fill("Begin with questions.")
    page.get_by_role("button", name="Record and sign").click()

    expect(page.get_by_text("The interview is recorded.")).to_be_visible()
    step = Application.objects.get(pk=walk.case.pk).plan.items.get()
    assert (step.statement.code, step.text) == ("M3.2", step.statement.action)
    context.close()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_the_pages_are_accessible_and_fit(interview, walk, sign_in, live_server, width, dark):
    page = interview
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_load_state("networkidle")
    accessible(page)
    page.locator('input[value="proceed"]').press("Space")
    page.get_by_label("Summary").fill("Begin with listening.")
    add(page, "M3.1")
    page.get_by_role("button", name="Record and sign").press("Enter")
    expect(page.get_by_text("The interview is recorded.")).to_be_visible()
    accessible(page)

    sign_in(walk.cast.ada)
    for name in ("applicants:plan", "applicants:amend"):
        page.goto(live_server.url + reverse(name, args=[walk.case.pk]))
        accessible(page)


def accessible(page):
    """axe finds nothing, unsure contrast included, and nothing is wider than the page."""
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": 6000})
    for details in page.locator("details.more").all():
        details.evaluate("one => { one.open = true; }")
    found = Axe().run(page).response
    page.set_viewport_size(size)
    unsure = [one for one in found["incomplete"] if one["id"] == "color-contrast"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in [*found["violations"], *unsure]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
