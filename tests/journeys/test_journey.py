"""Journey Mentor stands on Competence: refused before, granted after."""

import pytest
import time_machine

from applicants import services
from applicants.flow import Stage
from applicants.models import Application
from certificates.dates import years_after
from certificates.status import Status
from tests import make
from tests.journeys.telling import paper, steps

pytestmark = pytest.mark.django_db
SLUG = "current-journey"


def test_journey_is_refused_without_competence(cast):
    with pytest.raises(services.PrerequisiteMissing):
        services.apply(make.tier(SLUG), by=cast.ada, at=make.NOON)

    assert Application.objects.count() == 0


def test_journey_is_refused_when_only_concepts_are_held(cast):
    held = make.certified(cast, "current-concepts")

    with pytest.raises(services.PrerequisiteMissing):
        services.apply(make.tier(SLUG), by=cast.ada, at=held.at)


def test_journey_is_refused_once_competence_has_lapsed(cast):
    held = make.certified(cast)
    after = held.at + make.timedelta(days=800)

    with pytest.raises(services.PrerequisiteMissing):
        services.apply(make.tier(SLUG), by=cast.ada, at=after)


@pytest.mark.parametrize("held_as", ["current-practice", "2021-practice"])
def test_journey_is_granted_on_competence_under_either_name(cast, held_as):
    held = make.certified(cast, held_as)

    on = make.walk(cast, to=Stage.DECISION, slug=SLUG, at=held.at)
    with time_machine.travel(on.at, tick=False):
        on.decision()

    facets = list(on.case.portfolio.entries.values_list("facet", flat=True))
    assert (facets.count("concept"), facets.count("practice")) == (40, 40)
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
    certificate = on.certificate
    assert certificate.awarded_on == on.at.date()
    assert certificate.expires_on == years_after(certificate.awarded_on, 2)
    assert certificate.status(on.at) == Status.VALID
    assert held.certificate.status(on.at) == Status.VALID
    assert certificate.number in paper(certificate, on.at)
