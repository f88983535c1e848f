"""Competence renewed: nine new entries, the log, a talk; the successor is linked to the first."""

import pytest

from applicants import services
from applicants.flow import Stage
from certificates.dates import years_after
from certificates.models import Certificate
from certificates.status import Status
from portfolios.models import Facet
from tests import make
from tests.journeys.telling import paper, steps
from trail.flow import Refused

pytestmark = pytest.mark.django_db


def test_competence_cannot_be_renewed_in_its_first_year(cast):
    held = make.certified(cast)

    with pytest.raises(Refused):
        services.apply(held.case.tier, by=cast.ada, at=held.at, renews=held.certificate)


def test_renewed_competence_counts_from_the_first_award(cast):
    held = make.certified(cast)
    first = held.certificate
    early = held.at + make.timedelta(days=600)

    on = make.walk(cast, to=Stage.PORTFOLIO, at=early, renews=first)
    on.write()
    entries = on.case.portfolio.entries.select_related("statement__area")
    assert [e.statement.area.code for e in entries] == [f"M{n}" for n in range(1, 10)]
    assert {e.facet for e in entries} == {Facet.PRACTICE}
    on.hand_in()
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
        ("complete", "verification", "Aud"),
        ("book", "booked", "Ada"),
        ("close", "done", "Vera"),
        ("complete", "decision", "Vera"),
        ("certify", "certified", "Dee"),
    ]
    second = on.certificate
    assert (second.renews, second.term, second.anchor_on) == (first, 2, first.awarded_on)
    assert Certificate.objects.get(pk=first.pk).renewed_by == second
    assert second.number != first.number
    # Early renewal takes nothing away: the end moves by two years from the old end.
    assert second.awarded_on == on.at.date()
    assert second.expires_on == years_after(first.awarded_on, 4)
    assert second.status(on.at) == Status.VALID
    after = on.at + make.timedelta(days=400)
    assert (first.status(after), second.status(after)) == (Status.RENEWED, Status.VALID)
    assert second.number in paper(second, on.at)
