"""Concepts, under both names: a written audit, no verification meeting."""

import pytest

from applicants.flow import Stage
from certificates.status import Status
from tests import make
from tests.journeys.telling import cast_of, paper, steps, told

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize(
    ("slug", "title", "practices"),
    [
        ("current-concepts", "Certificate of Concepts - Mentoring", 0),
        ("2021-concepts", "Certificate of Achievement (Mentoring)", 5),
    ],
)


@BOTH
def test_concepts_lead_from_a_rating_through_a_portfolio_to_a_certificate(
    cast, slug, title, practices
):
    on = make.walk(cast, to=Stage.PORTFOLIO, slug=slug)
    assert on.case.tier.title == title

    on.write()
    facets = list(on.case.portfolio.entries.values_list("facet", flat=True))
    assert (facets.count("concept"), facets.count("practice")) == (72, practices)
    on.hand_in()
    on.audit()
    on.decision()

    assert steps(on.case) == [
        ("apply", "self_assessment", "Ada"),
        ("complete", "intake", "Ada"),
        ("book", "booked", "Ada"),
        ("close", "done", "Ina"),
        ("complete", "portfolio", "Ina"),
        ("complete", "audit", "Ada"),
        ("complete", "decision", "Aud"),
        ("certify", "certified", "Dee"),
    ]
    assert [event for event in told(on.case) if event[1] == ""] == [
        ("declare", "", "Ina"),
        ("sign_plan", "", "Ada"),
        ("open_portfolio", "", "Ada"),
        ("assign", "", "Noor"),
        ("declare", "", "Aud"),
        ("open_audit", "", "Aud"),
        ("assign", "", "Noor"),
        ("declare", "", "Dee"),
    ]
    assert set(cast_of(on.case).values()) == {"Ada", "Ina", "Aud", "Dee"}
    certificate = on.certificate
    assert certificate.snapshot["title"] == title
    assert (certificate.awarded_on, certificate.expires_on) == (on.at.date(), None)
    assert certificate.status(on.at) == Status.NO_END
    assert certificate.number in paper(certificate, on.at)
