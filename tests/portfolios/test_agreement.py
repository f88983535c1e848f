"""How far two who read the same agree, and what the Director sees of it."""

import krippendorff
import pytest
from django.urls import reverse

from accounts.roles import Role
from portfolios import agreement, auditing, seconds
from portfolios.panels import SecondAudit, SecondAuditShare
from portfolios.views.audits import drift
from tests import make

pytestmark = pytest.mark.django_db
PAGE = reverse("portfolios:audits")


@pytest.fixture
def settled(handed_in, cast, noor):
    """Aud and Bea read the same 72 entries: one level apart on M1.1, and both below on M1.2."""
    bea = make.person("bea", Role.AUDITOR)
    seconds.ask(handed_in.case, by=noor, at=handed_in.at)
    handed_in.assign(Role.SECOND_AUDITOR, bea)
    for person, levels in ((cast.aud, (1, 1)), (bea, (0, 1))):
        audit = auditing.open_audit(handed_in.case, by=person, at=handed_in.at)
        below = dict(zip(("M1.1", "M1.2"), levels, strict=True))
        for requirement in auditing.to_find(audit):
            mastery = below.get(requirement.statement.code, 2)
            auditing.save_finding(
                audit,
                requirement,
                relevance=2,
                authorship=2,
                mastery=mastery,
                comment="" if mastery == 2 else "More.",
                by=person,
                at=handed_in.at,
            )
        result = auditing.arithmetic(audit).result
        auditing.close(audit, result=result, comment="Read.", by=person, at=handed_in.at)
    return handed_in


def test_nothing_is_counted_before_it_is_settled(handed_in, noor):
    seconds.ask(handed_in.case, by=noor, at=handed_in.at)

    found = agreement.agreement()

    assert (found.all.count, found.all.percent, found.statements) == (0, 0, [])


def test_agreement_by_statement_auditor_criterion_and_month(settled):
    found = agreement.agreement()

    assert (found.all.count, found.all.same, found.all.percent) == (72, 72, 100)
    assert [(line.label, line.percent) for line in found.auditors] == [
        ("Aud Example", 100),
        ("Bea Example", 100),
    ]
    assert [(line.label, line.same) for line in found.criteria] == [
        ("relevance", 72),
        ("authorship", 72),
        ("mastery", 71),
    ]
    assert len(found.statements) == 72
    assert [line.label for line in found.months] == [settled.at.date().replace(day=1)]


def test_alpha_is_that_of_the_library_over_ordinal_levels(settled):
    mastery = agreement.agreement().criteria[2]

    ones = [1, 1, *[2] * 70]
    others = [0, 1, *[2] * 70]
    expected = krippendorff.alpha(reliability_data=[ones, others], level_of_measurement="ordinal")
    assert mastery.alpha == pytest.approx(expected)
    assert 0.5 < mastery.alpha < 1


def test_small_numbers_and_equal_marks_have_no_alpha(settled):
    found = agreement.agreement()

    assert {line.why for line in found.statements} == {"too few to say"}
    assert [line.why for line in found.criteria] == [
        "every mark is the same",
        "every mark is the same",
        "",
    ]


def test_the_picture_puts_a_hundred_percent_at_the_top():
    def month(percent, count):
        return agreement.Line("", count, percent * count // 100, None, "")

    points = drift([month(100, 20), month(50, 4), month(0, 20)])["points"]

    assert [(p["y"], p["few"]) for p in points] == [(12, False), (80, True), (148, False)]


def test_the_director_sees_agreement_work_and_the_sample(browse, settled, cast):
    SecondAuditShare.objects.create(tier=settled.case.tier, percent=10)

    page = browse(cast.dee).get(PAGE).content.decode()

    assert "72 of 72 entries were found the same (100 %)" in page
    assert "100 % the same level, 8 of 8 answers" in page
    assert "10 %" in page
    assert "every mark is the same" in page


@pytest.mark.parametrize("who", ["ada", "aud", "vera", "ina"])
def test_the_page_is_for_the_director_and_administrators(browse, cast, who):
    assert browse(getattr(cast, who)).get(PAGE).status_code == 404


def test_the_director_asks_for_a_second_audit_without_opening_the_file(browse, handed_in, cast):
    browser = browse(cast.dee)
    page = browser.get(PAGE).content.decode()
    assert (str(handed_in.case.pk) in page, "Ada Example" in page) == (True, False)

    answer = browser.post(reverse("portfolios:ask_second", args=[handed_in.case.pk]))

    assert (answer.url, SecondAudit.objects.get().asked_by) == (PAGE, cast.dee)
    again = browser.post(reverse("portfolios:ask_second", args=[handed_in.case.pk]), follow=True)
    assert "Two auditors read this portfolio already." in again.content.decode()
    assert "Asked for" in browser.get(PAGE).content.decode()


def test_the_page_takes_a_fixed_number_of_queries(browse, settled, cast, queries):
    browser = browse(cast.dee)
    browser.get(PAGE)

    with queries(17):
        browser.get(PAGE)
