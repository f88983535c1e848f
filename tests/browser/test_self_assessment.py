"""Rating oneself in a real browser: by keyboard alone, over a lost network, from two windows."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Rating
from assessments.printing import draw_due
from assessments.services import Answer, rate
from tests import make
from tests.assessments.conftest import everything, statements
from tests.browser.fit import SIZES, everybody, unfit
from tests.browser.lateness import LateScript

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


def settles(case, expected):
    """The page may still say "saved" of the answer before: what counts is what is stored soon."""
    for _attempt in range(100):
        if stored(case) == expected:
            return
        time.sleep(0.1)
    assert stored(case) == expected


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
    settles(case, {})
    context.set_offline(False)

    expect(state(page)).to_contain_text("Saved at")
    settles(case, {"M1.1": (4, None, "On the train")})


def test_what_is_chosen_before_the_script_arrives_is_saved(page, sign_in, ada, area, case):
    sign_in(ada)
    pks = statements(case)
    late = LateScript(page, "assessment.js")
    late.goto(area("M1"))
    choose(page, f"c{pks['M1.1']}", 3)
    page.locator("#M1\\.2 summary").click()
    page.locator(f"#n{pks['M1.2']}").fill("On a slow line")
    late.arrives()

    expect(state(page)).to_contain_text("Saved at")
    settles(case, {"M1.1": (3, None, ""), "M1.2": (None, None, "On a slow line")})


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
    settles(case, {"M1.1": (None, 1, "")})
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
    settles(case, {"M1.1": (2, None, "")})


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
    settles(case, {})


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
    settles(case, {"M1.1": (4, None, ""), "M1.2": (1, None, "")})


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
    settles(case, {"M1.1": (3, None, "")})
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
    settles(case, {"M1.1": (1, None, "")})


# --- Every promise of not losing anything ---------------------------------------------------------


def fill_by_keyboard(page, areas=9, statements_each=8):
    """Digit, Enter, digit, Enter: concept and practice of every statement, area after area."""
    for area_no in range(areas):
        expect(page.locator(".areas a[aria-current] .area-no")).to_have_text(str(area_no + 1))
        for number in range(statements_each):
            page.keyboard.press(str((area_no + number) % 5))
            page.keyboard.press("Enter")
            page.keyboard.press(str(number % 5))
            page.keyboard.press("Enter")
        page.wait_for_url(re.compile(rf"/area/M{area_no + 2}/|/send/"))


def wanted():
    return {
        f"M{area + 1}.{number + 1}": ((area + number) % 5, number % 5, "")
        for area in range(9)
        for number in range(8)
    }


@pytest.mark.parametrize("pace", ["area", "one"])
def test_72_times_2_ratings_by_keyboard_only(page, context, sign_in, ada, area, case, pace):
    sign_in(ada)
    context.add_cookies([{"name": "pace", "value": pace, "url": area("M1")}])
    page.goto(area("M1"))
    while not page.evaluate("document.activeElement.matches('.rings input')"):
        page.keyboard.press("Tab")

    fill_by_keyboard(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Ready to send")
    assert stored(case) == wanted()


def test_one_statement_at_a_time_is_remembered_and_has_ways_on_and_back(
    page, sign_in, ada, area, case
):
    sign_in(ada)
    page.goto(area("M1"))
    shown = page.locator(".stmt:visible .stmt-code")
    expect(shown).to_have_count(8)

    page.get_by_role("button", name="One at a time").click()
    expect(shown).to_have_text("M1.1")
    expect(page.get_by_text("Statement 1 of 8")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(shown).to_have_text("M1.3")
    page.get_by_role("link", name="Back").click()
    expect(shown).to_have_text("M1.2")
    page.go_back()
    expect(shown).to_have_text("M1.3")

    page.goto(area("M2"))
    expect(shown).to_have_text("M2.1")
    page.get_by_role("link", name="Back").click()
    expect(shown).to_have_text("M1.8")
    page.get_by_role("button", name="Next area").click()
    expect(shown).to_have_text("M2.1")
    page.get_by_role("button", name="Whole area").click()
    expect(shown).to_have_count(8)


def test_reload_and_the_browsers_own_way_back_show_every_answer(page, sign_in, ada, area, case):
    sign_in(ada)
    pks = statements(case)
    page.goto(area("M1"))
    choose(page, f"c{pks['M1.1']}", 4)
    page.locator("#M1\\.1 summary").click()
    page.locator(f"#n{pks['M1.1']}").fill("Typed a moment ago")
    page.reload()  # before the pause after typing is over
    expect(page.locator(f"#n{pks['M1.1']}")).to_have_value("Typed a moment ago")
    expect(page.locator(f'input[name="c{pks["M1.1"]}"]:checked')).to_have_value("4")

    page.get_by_role("button", name="Next area").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Act with integrity")
    choose(page, f"p{pks['M2.1']}", 2)
    page.go_back()
    expect(page.locator(f"#n{pks['M1.1']}")).to_have_value("Typed a moment ago")
    choose(page, f"p{pks['M1.1']}", 0)
    expect(state(page)).to_contain_text("Saved at")
    page.go_forward()
    expect(page.locator(f'input[name="p{pks["M2.1"]}"]:checked')).to_have_value("2")

    expect(state(page)).to_contain_text("saved")
    settles(case, {"M1.1": (4, 0, "Typed a moment ago"), "M2.1": (None, 2, "")})


def test_an_expired_session_is_signed_in_again_by_its_own_form(
    page, context, sign_in, ada, area, case
):
    ada.set_password("a long enough password")
    ada.save()
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    sign_in(ada)
    pk = statements(case)["M1.1"]
    page.goto(area("M1"))
    Session.objects.all().delete()
    choose(page, f"c{pk}", 2)
    expect(state(page)).to_contain_text("You are signed out")

    with context.expect_page() as opened:
        state(page).get_by_role("link", name="Sign in again").click()
    other = opened.value
    other.get_by_label("E-mail address").fill(ada.email)
    other.locator("input[type=password]").fill("a long enough password")
    other.locator("input[type=password]").press("Enter")

    expect(other.get_by_role("heading", level=1)).to_have_text("Keep growing as a mentor")
    expect(other.locator(f'input[name="c{pk}"]:checked')).to_have_value("2")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(state(page)).to_contain_text("aved")
    choose(page, f"p{pk}", 3)
    expect(state(page)).to_contain_text("Saved at")
    settles(case, {"M1.1": (2, 3, "")})


def test_another_person_finds_nothing_and_the_first_loses_nothing(
    page, context, sign_in, ada, eve, area, case
):
    sign_in(ada)
    others = make.application(make.Cast(*[eve] * 8))
    pk = statements(case)["M1.1"]
    page.goto(area("M1"))
    Session.objects.all().delete()
    sign_in(eve)
    choose(page, f"c{pk}", 2)

    expect(state(page)).to_contain_text("Somebody else is signed in now")
    expect(page.locator(".stmt:visible")).to_have_count(0)
    second = context.new_page()
    second.goto(area("M1").replace(f"/{case.pk}/", f"/{others.pk}/"))
    assert second.evaluate("Object.keys(localStorage)") == []
    assert second.locator("input[type=radio]:checked").count() == 0
    second.close()
    sign_in(ada)
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(state(page)).to_contain_text("Saved at")
    expect(page.locator(".stmt:visible")).to_have_count(8)
    assert (stored(case), stored(others)) == ({"M1.1": (2, None, "")}, {})


def test_what_somebody_left_unsent_leaves_the_browser_with_the_next_person(
    page, context, sign_in, ada, eve, area, case
):
    others = make.application(make.Cast(*[eve] * 8))
    sign_in(ada)
    page.goto(area("M1"))
    context.set_offline(True)
    choose(page, f"c{statements(case)['M1.1']}", 2)
    expect(state(page)).to_contain_text("You are offline")
    page.close()
    context.set_offline(False)
    sign_in(eve)

    second = context.new_page()
    second.goto(area("M1").replace(f"/{case.pk}/", f"/{others.pk}/"))

    expect(state(second)).to_contain_text("Every answer is saved by itself")
    assert second.evaluate("Object.keys(localStorage)") == []
    assert (stored(case), stored(others)) == ({}, {})


# --- A real server that is killed -----------------------------------------------------------------


@pytest.fixture
def server():
    """The portal in a process of its own, over the tables of this test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = settings.DATABASES["default"]
    name = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}"
    path = f"{name}/{connection.settings_dict['NAME']}"
    env = os.environ | {"DATABASE_URL": path, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    running = []

    def start():
        command = ["manage.py", "runserver", f"127.0.0.1:{port}", "--noreload", "--insecure"]
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(process)
        for _try in range(150):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return f"http://127.0.0.1:{port}"
            time.sleep(0.2)
        raise RuntimeError("the server did not start")

    def kill():
        running[-1].kill()
        running[-1].wait()

    yield SimpleNamespace(start=start, kill=kill)
    kill()


def test_the_server_is_killed_and_started_again_in_the_middle(
    page, context, server, ada, case, sign_in
):
    base = server.start()
    cookie = {"name": "session", "value": make.session_for(ada), "url": base}
    context.add_cookies([cookie])
    pks = statements(case)
    page.goto(base + reverse("assessments:area", args=[case.pk, "M1"]))
    choose(page, f"c{pks['M1.1']}", 1)
    expect(state(page)).to_contain_text("Saved at")

    server.kill()
    for number in range(1, 9):
        choose(page, f"p{pks[f'M1.{number}']}", number % 5)
    page.locator("#M1\\.8 summary").click()
    page.locator(f"#n{pks['M1.8']}").fill("While nobody listened")
    expect(state(page)).to_contain_text("Not saved. We try again in")
    settles(case, {"M1.1": (1, None, "")})
    server.start()

    expect(state(page)).to_contain_text("Saved at", timeout=30_000)
    notes = {8: "While nobody listened"}
    assert stored(case) == {
        f"M1.{n}": (1 if n == 1 else None, n % 5, notes.get(n, "")) for n in range(1, 9)
    }
    page.reload()
    assert page.locator("input[type=radio]:checked").count() == 9
    page.goto("about:blank")


# --- Without an account ---------------------------------------------------------------------------


def test_a_trial_is_rated_seen_and_taken_along(page, context, live_server, cast, ada):
    page.goto(live_server.url + reverse("assessments:try_it", args=["current-practice"]))
    page.get_by_role("link", name="Start rating").click()
    expect(state(page)).to_contain_text("is saved by itself")  # the script listens now
    page.locator("#M1\\.1 input[type=radio]").first.focus()
    for key in ("3", "Enter", "1", "Enter", "4"):
        page.keyboard.press(key)
    expect(state(page)).to_contain_text("Saved at")
    page.goto(live_server.url + reverse("assessments:try_result", args=["current-practice"]))
    expect(page.locator(".lede")).to_contain_text("1 of 72 statements rated")

    tried = next(c for c in context.cookies() if c["name"] == "session")["value"]
    session = SessionStore(tried)
    session.update(dict(SessionStore(make.session_for(ada)).items()))
    session.save()
    case = make.application(cast)
    page.goto(live_server.url + reverse("assessments:start", args=[case.pk]))
    page.get_by_role("button", name="Use these ratings").click()

    expect(page.locator(".areas a[aria-current] [data-area-rated]")).to_have_text("1")
    settles(case, {"M1.1": (3, 1, ""), "M1.2": (4, None, "")})


# --- For everybody --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_for_everybody(browser, live_server, cast, size, at):
    on = make.walk(cast, to="intake", by=cast.eve)
    case = make.application(cast)
    rate(case, {statements(case)["M1.1"]: Answer(2, 0, "A note")}, by=cast.ada, at=at)
    own = {"name": "session", "value": make.session_for(cast.ada)}
    eves = own | {"value": make.session_for(cast.eve)}
    open_to_all = [
        reverse("assessments:try_it", args=["current-practice"]),
        reverse("assessments:try_area", args=["current-practice", "M1"]),
        reverse("assessments:try_result", args=["current-practice"]),
    ]
    adas = [
        reverse(f"assessments:{name}", args=[case.pk, *more])
        for name, *more in (("area", "M1"), ("send",), ("start",))
    ]
    tried = SessionStore(own["value"])
    tried["tried"] = {"current-practice": {str(statements(case)["M1.2"]): [3, 1, 1]}}
    tried.save()  # so that the case asks whether to take it along
    whole, one = ({"name": "pace", "value": pace} for pace in ("area", "one"))
    visits = [
        ([whole], open_to_all),
        ([whole, own], adas),
        ([one, own], adas[:1]),
        ([whole, eves], [reverse("assessments:result", args=[on.case.pk])]),
    ]

    assert everybody(browser, live_server.url, visits, size=size) == []


@pytest.mark.parametrize("size", ["desktop", "phone of 320"])
def test_a_refused_sending_is_for_everybody(browser, live_server, ada, case, at, size):
    rate(case, {statements(case)["M1.1"]: Answer(2, 0)}, by=ada, at=at)
    session = {"name": "session", "value": make.session_for(ada), "url": live_server.url}
    context = browser.new_context(viewport={"width": SIZES[size][0], "height": 8000})
    context.add_cookies([session])
    page = context.new_page()
    page.goto(live_server.url + reverse("assessments:send", args=[case.pk]))

    page.get_by_role("button", name="Send my self-assessment").click()

    expect(page.get_by_role("alert")).to_contain_text("71 statements have no rating yet.")
    expect(page.locator("main a[href*='#M']")).to_have_count(71)
    assert unfit(page) == []
    context.close()


def test_the_report_is_prepared_while_the_page_waits(page, sign_in, live_server, cast):
    on = make.walk(cast, to="intake")
    sign_in(cast.ada)
    page.goto(live_server.url + reverse("assessments:result", args=[on.case.pk]))

    page.get_by_role("button", name="Prepare the report (PDF)").click()
    expect(page.get_by_text("Your report is being prepared.")).to_be_visible()
    assert draw_due(on.at) == 1

    link = page.get_by_role("link", name="Download the report (PDF)")
    expect(link).to_be_visible(timeout=10_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "baseline-ada-example.pdf"


def test_a_screen_reader_meets_statement_question_and_levels_in_order(page, sign_in, ada, area):
    sign_in(ada)
    page.goto(area("M1"))

    told = page.locator("#M1\\.1").aria_snapshot()

    heading, concept, practice = (
        told.index(words) for words in ("heading", 'group "Concept', 'group "Practice')
    )
    assert heading < concept < practice
    assert told.index('radio "0, Not yet"') > concept
    for group in page.locator("#M1\\.1 fieldset").all():
        named = group.get_attribute("aria-describedby")
        assert page.locator(f"#{named}").inner_text().startswith("Write a learning plan")
