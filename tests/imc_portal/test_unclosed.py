"""Meetings that nobody has noted: on the host's worklist at once, on the body's after a week."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from applicants.flow import Stage
from imc_portal.unclosed import unclosed
from meetings.closing import close
from meetings.models import State
from tests import make

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def over(cast):
    """Ada's interview with Ina is over, and nobody has said how it went."""
    on = make.walk(cast, to=Stage.INTAKE)
    on.book()
    return on


@pytest.fixture
def cast(db):
    return make.cast()


def seen(over, at):
    found = {}
    for name in ("ada", "ina", "aud", "dee", "noor"):
        rows = unclosed(getattr(over.cast, name), at)
        found[name] = [(row.mine, row.may_open) for row in rows]
    return found


def test_the_host_sees_it_from_the_end_and_the_body_after_a_week(over):
    nobody = {"ada": [], "ina": [], "aud": [], "dee": [], "noor": []}
    host = {**nobody, "ina": [(True, True)]}

    assert seen(over, over.at - timedelta(minutes=1)) == nobody
    assert seen(over, over.at) == host
    assert seen(over, over.at + WEEK - timedelta(minutes=1)) == host
    assert seen(over, over.at + WEEK) == {**host, "dee": [(False, False)], "noor": [(False, True)]}


def test_once_it_is_noted_nobody_sees_it(over):
    close(over.interview.meeting, state=State.GUEST_ABSENT, by=over.cast.ina, at=over.at)

    assert set(map(tuple, seen(over, over.at + WEEK).values())) == {()}


def test_the_director_learns_whom_to_ask_and_nothing_about_the_guest(over, client):
    pages = {}
    for name in ("ina", "noor", "dee"):
        client.force_login(getattr(over.cast, name))
        with time_machine.travel(over.at + WEEK, tick=False):
            html = client.get(reverse("worklist"), {"show": "late"}).content.decode()
        pages[name] = html.partition('id="unclosed-h"')[2].partition("</section>")[0]

    assert ["Ada Example" in part for part in pages.values()] == [True, True, False]
    assert ["ask <bdi>Ina Example" in part for part in pages.values()] == [False, True, True]


def test_one_question_however_many(over, django_assert_num_queries):
    assert over.cast.noor.roles  # read once per request

    with django_assert_num_queries(1):
        assert len(unclosed(over.cast.noor, over.at + WEEK)) == 1
