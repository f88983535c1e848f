"""The audit desk and the verbal form in a real browser: two auditors, and what gets lost."""

import csv
import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from applicants.flow import Stage
from portfolios import auditing, seconds, verbal, writing
from portfolios.models import EntryState, Finding
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile("Saved at")


def told():
    """José's entries, with the marks and words of the tables."""
    path = settings.BASE_DIR / "fixtures" / "demo" / "portfolio_entries.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return {r["statement_code"]: r for r in csv.DictReader(rows) if r["persona"] == "jose"}


@pytest.fixture
def handed_in(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-practice")
    portfolio = writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)
    for code, row in told().items():
        asked = walk.case.asked().get(statement__code=code, facet="practice")
        writing.save_entry(
            portfolio,
            asked,
            text=row["text"],
            language=row["language"],
            ready=True,
            revision=0,
            by=cast.ada,
            at=walk.at,
        )
    walk.portfolio()
    walk.assign(Role.AUDITOR, cast.aud)
    bea = make.person("bea", Role.AUDITOR)
    seconds.ask(walk.case, by=cast.noor, at=walk.at)
    walk.assign(Role.SECOND_AUDITOR, bea)
    return walk, bea


def judge_the_rest(walk, person):
    """Everything that the tables say nothing of is met."""
    audit = auditing.open_audit(walk.case, by=person, at=walk.at)
    for asked in auditing.to_find(audit):
        if asked.facet == "concept" or asked.statement.code not in told():
            auditing.save_finding(
                audit,
                asked,
                relevance=2,
                authorship=2,
                mastery=2,
                comment="",
                by=person,
                at=walk.at,
            )


def test_two_auditors_judge_the_sample_entries_on_the_desk(
    page, cast, handed_in, sign_in, live_server
):
    walk, bea = handed_in
    for person in (cast.aud, bea):
        judge_the_rest(walk, person)
        sign_in(person)
        page.goto(live_server.url + reverse("portfolios:desk", args=[walk.case.pk]))
        page.get_by_role("link", name=re.compile(r"^Open M")).click()
        for code, row in told().items():
            expect(page.locator("article .eyebrow")).to_contain_text(code)
            expect(page.locator("article")).to_contain_text(row["text"][:40])
            page.wait_for_load_state()  # the script listens now
            for group, mark in zip(
                page.locator("fieldset.finding").all(),
                (row["relevance"], row["authorship"], row["mastery"]),
                strict=True,
            ):
                group.locator("input").first.focus()
                page.keyboard.press(mark)
                expect(group.locator(f"input[value='{mark}']")).to_be_checked()
            page.get_by_label("What is missing?").fill(row["auditor_comment"])
            page.keyboard.press("Control+Enter")
        expect(page.locator(".lede").last).to_contain_text("Revise and send again.")
        page.get_by_label("A sentence about the whole").fill(f"{person.called} has read it.")
        page.get_by_role("button", name=re.compile("Confirm: send 2")).click()
        expect(page).to_have_url(re.compile("/worklist/"))

    walk.case.refresh_from_db()
    back = walk.case.portfolio.entries.filter(state=EntryState.TO_IMPROVE)
    assert walk.case.stage == Stage.PORTFOLIO
    assert sorted(entry.statement.code for entry in back) == ["M6.6", "M9.2"]
    assert back.first().advice == told()["M6.6"]["auditor_comment"]


@pytest.fixture
def spoken(cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition")
    walk.assign(Role.AUDITOR, cast.aud)
    slot = verbal.verbal_slots(walk.case, at=walk.at)[0]
    verbal.book_verbal(
        walk.case,
        starts_at=slot.starts_at,
        how="video",
        support_needs="",
        by=cast.ada,
        at=walk.at,
    )
    auditing.open_audit(walk.case, by=cast.aud, at=walk.at)
    return walk


def choose(page, place, level="2"):
    section = page.locator("form[data-stay]").nth(place)
    for group in section.locator("fieldset").all():
        group.locator(f"input[value='{level}']").check()
    return section.locator("[data-state]")


def test_a_lost_line_and_a_reload_lose_nothing(page, context, cast, spoken, sign_in, live_server):
    sign_in(cast.aud)
    address = live_server.url + reverse("portfolios:verbal", args=[spoken.case.pk])
    page.goto(address)
    assert page.locator("form[data-stay]").count() == 33

    context.set_offline(True)
    states = [choose(page, place) for place in (0, 1, 32)]
    for state in states:
        expect(state).to_contain_text("kept in this browser", timeout=10_000)
    expect(page.locator("[data-unsent]")).to_have_text(re.compile("^3 not sent"))
    assert Finding.objects.count() == 0
    page.close()  # nothing was sent, and the page is gone
    context.set_offline(False)
    later = context.new_page()
    later.goto(address)

    for place in (0, 1, 32):
        state = later.locator("form[data-stay]").nth(place).locator("[data-state]")
        expect(state).to_have_text(SAVED, timeout=15_000)
    expect(later.locator("[data-unsent]")).to_be_hidden()
    assert [finding.is_met for finding in Finding.objects.all()] == [True, True, True]


def test_a_lost_sign_in_loses_nothing(page, context, cast, spoken, sign_in, live_server):
    sign_in(cast.aud)
    page.goto(live_server.url + reverse("portfolios:verbal", args=[spoken.case.pk]))
    context.clear_cookies()

    state = choose(page, 0)

    expect(state).to_contain_text("You are signed out", timeout=10_000)
    sign_in(cast.aud)
    expect(state).to_have_text(SAVED, timeout=20_000)
    assert Finding.objects.get().is_met is True


def test_two_windows_show_both_findings(page, context, cast, spoken, sign_in, live_server):
    sign_in(cast.aud)
    address = live_server.url + reverse("portfolios:verbal", args=[spoken.case.pk])
    page.goto(address)
    other = context.new_page()
    other.goto(address)
    expect(choose(other, 0, "1")).to_have_text(SAVED, timeout=10_000)

    choose(page, 0, "2")

    notice = page.locator("form[data-stay]").first.locator("[data-conflict]")
    expect(notice).to_contain_text("Partly met, partly met, partly met", timeout=10_000)
    notice.get_by_role("button", name="Keep what I chose here").click()
    state = page.locator("form[data-stay]").first.locator("[data-state]")
    expect(state).to_have_text(SAVED, timeout=10_000)
    assert Finding.objects.get().is_met is True
