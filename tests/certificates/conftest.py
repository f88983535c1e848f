"""Certificates awarded by decisions, without the months before them."""

import pytest

from applicants.flow import Stage
from applicants.models import Application, Decision, Outcome
from certificates.services import Award, issue
from tests import make


@pytest.fixture
def award(db):
    """A granting decision in a case of this person's, and the certificate that it carries."""

    def give(person, slug="current-practice", *, at=make.NOON, renews=None):
        tier = make.tier(slug)
        edition = tier.framework.edition_at(at)
        case = Application.objects.create(
            applicant=person,
            tier=tier,
            edition=edition,
            renews=renews,
            opened_at=at,
            stage=Stage.CERTIFIED,
            stage_since=at,
        )
        decision = Decision.objects.create(
            application=case, outcome=Outcome.GRANT, reasons="It carries.", by=person, at=at
        )
        counts = {"concept": 72, "practice": 72}
        return issue(Award(tier, person, edition, decision.reference, counts, renews), at=at)

    return give


@pytest.fixture
def sign_in_as(client):
    def as_person(person):
        client.cookies["session"] = make.session_for(person)
        return client

    return as_person
