"""Competence once in a real browser, as six different people, from the first click to the paper.

What would be silly to type a hundred times is done by the services in between. The clock is moved
from meeting to meeting, for the pages and the services alike.
"""

import io
import re
from datetime import timedelta

import pypdf
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from applicants.flow import Stage
from applicants.models import Application
from certificates.printing import draw_due
from meetings.models import Meeting, State
from portfolios.models import Entry, EntryState
from tests import make
from tests.journeys.telling import cast_of, steps
from verification import services as verifying

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST = 60_000  # milliseconds for a page, on a busy machine


class Visit:
    """One browser in which one person after the other signs in."""

    def __init__(self, page, live_server, sign_in, clock):
        self.page, self.site, self.sign_in, self.clock = page, live_server.url, sign_in, clock
        page.set_default_timeout(MOST)

    def be(self, person):
        self.sign_in(person)

    def go(self, name, *args):
        self.page.goto(self.site + reverse(name, args=args))
        self.page.wait_for_load_state("networkidle")  # parts that load later move the others

    def press(self, name):
        """A button or link by its words, and the page that follows."""
        words = re.compile(re.escape(name).replace(":", r"\s*:"))
        button = self.page.get_by_role("button", name=words)
        (button if button.count() else self.page.get_by_role("link", name=words)).first.click()
        self.page.wait_for_load_state()

    def leave(self, name):
        """A button that saves first and then goes on to another page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).first.click()

    def choose(self, name, value):
        self.tick(self.page.locator(f'input[name="{name}"][value="{value}"]'))

    def tick(self, choice):
        """Choices are drawn by their labels, so the label is what a person clicks."""
        choice.first.locator("xpath=ancestor::label[1]").click()

    def declare(self):
        """Before the file opens: nothing binds me."""
        self.tick(self.page.locator('input[name="stand"]'))
        self.press("Record what I said")

    def book(self):
        """The first free time, kept and then booked; afterwards it is the end of that meeting."""
        self.tick(self.page.locator('input[name="slot"]'))
        self.press("Keep")
        self.press("Book")
        meeting = Meeting.objects.get(state=State.BOOKED)
        self.clock.move_to(meeting.ends_at + timedelta(minutes=1))


@pytest.fixture
def clock():
    with time_machine.travel(make.NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def visit(clock, page, live_server, sign_in):
    return Visit(page, live_server, sign_in, clock)


def test_competence_from_the_first_click_to_the_paper(visit, cast, browser):
    case = begins(visit, cast)
    on = make.Walk(case, cast, timezone.now())
    rates(visit, on)
    talks(visit, on)
    writes(visit, on)
    is_audited(visit, on)
    is_verified(visit, on)
    is_decided(visit, on)

    assert set(cast_of(case).values()) == {"Ada", "Ina", "Aud", "Vera", "Dee"}
    assert [who for verb, _after, who in steps(case) if verb == "complete"] == [
        "Ada",
        "Ina",
        "Ada",
        "Aud",
        "Vera",
    ]
    certificate = cast.ada.certificates.get()
    assert certificate.number in paper_of(visit, cast, certificate)
    is_valid_for_anybody(visit, browser, certificate)


def begins(visit, cast):
    visit.be(cast.ada)
    visit.go("applicants:begin", "current-practice")
    visit.press("Begin with the self-assessment")
    return Application.objects.get(applicant=cast.ada)


def rates(visit, on):
    """The first statement by keyboard, as concept and as practice."""
    page = visit.page
    visit.go("assessments:area", on.case.pk, "M1")
    page.locator("#M1\\.1 input[type=radio]").first.focus()
    page.keyboard.press("4")
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved at", timeout=MOST)

    on.rate()
    visit.go("assessments:send", on.case.pk)
    visit.press("Send my self-assessment")

    on.case.refresh_from_db()
    assert on.case.stage == Stage.INTAKE
    said = on.case.self_assessment.answers[0]
    assert (said["code"], said["concept"], said["practice"]) == ("M1.1", 4, 2)


def talks(visit, on):
    visit.go("applicants:book", on.case.pk)
    visit.book()

    visit.be(on.cast.ina)
    visit.go("applicants:interview", on.case.interviews.get().pk)
    visit.declare()
    visit.go("applicants:interview", on.case.interviews.get().pk)
    visit.choose("outcome", "proceed")
    visit.page.locator('[name="summary"]').fill("Competence fits. Begin with your agreement.")
    visit.page.get_by_label("Step 1", exact=True).fill("Draft an agreement")
    visit.press("Add to the plan: M1.1")
    visit.press("Record and sign")

    visit.be(on.cast.ada)
    visit.go("applicants:plan", on.case.pk)
    expect(visit.page.get_by_text("Draft an agreement", exact=True)).to_be_visible()
    visit.press("Sign the plan")
    on.case.refresh_from_db()
    assert on.case.stage == Stage.PORTFOLIO
    assert on.case.plan.signed_by_applicant_at


def writes(visit, on):
    """Two entries at the keyboard, the others through the services."""
    visit.go("portfolios:workspace", on.case.pk)
    visit.press("Begin my portfolio")
    visit.go("portfolios:entry", on.case.pk, "M1.1", "practice")
    visit.press("Done: Write a learning plan")
    assert on.case.plan.items.get(statement__code="M1.1").done_by == on.cast.ada
    for facet in ("concept", "practice"):
        visit.go("portfolios:entry", on.case.pk, "M1.1", facet)
        visit.page.get_by_label("Your text").press_sequentially(f"I keep a {facet} plan.")
        visit.leave("Mark as ready")
    typed = Entry.objects.filter(statement__code="M1.1", state=EntryState.READY)
    assert sorted(typed.values_list("text", flat=True)) == [
        "I keep a concept plan.",
        "I keep a practice plan.",
    ]

    on.at = timezone.now()
    on.write()
    visit.go("portfolios:send", on.case.pk)
    visit.page.locator('[name="own_words"]').check()
    visit.page.locator('[name="conduct"]').check()
    visit.press("Send my portfolio")
    on.case.refresh_from_db()
    assert on.case.stage == Stage.AUDIT


def assigns(visit, on, person):
    visit.be(on.cast.noor)
    visit.go("applicants:assign", on.case.pk)
    visit.press(f"Assign: {person.full_name}")


def is_audited(visit, on):
    """One finding by hand, the others through the services; the result is confirmed by hand."""
    assigns(visit, on, on.cast.aud)
    visit.be(on.cast.aud)
    visit.go("portfolios:desk", on.case.pk)
    visit.declare()
    visit.go("portfolios:desk", on.case.pk)
    visit.press("Open the desk")
    visit.go("portfolios:finding", on.case.pk, "M1.1", "concept")
    expect(visit.page.get_by_text("I keep a concept plan.")).to_be_visible()
    for criterion in ("relevance", "authorship", "mastery"):
        visit.choose(criterion, 2)
    visit.leave("Record and open")
    assert on.case.audits.get().findings.get().is_met

    on.at = timezone.now()
    on.find()
    visit.go("portfolios:close", on.case.pk)
    visit.page.locator("#comment").fill("Clear and honest.")
    visit.press("Confirm: passed")
    on.case.refresh_from_db()
    assert on.case.stage == Stage.VERIFICATION


def is_verified(visit, on):
    assigns(visit, on, on.cast.vera)
    visit.be(on.cast.ada)
    visit.go("verification:book", on.case.pk)
    visit.book()

    visit.be(on.cast.vera)
    visit.go("verification:desk", on.case.pk)
    visit.declare()
    visit.go("verification:desk", on.case.pk)
    first = visit.page.locator("#M1\\.1")
    visit.tick(first.locator('input[value="confirmed"]'))
    expect(first.locator(".save-state")).to_contain_text("Saved at", timeout=MOST)

    on.at = timezone.now()
    on.verify(verifying.open_verification(on.case, by=on.cast.vera, at=on.at))
    visit.go("verification:record", on.case.pk)
    visit.choose("recommendation", "award")
    visit.leave("Sign the record")
    on.case.refresh_from_db()
    assert on.case.stage == Stage.DECISION


def is_decided(visit, on):
    visit.be(on.cast.dee)
    visit.go("applicants:decide", on.case.pk)
    visit.declare()
    visit.go("applicants:decide", on.case.pk)
    if visit.page.get_by_role("button", name="Take this case").count():
        visit.press("Take this case")
        visit.go("applicants:decide", on.case.pk)
    visit.choose("outcome", "grant")
    visit.page.locator("#id_reasons").fill("The record carries it.")
    visit.page.locator("#id_independent").check()
    visit.press("Read the letter")
    expect(visit.page.locator(".letter")).to_contain_text("We have decided to award you the")
    visit.press("Record it and send this letter")
    on.case.refresh_from_db()
    assert on.case.stage == Stage.CERTIFIED


def paper_of(visit, cast, certificate) -> str:
    """The words of the PDF that Ada downloads."""
    while draw_due(timezone.now()):
        pass
    visit.be(cast.ada)
    visit.go("certificates:certificate", certificate.number)
    visit.page.get_by_label("I agree.").check()
    visit.press("Agree and see the papers")
    link = visit.page.get_by_role("link", name=re.compile("A4")).first.get_attribute("href")
    answer = visit.page.context.request.get(visit.site + link, timeout=MOST)
    assert answer.headers["content-type"] == "application/pdf"
    words = "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answer.body())).pages)
    assert "Ada Example" in words
    return words


def is_valid_for_anybody(visit, browser, certificate):
    """A stranger without an account types the number that is printed on it."""
    stranger = browser.new_context().new_page()
    stranger.set_default_timeout(MOST)
    stranger.goto(visit.site + reverse("register:check"))
    stranger.get_by_label("Number or code").first.fill(certificate.number)
    stranger.get_by_role("button", name="Check").first.click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    expect(stranger.get_by_text("Ada Example").first).to_be_visible()
    stranger.context.close()
