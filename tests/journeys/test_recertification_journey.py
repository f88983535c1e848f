"""Journey Mentor renewed: one case, two certificates, since Competence is renewed with it."""

import pytest
import time_machine

from applicants.flow import Stage
from certificates.dates import years_after
from certificates.models import Certificate
from certificates.status import Status
from tests import make
from tests.journeys.telling import paper, steps
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(cast) -> tuple[Certificate, Certificate]:
    """Competence, and Journey Mentor a little later."""
    practice = make.certified(cast)
    on = make.walk(cast, to=Stage.DECISION, slug="current-journey", at=practice.at)
    with time_machine.travel(on.at, tick=False):
        on.decision()
    return practice.certificate, on.certificate


def test_renewing_journey_renews_competence_with_it(cast, both):
    practice, journey = both
    early = make.NOON + make.timedelta(days=640)

    on = make.walk(cast, to=Stage.PORTFOLIO, slug="current-journey", at=early, renews=journey)
    on.write()
    areas = {e.statement.area.code for e in on.case.portfolio.entries.all()}
    assert areas == {*(f"M{n}" for n in range(1, 10)), *(f"J{n}" for n in range(1, 9))}
    on.hand_in()
    on.audit()
    on.verification()
    with time_machine.travel(on.at, tick=False):
        on.decision()

    assert steps(on.case)[-3:] == [
        ("close", "done", "Vera"),
        ("complete", "decision", "Vera"),
        ("certify", "certified", "Dee"),
    ]
    new_journey = Certificate.objects.get(renews=journey)
    new_practice = Certificate.objects.get(renews=practice)
    certified = Event.objects.of_case(on.case.trail_case()).get(verb="certify")
    assert certified.facts["certificates"] == f"{new_journey.number},{new_practice.number}"
    assert {new_journey.decision, new_practice.decision} == {on.decided.reference}
    assert (new_journey.term, new_practice.term) == (2, 2)
    assert new_journey.expires_on == years_after(journey.awarded_on, 4)
    assert new_practice.expires_on == new_journey.expires_on  # together, and so the next time
    assert new_journey.status(on.at) == new_practice.status(on.at) == Status.VALID
    assert new_practice.number in paper(new_practice, on.at)
    assert new_journey.number in paper(new_journey, on.at)
