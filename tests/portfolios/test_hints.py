"""Hints on the audit desk: both passages side by side, nothing about whose the other is."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from portfolios.beat import compare
from portfolios.models import Finding
from tests.portfolios.test_likeness import LIFTED, handed  # noqa: F401 - a fixture
from tests.portfolios.test_views import FINDING

pytestmark = pytest.mark.django_db


def finding(case, code="M1.1"):
    return reverse("portfolios:finding", args=[case.pk, code, "concept"])


@pytest.fixture
def desk(browse, cast, handed, eve, ada):  # noqa: F811
    """Aud reads Eve's portfolio, which holds a passage of Ada's."""
    handed(ada, M1_1=LIFTED)
    walk = handed(eve, M1_1=f"{LIFTED} Also mine.")
    walk.assign(Role.AUDITOR, cast.aud)
    browser = browse(cast.aud)
    browser.post(reverse("portfolios:begin_audit", args=[walk.case.pk]))
    return walk, browser


def test_before_anything_was_compared_the_desk_says_so(desk):
    walk, browser = desk

    assert "Not compared with earlier submissions yet." in browser.get(finding(walk.case)).text


def test_a_hint_shows_both_passages_and_what_was_declared(desk, cast, ada):
    walk, browser = desk
    compare()

    page = browser.get(finding(walk.case)).text

    assert "A hint, found by machine" in page
    assert "This is no finding." in page
    assert "In an earlier submission" in page
    assert page.count("walked to the harbour") == 3  # the entry, and both sides
    assert "None named" in page
    assert ada.full_name not in page
    assert ada.email not in page
    assert Finding.objects.count() == 0


def test_an_entry_without_any_says_that_it_was_compared(desk):
    walk, browser = desk
    compare()

    page = browser.get(finding(walk.case, "M1.2")).text
    assert "no passage in common" in page
    assert "A hint, found by machine" not in page


def test_the_desk_lists_the_entries_with_a_hint(desk):
    walk, browser = desk
    compare()

    page = browser.get(reverse("portfolios:desk", args=[walk.case.pk]))

    assert page.context["overlaps"] == [("M1.1", "concept", 1)]
    assert "Also found elsewhere" in page.text


def test_hints_are_for_the_auditor_alone(desk, browse, cast, eve):
    walk, _browser = desk
    compare()
    pages = [
        reverse("portfolios:workspace", args=[walk.case.pk]),
        reverse("portfolios:entry", args=[walk.case.pk, "M1.1", "concept"]),
        reverse("portfolios:submission", args=[walk.case.pk, 1]),
        reverse("applicants:case", args=[walk.case.pk]),
    ]

    for page in pages:
        assert "found by machine" not in browse(eve).get(page).text


def test_a_hint_costs_one_query_more_however_many_there_are(browse, queries, desk, handed, cast):  # noqa: F811
    walk, browser = desk
    compare()
    browser.get(finding(walk.case))
    with queries(FINDING + 1):
        browser.get(finding(walk.case))
    with queries(FINDING):
        browser.get(finding(walk.case, "M1.2"))
