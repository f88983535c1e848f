"""Independence on the way: a verifier steps back, and nobody is left until somebody is found."""

from datetime import date

import pytest

from accounts.models import Grant
from accounts.roles import Role
from accounts.services import grant
from applicants import assigning, deciding
from applicants.assigning import readiness
from applicants.declaring import declare_year, join
from applicants.flow import Stage
from applicants.models import Application, Outcome
from certificates.models import Certificate
from meetings.models import How, Meeting, State
from tests import make
from trail.flow import Refused
from verification import services as verifying
from verification.models import Verification

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(db):
    make.small_catalogue("M3.1", "M3.2")


def line_of(case, role, at):
    return next(line for line in readiness(case, at.date()) if line.role == role)


def test_a_verifier_steps_back_and_another_one_takes_over(cast):
    vic = make.person("vic", Role.VERIFIER)
    make.hours(vic, "verification")
    walk = make.walk(cast, to=Stage.VERIFICATION)
    walk.assign(Role.VERIFIER, cast.vera)
    before = walk.at
    slot = verifying.slots(walk.case, at=before)[0]
    verifying.book(walk.case, starts_at=slot.starts_at, how=How.VIDEO, support_needs="",
                   by=cast.ada, at=before)  # fmt: skip

    assigning.recuse(walk.case, why="We sing in one choir.", by=cast.vera, at=before)

    assert Application.objects.visible_to(cast.vera).exists() is False
    with pytest.raises(Refused):
        assigning.assign(walk.case, Role.VERIFIER, person=cast.vera, by=cast.noor, at=before)
    with pytest.raises(Refused):
        walk.case.move("complete", by=cast.vera, at=before)
    line = line_of(walk.case, Role.VERIFIER, before)
    assert (line.enough, line.sentence) == (True, "1 person may act")

    walk.cast = make.Cast(**{**people(cast), "vera": vic})
    walk.verification()
    walk.decision()

    record = Verification.objects.filter(application=walk.case).order_by("pk").last()
    assert record.verifier == vic
    assert walk.case.stage == Stage.CERTIFIED
    held = walk.case.cast.filter(role=Role.VERIFIER).order_by("since")
    assert [(p.person, p.ended_why) for p in held] == [(cast.vera, "recused"), (vic, "")]
    verbs = [event.verb for event in walk.case.history()][::-1]
    assert verbs.index("recuse") < verbs.index("certify")
    met = Meeting.objects.filter(kind="verification").order_by("pk")
    assert [meeting.host for meeting in met] == [cast.vera, vic]
    assert met[0].state == State.CANCELLED


def people(cast):
    return {name: getattr(cast, name) for name in make.Cast.__dataclass_fields__}


def test_nobody_is_left_to_decide_until_a_new_grant(cast):
    walk = make.walk(cast, to=Stage.DECISION)
    at = walk.at
    for person in (cast.ada, cast.dee):
        join(organisation="Elm College", what="", starts_on=None, by=person, at=at)
    line = line_of(walk.case, Role.DECIDER, at)
    assert line.enough is False
    assert line.solved_by == (
        "Missing: Director of Certification, qualified for Certificate of Practice - Mentor in "
        "English, bound to nobody here."
    )
    with pytest.raises(Refused):
        deciding.decide(walk.case, outcome=Outcome.GRANT, reasons="It is so.", by=cast.dee, at=at)

    dot = make.person("dot")
    grant(Role.DECIDER, to=dot, by=cast.noor, at=at, starts_on=at.date(), ends_on=None)
    line = line_of(walk.case, Role.DECIDER, at)
    assert line.solved_by == (
        "Nearest: Dot Example. No qualification as Director of Certification is recorded. "
        "Has not made the yearly declaration of interests."
    )
    make.qualify(dot, Role.DECIDER, at=at, starts_on=date(2026, 1, 1))
    declare_year(note="", by=dot, at=at)
    assert line_of(walk.case, Role.DECIDER, at).sentence == "1 person may act"

    walk.cast = make.Cast(**{**people(cast), "dee": dot})
    walk.decision()

    assert walk.case.stage == Stage.CERTIFIED
    assert Certificate.objects.get().holder == cast.ada
    assert Grant.objects.filter(user=dot, given_by=cast.noor).exists()
