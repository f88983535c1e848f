"""Booking in a real browser: by keyboard alone, on a phone, and when somebody else was faster."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from applicants.flow import Stage
from meetings.holding import LASTS, held
from meetings.models import Hold, How, Meeting
from meetings.services import book
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 60_000  # milliseconds for a page, on a busy machine
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def case(cast):
    """A case that waits for its interview today; two people could hold it."""
    ivy = make.person("ivy", Role.INTAKE_MANAGER)
    make.hours(ivy, "intake")
    return make.walk(cast, to=Stage.INTAKE, at=timezone.now() - timedelta(days=3)).case


@pytest.fixture
def visit(page, live_server, sign_in, case):
    """The applicant at the booking page, in the given view."""

    def go(query="", width=None):
        page.set_default_timeout(MOST)
        if width:
            page.set_viewport_size(width)
        sign_in(case.applicant)
        page.goto(live_server.url + reverse("applicants:book", args=[case.pk]) + query)
        return page

    return go


def is_accessible(page):
    found = Axe().run(page)
    assert [v["id"] for v in found.response["violations"]] == []


def fits(page):
    """Nothing is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def tab_to(page, locator):
    """Press Tab until the focus is there, as somebody without a mouse would."""
    for _ in range(60):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard never came to {locator}")


def test_booking_by_keyboard_alone(visit, case):
    page = visit("?view=week")
    is_accessible(page)

    tab_to(page, page.locator('input[name="slot"]').first)
    page.keyboard.press("ArrowDown")  # a group of radios: arrows choose
    chosen = page.locator('input[name="slot"]:checked')
    words = chosen.get_attribute("data-words")
    button = page.get_by_role("button", name=f"Keep {words} for me")
    expect(button).to_be_visible()
    tab_to(page, button)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("A few questions"))
    kept = held(case.applicant, case.trail_case(), timezone.now())
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"\((10:00|9:\d\d)\)"))
    is_accessible(page)
    tab_to(page, page.locator('input[name="how"]:checked'))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("+1 416 555 0100")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # live captions
    page.keyboard.press("Enter")  # sends the form by its first button

    page.wait_for_url("**/meetings/*/")
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.host) == (kept.starts_at, kept.host)
    assert (meeting.how, meeting.place) == (How.PHONE, "+1 416 555 0100")
    assert meeting.support == {"captions": ""}
    assert Hold.objects.count() == 0


@pytest.mark.parametrize("view", ["list", "week"])
def test_booking_on_a_phone_with_somebody_named(visit, case, view):
    page = visit(f"?view={view}", PHONE)
    page.get_by_role("link", name="Ivy Example").click()
    page.wait_for_url("**host=*")
    is_accessible(page)
    assert fits(page)
    page.locator(".slots label").first.click()
    page.get_by_role("button", name=re.compile("^Keep")).click()
    page.get_by_role("button", name=re.compile("^Book")).wait_for()
    is_accessible(page)
    assert fits(page)
    page.get_by_role("button", name=re.compile("^Book")).click()

    page.wait_for_url("**/meetings/*/")
    assert Meeting.objects.get().host.called == "Ivy"


def test_who_comes_second_finds_the_nearest_times_and_every_answer(visit, case, cast):
    page = visit("?view=list")
    page.locator(".slots label").first.click()
    page.get_by_role("button", name=re.compile("^Keep")).click()
    page.get_by_label("Anything else that helps?").fill("Large print")
    somebody_is_faster(case, cast)

    page.get_by_role("button", name=re.compile("^Book")).click()

    expect(page.get_by_role("alert")).to_contain_text("That time was just taken.")
    expect(page.get_by_label("Anything else that helps?")).to_have_value("Large print")
    is_accessible(page)
    page.locator(".slots label").first.click()
    page.get_by_role("button", name=re.compile("^Book .+, ")).click()
    page.wait_for_url("**/meetings/*/")
    assert Meeting.objects.get(guest=case.applicant).support_needs == "Large print"


def somebody_is_faster(case, cast):
    """The ten minutes are over, and the time is booked with whoever it was kept with."""
    kept = Hold.objects.get(guest=case.applicant)
    Hold.objects.update(until=timezone.now(), made_at=kept.made_at - LASTS)
    book(
        kind=kept.kind,
        host=kept.host,
        guest=cast.eve,
        starts_at=kept.starts_at,
        how=How.VIDEO,
        support_needs="",
        by=cast.eve,
        at=timezone.now(),
    )


def test_another_time_keeps_the_answers_and_a_second_window_shows_the_same(visit, context, case):
    page = visit()
    page.locator(".slots label").first.click()
    page.get_by_role("button", name=re.compile("^Keep")).click()
    page.get_by_label("Anything else that helps?").fill("Tea")
    second = context.new_page()
    second.goto(page.url)
    expect(second.get_by_text("Kept for you until")).to_be_visible(timeout=MOST)
    second.close()

    page.get_by_role("button", name="Choose another time").click()
    page.locator(".slots label").nth(2).click()
    page.get_by_role("button", name=re.compile("^Keep")).click()

    expect(page.get_by_label("Anything else that helps?")).to_have_value("Tea")
    assert Hold.objects.count() == 1


def test_booking_works_without_javascript(browser, live_server, case):
    context = browser.new_context(java_script_enabled=False)
    cookie = {"name": "session", "value": make.session_for(case.applicant)}
    context.add_cookies([{**cookie, "url": live_server.url, "httpOnly": True}])
    page = context.new_page()
    page.set_default_timeout(MOST)
    page.goto(live_server.url + reverse("applicants:book", args=[case.pk]))

    page.locator(".slots label").first.click()
    page.get_by_role("button", name="Keep this time for me").click()
    expect(page.get_by_role("timer")).to_be_hidden()
    page.get_by_role("button", name=re.compile("^Book")).click()

    page.wait_for_url("**/meetings/*/")
    assert Meeting.objects.count() == 1
    context.close()
