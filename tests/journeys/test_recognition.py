"""Recognition: a conversation instead of a portfolio, and a certificate that does not end."""

import pytest

from applicants.flow import Stage
from certificates.status import Status
from tests import make
from tests.journeys.telling import cast_of, paper, steps, told

pytestmark = pytest.mark.django_db
SLUG = "2021-recognition"


def test_recognition_leads_from_a_rating_through_two_talks_to_a_certificate(cast):
    on = make.walk(cast, to=Stage.SELF_ASSESSMENT, slug=SLUG)
    facets = [asked.facet for asked in on.case.asked()]
    assert (facets.count("concept"), facets.count("practice")) == (30, 3)

    on.self_assessment()
    on.intake()
    assert on.case.stage == Stage.AUDIT  # no portfolio in between

    on.audit()
    assert on.case.stage == Stage.DECISION
    on.decision()

    assert steps(on.case) == [
        ("apply", "self_assessment", "Ada"),
        ("complete", "intake", "Ada"),
        ("book", "booked", "Ada"),
        ("close", "done", "Ina"),
        ("complete", "audit", "Ina"),
        ("book", "booked", "Ada"),
        ("close", "done", "Aud"),
        ("complete", "decision", "Aud"),
        ("certify", "certified", "Dee"),
    ]
    assert cast_of(on.case) == {
        "applicant": "Ada",
        "intake_manager": "Ina",
        "auditor": "Aud",
        "decider": "Dee",
    }


def test_recognition_trail_says_who_declared_and_who_assigned(cast):
    on = make.certified(cast, SLUG)

    assert [event for event in told(on.case) if event[1] == ""] == [
        ("declare", "", "Ina"),
        ("sign_plan", "", "Ada"),
        ("assign", "", "Noor"),
        ("declare", "", "Aud"),
        ("open_audit", "", "Aud"),
        ("assign", "", "Noor"),
        ("declare", "", "Dee"),
    ]


def test_recognition_certificate_does_not_end(cast):
    on = make.certified(cast, SLUG)

    assert on.certificate.awarded_on == on.at.date()
    assert on.certificate.expires_on is None
    assert on.certificate.status(on.at) == Status.NO_END
    words = paper(on.certificate, on.at)
    assert "Ada Example" in words
    assert on.certificate.number in words
