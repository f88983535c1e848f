"""Rating oneself in a real browser: by keyboard alone, over a lost network, from two windows."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Rating
from assessments.services import Answer, rate
from tests import make
from tests.assessments.conftest import everything, statements

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(cast):
    return make.application(cast)


@pytest.fixture(autouse=True)
def no_request_is_left_behind(context, live_server):
    """The page tries again by itself, and must not do so while the tables are emptied."""
    yield
    for page in context.pages:
        page.wait_for_load_state("networkidle")
        page.goto("about:blank")


@pytest.fixture
def area(case, live_server):
    def at(code):
        return live_server.url + reverse("assessments:area", args=[case.pk, code])

    return at


def stored(case):
    codes = {pk: code for code, pk in statements(case).items()}
    return {
        codes[r.statement_id]: (r.concept, r.practice, r.note)
        for r in Rating.objects.filter(assessment__application=case)
    }


def state(page):
    return page.locator("[data-save-state]")


def choose(page, name, value):
    page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)


def test_a_whole_area_by_keyboard_alone(page, sign_in, ada, area, case):
    sign_in(ada)
    page.goto(area("M1"))
    page.locator("#M1\\.1 input[type=radio]").first.focus()

    for number in range(8):
        page.keyboard.press(str(number % 5))
        page.keyboard.press("Tab")
        page.keyboard.press("3")
        page.keyboard.press("Tab")  # to the note
        page.keyboard.press("Tab")  # to the next statement

    expect(state(page)).to_contain_text("Saved at")
    expect(page.locator("[data-rated]")).to_have_text("8")
    wanted = {f"M1.{n + 1}": (n % 5, 3, "") for n in range(8)}
    expect(page.locator(".areas a[aria-current] [data-area-rated]")).to_have_text("8")
    page.reload()
    assert page.locator("input[type=radio]:checked").count() == 16
    assert stored(case) == wanted
    page.get_by_role("button", name="Next area").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Act with integrity")


def test_answers_given_offline_are_kept_and_sent_later(page, context, sign_in, ada, area, case):
    sign_in(ada)
    pk = statements(case)["M1.1"]
    page.goto(area("M1"))

    context.set_offline(True)
    choose(page, f"c{pk}", 4)
    page.locator("#M1\\.1 summary").click()
    page.locator(f"#n{pk}").fill("On the train")
    expect(state(page)).to_contain_text("You are offline")
    assert stored(case) == {}
    context.set_offline(False)

    expect(state(page)).to_contain_text("Saved at")
    assert stored(case) == {"M1.1": (4, None, "On the train")}


def test_what_was_kept_when_the_page_closed_is_sent_by_the_next(
    page, context, sign_in, ada, area, case
):
    sign_in(ada)
    pk = statements(case)["M1.1"]
    page.goto(area("M1"))
    context.set_offline(True)
    choose(page, f"p{pk}", 1)
    expect(state(page)).to_contain_text("You are offline")
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(area("M2"))

    expect(state(again)).to_contain_text("Saved at")
    assert stored(case) == {"M1.1": (None, 1, "")}
    assert again.evaluate("Object.keys(localStorage)") == []


def test_signing_in_again_loses_nothing(page, context, sign_in, ada, area, case):
    sign_in(ada)
    pk = statements(case)["M1.1"]
    page.goto(area("M1"))
    Session.objects.all().delete()

    choose(page, f"c{pk}", 2)
    expect(state(page)).to_contain_text("You are signed out")
    expect(state(page).get_by_role("link")).to_have_attribute("target", "_blank")
    sign_in(ada)
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(state(page)).to_contain_text("Saved at")
    assert stored(case) == {"M1.1": (2, None, "")}


def test_somebody_else_on_the_same_computer_sends_and_sees_nothing(
    page, context, sign_in, ada, eve, area, case
):
    sign_in(ada)
    pk = statements(case)["M1.1"]
    page.goto(area("M1"))
    Session.objects.all().delete()
    sign_in(eve)

    choose(page, f"c{pk}", 2)

    expect(state(page)).to_contain_text("Somebody else is signed in now")
    assert stored(case) == {}


def test_two_windows_show_both_answers_and_the_person_chooses(
    page, context, sign_in, ada, area, case
):
    sign_in(ada)
    pk, other = statements(case)["M1.1"], statements(case)["M1.2"]
    second = context.new_page()
    for window in (page, second):
        window.goto(area("M1"))
    choose(page, f"c{pk}", 1)
    choose(page, f"c{other}", 1)
    expect(state(page)).to_contain_text("Saved at")

    choose(second, f"c{pk}", 4)
    expect(second.locator("#M1\\.1 [data-conflict]")).to_contain_text("Concept: 1")
    second.get_by_role("button", name="Keep the answer on this page").click()
    expect(state(second)).to_contain_text("Saved at")
    choose(second, f"c{other}", 0)
    second.get_by_role("button", name="Take the other answer").click()

    expect(second.locator(f'input[name="c{other}"]:checked')).to_have_value("1")
    expect(second.locator("[data-conflict]")).to_have_count(0)
    assert stored(case) == {"M1.1": (4, None, ""), "M1.2": (1, None, "")}


def test_the_last_area_leads_to_sending_and_the_result(page, sign_in, ada, at, area, case):
    answers = everything(case)
    last = statements(case)["M9.8"]
    answers[last] = Answer(concept=2)
    rate(case, answers, by=ada, at=at)
    sign_in(ada)
    page.goto(area("M9"))
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("link", name=re.compile(r"^M9\.8")).click()
    choose(page, f"p{last}", 1)
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready to send")

    page.get_by_role("button", name="Send my self-assessment").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your baseline")
    case.refresh_from_db()
    assert case.stage == "intake"


def test_without_javascript_the_form_saves_and_goes_on(browser, ada, area, case, live_server):
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies([{"name": "session", "value": make.session_for(ada), "url": live_server.url}])
    pk = statements(case)["M1.1"]
    page = plain.new_page()
    page.goto(area("M1"))
    expect(state(page)).to_contain_text("Your answers are saved when you go on.")
    choose(page, f"c{pk}", 3)

    page.get_by_role("button", name="Next area").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Act with integrity")
    assert stored(case) == {"M1.1": (3, None, "")}
    plain.close()


def test_a_choice_that_waits_elsewhere_is_a_link(page, context, sign_in, ada, at, area, case):
    sign_in(ada)
    pk = statements(case)["M1.1"]
    page.goto(area("M1"))
    rate(case, {pk: Answer(concept=1)}, by=ada, at=at)
    choose(page, f"c{pk}", 4)
    expect(state(page)).to_contain_text("differ")

    page.goto(area("M2"))

    link = state(page).get_by_role("link", name="M1.1")
    expect(link).to_have_attribute("href", re.compile("/area/M1/#M1.1$"))
    link.click()
    page.get_by_role("button", name="Take the other answer").click()
    expect(state(page)).to_contain_text("All your answers are saved")
    assert stored(case) == {"M1.1": (1, None, "")}
