"""Several files at once in a real browser: by keyboard, until each of them is checked."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from applicants.flow import Stage
from portfolios import checking, log, writing
from portfolios.models import Evidence
from tests import make
from tests.portfolios import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def case(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)
    return walk.case


@pytest.fixture
def show(page, live_server, sign_in, cast):
    sign_in(cast.ada)

    def go(name, *args):
        page.goto(live_server.url + reverse(f"portfolios:{name}", args=args))

    return go


def given(name, content):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def faults(page):
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]]


def test_several_files_are_sent_refused_and_checked(page, show, case):
    show("workspace", case.pk)
    page.get_by_label("Add files").set_input_files(
        [
            given("plan.pdf", files.pdf()),
            given("diary.txt", b"one day"),
            given("locked.pdf", files.pdf(password="x")),
            given("tool.exe", b"MZ"),
        ]
    )

    expect(page.locator("[data-list] .upload")).to_have_count(3, timeout=20_000)
    expect(page.locator("[data-list] [data-waiting]")).to_have_count(3)
    refused = page.locator("[data-queue] .upload")
    expect(refused).to_contain_text("We do not take “tool.exe”")
    expect(page.locator("[data-told]")).to_have_text("Files sent: 3 of 4.")
    checking.check_due(timezone.now())
    expect(page.locator("[data-list] [data-waiting]")).to_have_count(0, timeout=20_000)
    expect(page.locator("[data-uploads] [data-list]")).to_contain_text(
        "“locked.pdf” is locked with a password."
    )
    assert faults(page) == []

    refused.get_by_role("button", name="Put away tool.exe").press("Enter")

    expect(refused).to_have_count(0)
    expect(page.get_by_label("Add files")).to_be_focused()


def test_progress_is_shown_and_sending_can_be_cancelled(page, show, case):
    show("workspace", case.pk)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)

    page.get_by_label("Add files").set_input_files([given("scan.pdf", b"%PDF-" + bytes(3_000_000))])

    row = page.locator("[data-queue] .upload")
    expect(row).to_contain_text(re.compile(r"Sending [1-9]\d? %"), timeout=20_000)
    assert 0 < float(row.locator("progress").get_attribute("value")) < 100
    row.get_by_role("button", name="Cancel scan.pdf").press("Enter")
    expect(row).to_have_count(0)
    expect(page.get_by_label("Add files")).to_be_focused()
    assert (Evidence.objects.count(), files.stored()) == (0, [])


def test_a_broken_connection_can_be_tried_again(page, show, case):
    show("workspace", case.pk)
    page.route("**/files/add/", lambda route: route.abort())
    page.get_by_label("Add files").set_input_files([given("diary.txt", b"one day")])

    row = page.locator("[data-queue] .upload")
    expect(row).to_contain_text("The connection broke. Nothing of this file was kept.")
    assert Evidence.objects.count() == 0

    page.unroute("**/files/add/")
    row.get_by_role("button", name="Try again diary.txt").press("Enter")

    expect(page.locator("[data-list] .upload")).to_have_count(1, timeout=20_000)
    expect(row).to_have_count(0)


def test_file_is_added_beside_an_entry_while_its_text_is_unsaved(page, show, case):
    show("entry", case.pk, "M1.1", "concept")
    page.get_by_label("Your text").fill("Half a sentence")

    page.get_by_label("Add files").set_input_files([given("diary.txt", b"one day")])

    expect(page.locator("[data-list] .upload")).to_contain_text("diary.txt", timeout=20_000)
    expect(page.get_by_label("Your text")).to_have_value("Half a sentence")
    assert [e.statement.code for e in Evidence.objects.get().entries.all()] == ["M1.1"]


def test_pages_of_files_and_log_are_accessible(page, show, case, cast):
    for minutes in (60, 90):
        log.add(
            sort="mentoring",
            on=timezone.localdate(),
            minutes=minutes,
            mode="video",
            mentee_alias="R.",
            focus="Goals",
            reflection="",
            next_step="",
            by=cast.ada,
        )
    show("workspace", case.pk)
    page.get_by_label("Add files").set_input_files([given("plan.pdf", files.pdf(pages=2))])
    expect(page.locator("[data-list] .upload")).to_have_count(1, timeout=20_000)
    checking.check_due(timezone.now())

    found = {}
    for name, args in (
        ("look", [Evidence.objects.get().pk]),
        ("log", []),
        ("import_log", []),
    ):
        show(name, *args)
        found[name] = faults(page)
    page.get_by_label("The table").set_input_files(given("log.csv", b"date,minutes\n1/2/2026,4\n"))
    page.get_by_role("button", name="Look the table through").click()
    found["faults"] = faults(page)

    assert found == {name: [] for name in found}
