"""Everything where evidence is collected and read, looked at by axe on a desktop and a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from applicants.flow import Stage
from portfolios import auditing, checking, log, quoting, writing
from portfolios import evidence as keeping
from portfolios.models import AuditResult, Evidence
from tests import make
from tests.portfolios import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def walk(cast):
    """A portfolio in the making, with a file, a link, a text and a session beside M1.1."""
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    portfolio = writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)
    first = walk.case.asked()[0]
    line = log.add(
        sort="mentoring",
        on=walk.at.date() - timedelta(days=9),
        minutes=60,
        mode="video",
        mentee_alias="R.",
        focus="Goals",
        reflection="",
        next_step="",
        by=cast.ada,
    )
    given = {"requirement": first, "by": cast.ada, "at": walk.at}
    keeping.add_file(portfolio, upload=files.upload("plan.pdf", files.pdf()), **given)
    keeping.add_link(portfolio, url="https://example.org/talk", **given)
    quoting.add_text(portfolio, title="Feedback", text="“She listened.”", **given)
    quoting.add_sessions(portfolio, title="One talk", sessions=[line.pk], **given)
    checking.check_due(walk.at)
    return walk


@pytest.fixture
def look(page, live_server, sign_in):
    """What axe finds on these pages, with everything unfolded."""

    def at(person, *places):
        sign_in(person)
        found = {}
        for place in places:
            page.goto(live_server.url + place)
            page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
            told = [
                f"{v['id']}: {v['nodes'][0]['html']}"
                for v in Axe().run(page).response["violations"]
            ]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                told.append("scrolls sideways")
            if told:
                found[place] = told
        return found

    return at


def url(name, *args):
    return reverse(f"portfolios:{name}", args=args)


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_evidence_are_accessible(page, walk, look, cast, width):
    page.set_viewport_size({"width": width, "height": 900})
    pk, here = walk.case.pk, (walk.case.pk, "M1.1", "concept")
    pieces = {piece.kind: piece.pk for piece in Evidence.objects.all()}

    found = look(
        cast.ada,
        url("workspace", pk),
        url("entry", *here),
        url("add_text", pk),
        url("add_sessions", pk),
        url("change_piece", pieces["text"]),
        url("change_piece", pieces["sessions"]),
        url("show_with", pieces["text"]),
        *(url("look", pieces[kind]) for kind in ("file", "text", "sessions")),
    )
    walk.write()
    walk.hand_in()
    walk.assign(Role.AUDITOR, cast.aud)
    audit = auditing.open_audit(walk.case, by=cast.aud, at=walk.at)
    found |= look(cast.ada, url("submission", pk, 1))
    found |= look(cast.aud, url("desk", pk), url("finding", *here), url("look", pieces["text"]))
    walk.find(1, only="M1.1")
    found |= look(cast.aud, url("close", pk), reverse("case_file", args=[pk]))
    auditing.close(audit, result=AuditResult.REVISE, comment="Nearly.", by=cast.aud, at=walk.at)
    found |= look(cast.ada, url("entry", *here), url("workspace", pk))

    assert found == {}


def test_a_text_is_kept_in_the_browser_until_the_button_is_pressed(
    page, live_server, sign_in, walk, cast
):
    sign_in(cast.ada)
    address = live_server.url + url("add_text", walk.case.pk)
    page.goto(address)
    page.get_by_label("What it is").fill("Feedback of June")
    page.get_by_label("The text").fill("Half a sentence")
    expect(page.locator("[data-keep-state]")).to_contain_text("Kept in this browser")

    page.goto(address)

    expect(page.get_by_label("The text")).to_have_value("Half a sentence")
    expect(page.locator("[data-keep-state]")).to_contain_text("is here again")
    page.get_by_role("button", name="Keep this text").click()
    expect(page.locator("[data-uploads] [data-list]")).to_contain_text("Feedback of June")
    assert page.evaluate("Object.keys(localStorage).filter(n => n.startsWith('text'))") == []
    page.goto(address)
    expect(page.get_by_label("The text")).to_have_value("")
