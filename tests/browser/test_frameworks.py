"""Reading profiles and keeping their wording in a real browser, for everybody."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from frameworks import services
from frameworks.models import Approach, Framework, Reflection, Statement
from frameworks.reflecting import reflect
from tests import make
from tests.browser.fit import SIZES, everybody, unfit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = ["mentor", "2027.1"]
FAULTY = b"code;area_code;action\nM1.1;M1;=1+1\nM1.1;M77;\n"


@pytest.fixture
def draft(noor, at):
    """A draft in which one statement is reworded, one gone, and one without its French."""
    mentor = Framework.objects.get(key="mentor")
    draft = services.draft(mentor, label="2027.1", by=noor, at=at)
    first = Statement.objects.get(edition=draft, code="M1.1")
    Statement.objects.filter(pk=first.pk).update(action="Write a growth plan, and renew it")
    first.texts.all().delete()
    services.let_go(draft, ["M9.8"])
    return draft


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_for_everybody(browser, live_server, ada, noor, draft, at, size):
    reflect(Approach.objects.first(), text="My answer", revision=0, by=ada, at=at)
    adas, noors = ({"name": "session", "value": make.session_for(who)} for who in (ada, noor))
    to_read = ["index", "approaches"]
    to_keep = [("editions",), ("compare", "mentor"), ("statement", *HERE, "M1.1")]
    to_keep += [(name, *HERE) for name in ("work", "import", "publish", "add_area")]
    foreign = reverse("frameworks:edition", args=["center-competencies", "2026.1"])
    visits = [
        ([], [*(reverse(f"frameworks:{name}") for name in to_read), foreign]),
        ([adas], [reverse("frameworks:approaches")]),
        ([noors], [reverse(f"frameworks:{name}", args=args) for name, *args in to_keep]),
    ]

    assert everybody(browser, live_server.url, visits, size=size) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_faults_of_a_table_are_for_everybody(browser, live_server, noor, draft, size):
    width, scale = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": 4000}, device_scale_factor=scale
    )
    session = {"name": "session", "value": make.session_for(noor), "url": live_server.url}
    context.add_cookies([session])
    page = context.new_page()
    page.goto(live_server.url + reverse("frameworks:import", args=HERE))

    table = {"name": "statements.csv", "mimeType": "text/csv", "buffer": FAULTY}
    page.locator("input[type=file]").set_input_files(files=[table])
    page.get_by_role("button", name="Look the table through").click()

    expect(page.get_by_role("heading", name="statements.csv has 12 faults")).to_be_visible()
    assert unfit(page) == []
    context.close()


def test_an_answer_saves_itself_and_two_windows_choose(page, context, live_server, sign_in, ada):
    sign_in(ada)
    address = live_server.url + reverse("frameworks:approaches")
    second = context.new_page()
    for window in (page, second):
        window.goto(address)

    page.locator("#text-coaching").fill("Here")
    expect(page.locator("#coaching [data-state]")).to_contain_text("Saved at")
    second.locator("#text-coaching").fill("There")
    expect(second.get_by_text("Another window saved something else").first).to_be_visible()
    second.get_by_role("button", name="Keep what I typed here").first.click()
    expect(second.locator("#coaching [data-state]")).to_contain_text("Saved at")
    page.reload()

    expect(page.locator("#text-coaching")).to_have_value("There")
    assert [(kept.approach.key, kept.text) for kept in Reflection.objects.all()] == [
        ("coaching", "There")
    ]
