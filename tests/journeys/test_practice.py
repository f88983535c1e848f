"""Competence: one round back from the auditor, one from the verifier, then the certificate."""

import pytest

from applicants.flow import Stage
from certificates.dates import years_after
from certificates.status import Status
from portfolios.models import AuditResult, EntryState
from tests import make
from tests.journeys.telling import cast_of, paper, steps, told

pytestmark = pytest.mark.django_db


def sent_back(case) -> list[tuple[str, str]]:
    """What is to be improved now, in the order of the profile."""
    back = case.portfolio.entries.filter(state=EntryState.TO_IMPROVE)
    return list(back.values_list("statement__code", "facet"))


def test_competence_is_granted_after_two_rounds(cast):
    on = make.walk(cast, to=Stage.AUDIT)

    # The auditor finds one statement thin, as concept and as practice: only these open again.
    on.assign(make.Role.AUDITOR, cast.aud)
    on.find(1, only="M1.1")
    on.close_audit(AuditResult.REVISE)
    assert (on.case.stage, on.case.rounds) == (Stage.PORTFOLIO, 1)
    assert on.case.due_on == on.at.date() + make.timedelta(days=30)
    assert sent_back(on.case) == [("M1.1", "concept"), ("M1.1", "practice")]
    on.portfolio()
    on.audit()
    assert on.case.stage == Stage.VERIFICATION

    # The verifier wants more on another: what was shown goes back, what was said stays.
    on.sent_back_by_verifier("M2.1")
    assert (on.case.stage, on.case.rounds) == (Stage.PORTFOLIO, 2)
    assert sent_back(on.case) == [("M2.1", "practice")]
    on.portfolio()
    on.audit()
    on.verification()
    on.decision()

    assert steps(on.case) == [
        ("apply", "self_assessment", "Ada"),
        ("complete", "intake", "Ada"),
        ("book", "booked", "Ada"),
        ("close", "done", "Ina"),
        ("complete", "portfolio", "Ina"),
        ("complete", "audit", "Ada"),
        ("send_back", "portfolio", "Aud"),
        ("complete", "audit", "Ada"),
        ("complete", "verification", "Aud"),
        ("book", "booked", "Ada"),
        ("close", "done", "Vera"),
        ("send_back", "portfolio", "Vera"),
        ("complete", "audit", "Ada"),
        ("complete", "verification", "Aud"),
        ("book", "booked", "Ada"),
        ("close", "done", "Vera"),
        ("complete", "decision", "Vera"),
        ("certify", "certified", "Dee"),
    ]
    assert list(on.case.portfolio.submissions.values_list("number", flat=True)) == [1, 2, 3]
    assert [audit.result for audit in on.case.audits.all()] == ["revise", "pass", "pass"]


def test_competence_is_examined_by_four_people_who_declared_first(cast):
    on = make.certified(cast)

    assert cast_of(on.case) == {
        "applicant": "Ada",
        "intake_manager": "Ina",
        "auditor": "Aud",
        "verifier": "Vera",
        "decider": "Dee",
    }
    declared = [who for verb, _after, who in told(on.case) if verb == "declare"]
    assert declared == ["Ina", "Aud", "Vera", "Dee"]


def test_competence_ends_two_calendar_years_after_the_award(cast):
    on = make.certified(cast)
    certificate = on.certificate

    assert certificate.awarded_on == on.at.date()
    assert certificate.expires_on == years_after(certificate.awarded_on, 2)
    assert certificate.status(on.at) == Status.VALID
    assert "Ada Example" in paper(certificate, on.at)
