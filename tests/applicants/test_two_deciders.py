"""Two who decide at the same moment, and a grant that nothing carries: with real commits."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.roles import Role
from applicants.assigning import declare
from applicants.deciding import decide
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Decision, Outcome
from certificates.models import Certificate
from notices.models import Message
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need PostgreSQL"),
]


def test_two_deciders_with_opposite_outcomes_make_one_decision_and_one_letter(cast):
    make.small_catalogue("M3.1", "M3.2", "J4.1")
    on = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    dot = make.person("dot", Role.DECIDER)
    for person in (cast.dee, dot):
        declare(on.case, clear=True, note="", by=person, at=on.at)
    letters = Message.objects.filter(to=cast.ada).count()
    read = {person: Application.objects.get(pk=on.case.pk) for person in (cast.dee, dot)}
    outcomes = {cast.dee: Outcome.GRANT, dot: Outcome.DECLINE}
    shot, won, told = Barrier(2), [], []

    def run(person):
        try:
            shot.wait()
            decide(
                read[person],
                outcome=outcomes[person],
                reasons="The record says so.",
                by=person,
                at=on.at,
            )
            won.append(person)
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[person]) for person in outcomes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(told)) == (1, 1)
    assert told[0].startswith("That cannot be done now")
    decision = Decision.objects.get()
    assert (decision.by, decision.outcome) == (won[0], outcomes[won[0]])
    granted = decision.outcome == Outcome.GRANT
    assert Certificate.objects.count() == int(granted)
    assert Message.objects.filter(to=cast.ada).count() - letters == 1
    assert CaseRole.objects.get(role=Role.DECIDER).person == won[0]
    assert Event.objects.filter(verb__in=["certify", "decline"]).count() == 1
