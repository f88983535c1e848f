"""The pages of an appeal: the appellant's, the panel's, and nobody else's."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Grant
from accounts.roles import Role
from appeals.flow import Stage
from appeals.models import Appeal, Ground
from appeals.panels import acknowledge, admit
from appeals.services import appeal
from appeals.views.deeds import DEEDS
from applicants.assigning import declare
from applicants.flow import Stage as CaseStage
from applicants.models import Outcome
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]
APPEAL = {"ground": "process", "text": "Nobody read M3.2."}
ANSWER = {"choice": "uphold", "reasons": "M3.2 was not read."}


@pytest.fixture
def walk(cast):
    walk = make.walk(cast, to=CaseStage.DECISION, slug="current-concepts")
    walk.decision(Outcome.DECLINE)
    with time_machine.travel(walk.at, tick=False):
        yield walk


@pytest.fixture
def received(walk):
    said = {"ground": Ground.PROCESS, "text": "Nobody read M3.2."}
    return appeal(walk.decided, **said, by=walk.cast.ada, at=walk.at)


@pytest.fixture
def heard(walk, received, cast):
    """Acknowledged, and heard by one panel chair who has declared that nothing binds them."""
    acknowledge(received, by=cast.noor, at=walk.at)
    admit(received, reasons="", members=[], by=cast.pan, at=walk.at)
    declare(walk.case, clear=True, note="", by=cast.pan, at=walk.at)
    return received


def url(name, *args):
    return reverse(f"appeals:{name}", args=args)


def words(response):
    return " ".join(response.content.decode().split())


def test_appealing_once_leads_to_the_appeal(sign_in_as, walk, cast):
    client = sign_in_as(cast.ada)
    assert "You can appeal until" in words(client.get(url("appeal", walk.case.pk)))

    answers = [
        client.post(url("appeal", walk.case.pk), {**APPEAL, "stage": "upheld"}) for _ in "ab"
    ]

    found = Appeal.objects.get()
    assert {a.url for a in answers} == {url("show", found.pk)}
    assert (found.text, found.stage) == ("Nobody read M3.2.", Stage.RECEIVED)
    page = words(client.get(url("show", found.pk)))
    assert ("It has reached us." in page, "Take my appeal back" in page) == (True, True)


@pytest.mark.parametrize("missing", ["ground", "text"])
def test_what_is_missing_keeps_the_rest(sign_in_as, walk, cast, missing):
    said = {key: value for key, value in APPEAL.items() if key != missing}

    page = words(sign_in_as(cast.ada).post(url("appeal", walk.case.pk), said))

    assert ("Nobody read M3.2." in page) is (missing != "text")
    assert ('value="process" checked' in page) is (missing != "ground")
    assert Appeal.objects.count() == 0


def test_too_late_is_said_and_what_was_typed_is_kept(sign_in_as, walk, cast):
    with time_machine.travel(walk.at + timedelta(days=31), tick=False):
        client = sign_in_as(cast.ada)
        assert "The time to appeal has passed" in words(client.get(url("appeal", walk.case.pk)))
        client.post(url("appeal", walk.case.pk), APPEAL)
    assert Appeal.objects.count() == 0


def test_strangers_and_examiners_find_nothing(sign_in_as, walk, received, cast):
    for person in (cast.eve, cast.aud, cast.dee, cast.ina):
        client = sign_in_as(person)
        assert client.get(url("appeal", walk.case.pk)).status_code == 404
        assert client.get(url("show", received.pk)).status_code == 404
        for deed in DEEDS:
            assert client.post(url("do", received.pk, deed), ANSWER).status_code == 404
        assert client.post(url("take_back", received.pk)).status_code == 404
        assert client.get(url("list")).status_code == 404
    received.refresh_from_db()
    assert received.stage == Stage.RECEIVED


def test_an_auditor_who_chairs_panels_does_not_see_this_one(sign_in_as, received, cast):
    Grant.objects.create(user=cast.aud, role=Role.PANEL_CHAIR, starts_on=make.NOON.date())
    client = sign_in_as(cast.aud)

    assert client.get(url("show", received.pk)).status_code == 404
    assert received.number not in words(client.get(url("list")))


def test_the_panel_declares_reads_and_answers_once(sign_in_as, walk, received, cast):
    client, address = sign_in_as(cast.pan), url("show", received.pk)
    asked = client.get(address)
    assert asked.url.startswith(reverse("applicants:declare", args=[walk.case.pk]))
    assert client.post(asked.url, {"stand": "clear"}).url == address

    assert "Nobody read M3.2." in words(client.get(address))
    acknowledge(received, by=cast.noor, at=walk.at)
    client.post(url("do", received.pk, "admit"), {"independent": "on"})
    for _ in range(2):
        client.post(url("do", received.pk, "answer_alone"), {**ANSWER, "answered_at": "2020-01-01"})

    received.refresh_from_db()
    walk.case.refresh_from_db()
    assert (received.stage, walk.case.stage) == (Stage.UPHELD, CaseStage.DECISION)
    assert "M3.2 was not read." in words(sign_in_as(cast.ada).get(address))


def test_a_panel_chair_who_is_bound_steps_back(sign_in_as, walk, received, cast):
    client = sign_in_as(cast.pan)

    client.post(
        reverse("applicants:declare", args=[walk.case.pk]), {"stand": "interest", "note": "Friend"}
    )

    assert client.get(url("show", received.pk)).status_code == 404


@pytest.mark.parametrize("missing", list(ANSWER))
def test_an_answer_that_lacks_something_keeps_the_rest(sign_in_as, heard, cast, missing):
    said = {key: value for key, value in ANSWER.items() if key != missing}

    page = words(sign_in_as(cast.pan).post(url("do", heard.pk, "answer_alone"), said))

    assert ("M3.2 was not read." in page) is (missing != "reasons")
    assert ('value="uphold" checked' in page) is (missing != "choice")
    heard.refresh_from_db()
    assert heard.stage == Stage.PANEL


def test_the_secretary_reads_and_does_not_answer(sign_in_as, heard, cast):
    client = sign_in_as(cast.noor)

    assert "Your answer" not in words(client.get(url("show", heard.pk)))
    page = client.post(url("do", heard.pk, "answer_alone"), ANSWER)
    heard.refresh_from_db()
    assert (page.status_code, heard.stage) == (200, Stage.PANEL)


def test_taking_back_is_the_appellants_and_happens_once(sign_in_as, received, cast):
    assert sign_in_as(cast.ada).get(url("take_back", received.pk)).status_code == 405
    sign_in_as(cast.noor).post(url("take_back", received.pk))
    received.refresh_from_db()
    assert received.stage == Stage.RECEIVED

    for _ in range(2):
        sign_in_as(cast.ada).post(url("take_back", received.pk))

    received.refresh_from_db()
    assert received.stage == Stage.TAKEN_BACK
    assert "The decision stands." in words(sign_in_as(cast.ada).get(url("show", received.pk)))


def test_the_list_says_what_is_late(sign_in_as, walk, received, cast):
    assert "late" not in words(sign_in_as(cast.noor).get(url("list"))).split("<tbody>")[1]
    with time_machine.travel(walk.at + timedelta(days=31), tick=False):
        page = words(sign_in_as(cast.noor).get(url("list")))
    assert ("Late: waiting to be acknowledged" in page, ", late</span>" in page) == (True, True)


def test_an_empty_list_says_what_will_be_in_it(sign_in_as, cast):
    with time_machine.travel(make.NOON, tick=False):
        assert "Nothing to answer" in words(sign_in_as(cast.pan).get(url("list")))
