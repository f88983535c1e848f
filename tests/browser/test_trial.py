"""Rated before there was an account, and found again in it, through the real forms and the mail."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from assessments.models import Rating
from notices.services import drain
from tests.accounts.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "wren@example.org"


def test_a_trial_arrives_in_the_account_that_is_made_afterwards(page, live_server):
    page.goto(live_server.url + reverse("assessments:try_it", args=["current-practice"]))
    page.get_by_role("link", name="Start rating").click()
    saving = page.locator("[data-save-state]")
    expect(saving).to_contain_text("is saved by itself")  # the script listens now
    page.locator("#M1\\.1 input[type=radio]").first.focus()
    for key in ("3", "Enter", "1", "Enter", "4"):
        page.keyboard.press(key)
    expect(saving).to_contain_text("Saved at")
    page.goto(live_server.url + reverse("assessments:try_result", args=["current-practice"]))

    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Full name").fill("Wren Achterberg")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Time zone").select_option("America/Toronto")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    expect(page).to_have_url(re.compile("confirm-email"))

    page.goto(live_server.url + link_in_the_letter())
    page.get_by_role("button", name="Yes, this is my address").click()
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)

    page.goto(live_server.url + reverse("applicants:begin", args=["current-practice"]))
    page.get_by_role("button", name="Begin with the self-assessment").click()
    page.get_by_role("button", name="Use these ratings").click()

    expect(page.locator(".areas a[aria-current] [data-area-rated]")).to_have_text("1")
    assert told_by(User.objects.get(email=ADDRESS)) == {"M1.1": (3, 1), "M1.2": (4, None)}


def link_in_the_letter():
    drain(timezone.now())
    letter = mail.outbox[-1]
    assert letter.to == [ADDRESS]
    return re.search(r"http://testserver(\S+)", letter.body)[1]


def told_by(person):
    mine = Rating.objects.filter(assessment__application__applicant=person)
    return {one.statement.code: (one.concept, one.practice) for one in mine}
