"""Eight people, one step, one winner."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from accounts.roles import Role
from applicants.assigning import take
from applicants.flow import Stage
from applicants.models import Application, CaseRole
from applicants.services import apply
from tests import make
from trail.flow import Refused
from trail.models import Event
from trail.verify import verify

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need PostgreSQL"),
]
PEOPLE = 8


def at_once(work):
    """Run `work(n)` for eight people from one starting shot; returns who got through, and what
    stopped the others."""
    shot, won, stopped = Barrier(PEOPLE), [], []

    def run(n):
        try:
            User.objects.count()  # the connection is open before the shot
            shot.wait()
            work(n)
            won.append(n)
        except Exception as error:  # noqa: BLE001 - that is what we want to see
            stopped.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[n]) for n in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, stopped


def test_one_of_eight_panels_reopens_a_case(cast, at):
    """A panel's part is the only one that several may hold: nothing but the compare-and-swap
    stands between eight of them and one step."""
    case = make.application(cast)
    Application.objects.filter(pk=case.pk).update(stage=Stage.DECLINED)
    chairs = [make.person(f"chair{n}", Role.PANEL_CHAIR) for n in range(PEOPLE)]
    # Everybody read the case before anybody acted.
    read = [Application.objects.get(pk=case.pk) for _ in range(PEOPLE)]

    won, stopped = at_once(lambda n: read[n].move("reopen", by=chairs[n], at=at))

    assert len(won) == 1
    assert {type(error) for error in stopped} == {Refused}
    assert [e.actor for e in Event.objects.filter(verb="reopen")] == [chairs[won[0]]]
    assert CaseRole.objects.filter(role=Role.PANEL_CHAIR).count() == 1
    assert verify().broken is None


def test_one_of_eight_deciders_takes_a_case(cast, at):
    case = make.application(cast)
    Application.objects.filter(pk=case.pk).update(stage=Stage.DECISION)
    deciders = [make.person(f"decider{n}", Role.DECIDER) for n in range(PEOPLE)]
    read = [Application.objects.get(pk=case.pk) for _ in range(PEOPLE)]

    won, stopped = at_once(lambda n: take(read[n], by=deciders[n], at=at))

    assert len(won) == 1
    assert {isinstance(error, Refused) for error in stopped} == {True}
    assert CaseRole.objects.get(role=Role.DECIDER).person == deciders[won[0]]


def test_eight_clicks_open_one_case(cast, at):
    tier = make.tier()

    won, stopped = at_once(lambda n: apply(tier, by=cast.ada, at=at + timedelta(seconds=n)))

    assert (len(won), len(stopped), Application.objects.count()) == (1, PEOPLE - 1, 1)
    assert {isinstance(error, Refused) for error in stopped} == {True}
