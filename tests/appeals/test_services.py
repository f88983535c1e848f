"""Appeals: in time, by the applicant, answered by people who took no part, with reasons."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Grant
from accounts.roles import Role
from appeals.flow import FINAL, FLOW, OWNER, Stage
from appeals.models import Appeal, Ground, Vote
from appeals.panels import acknowledge, admit, answer_alone
from appeals.services import appeal, take_back
from applicants.assigning import declare, declare_interest
from applicants.deciding import decide
from applicants.flow import Stage as CaseStage
from applicants.models import Decision, Outcome
from applicants.models.case import NotIndependent, TookAnotherPart
from certificates.models import Certificate
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]


@pytest.fixture
def walk(cast):
    walk = make.walk(cast, to=CaseStage.DECISION, slug="current-concepts")
    walk.decision(Outcome.DECLINE)
    return walk


def send(walk, **changes):
    said = {"ground": Ground.PROCESS, "text": "Nobody read M3.2.", "by": walk.cast.ada}
    return appeal(walk.decided, **{**said, "at": walk.at, **changes})


def hear(received, walk):
    """Acknowledged by the secretary, admitted by a panel chair who hears it alone."""
    acknowledge(received, by=walk.cast.noor, at=walk.at)
    admit(received, reasons="", members=[], by=walk.cast.pan, at=walk.at)
    return received


def reply(received, walk, *, uphold=True, **changes):
    if received.stage == Stage.RECEIVED:
        hear(received, walk)
    said = {"reasons": "M3.2 was not read.", "by": walk.cast.pan, "at": walk.at}
    choice = Vote.UPHOLD if uphold else Vote.DISMISS
    answer_alone(received, choice=choice, **{**said, **changes})
    return received


def test_every_stage_has_an_owner_or_is_final():
    assert set(OWNER) | FINAL == set(Stage)
    assert {move.target for move in FLOW} == FINAL | set(OWNER) - {Stage.RECEIVED}


def test_an_appeal_is_received_with_a_number_and_a_day(walk):
    received = send(walk)

    assert (received.stage, received.number) == (Stage.RECEIVED, f"A-{received.pk:04}")
    assert received.answer_due_on == walk.at.date() + timedelta(days=30)
    event = Event.objects.about(received).get()
    assert (event.verb, event.case, event.facts) == (
        "appeal",
        f"case:{walk.case.pk}",
        {"ground": "process"},
    )
    message = Message.objects.get(kind="appeal_received")
    assert (message.to, received.number in compose(message).body) == (walk.cast.ada, True)


def test_nobody_else_appeals(walk, cast):
    for person in (cast.eve, cast.dee, cast.noor):
        with pytest.raises(Refused):
            send(walk, by=person)
    assert Appeal.objects.count() == 0


@pytest.mark.parametrize(("days", "late"), [(0, False), (30, False), (31, True)])
def test_an_appeal_is_received_for_thirty_days(walk, days, late):
    at = walk.decided.at + timedelta(days=days)
    if late:
        with pytest.raises(Refused, match="Appeals were possible until"):
            send(walk, at=at)
    else:
        assert send(walk, at=at).stage == Stage.RECEIVED


def test_an_appeal_needs_words_and_a_refusal(walk):
    with pytest.raises(Refused):
        send(walk, text="  ")
    Decision.objects.filter(pk=walk.decided.pk).update(set_aside_at=walk.at)
    walk.decided.refresh_from_db()
    with pytest.raises(Refused):
        send(walk)


def test_one_appeal_at_a_time_and_again_after_taking_it_back(walk):
    first = send(walk)
    with pytest.raises(Refused):
        send(walk)
    take_back(first, by=walk.cast.ada, at=walk.at)

    second = send(walk)

    assert (first.stage, second.stage) == (Stage.TAKEN_BACK, Stage.RECEIVED)


def test_the_database_keeps_one_open_appeal_and_wants_reasons(walk):
    received = send(walk)
    copy = Appeal.objects.get(pk=received.pk)
    copy.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(stage=Stage.DISMISSED)


def test_upholding_asks_for_a_new_decision_by_somebody_else(walk, cast):
    received = reply(send(walk), walk)

    walk.case.refresh_from_db()
    walk.decided.refresh_from_db()
    assert (received.stage, walk.case.stage) == (Stage.UPHELD, CaseStage.DECISION)
    assert walk.decided.set_aside_at == walk.at
    assert walk.case.cast.get(person=cast.dee).ended_why == "replaced"
    with pytest.raises(Refused):
        decide(walk.case, outcome=Outcome.GRANT, reasons="Yes", by=cast.dee, at=walk.at)
    dot = make.person("dot", Role.DECIDER)
    declare(walk.case, clear=True, note="", by=dot, at=walk.at)
    decide(walk.case, outcome=Outcome.GRANT, reasons="Yes", by=dot, at=walk.at)
    assert Certificate.objects.get().holder == cast.ada


def test_the_panel_that_answered_does_not_decide(walk, cast):
    Grant.objects.create(user=cast.pan, role=Role.DECIDER, starts_on=walk.at.date())
    reply(send(walk), walk)
    walk.case.refresh_from_db()
    declare(walk.case, clear=True, note="", by=cast.pan, at=walk.at)

    with pytest.raises(Refused):
        decide(walk.case, outcome=Outcome.GRANT, reasons="Yes", by=cast.pan, at=walk.at)


def test_dismissing_leaves_the_decision_standing(walk):
    received = reply(send(walk), walk, uphold=False)

    walk.case.refresh_from_db()
    walk.decided.refresh_from_db()
    assert (received.stage, walk.case.stage) == (Stage.DISMISSED, CaseStage.DECLINED)
    assert walk.decided.set_aside_at is None
    with pytest.raises(Refused):
        send(walk)


def test_an_answer_has_reasons_and_is_given_once(walk):
    received = send(walk)
    with pytest.raises(Refused):
        reply(received, walk, reasons=" ")
    reply(received, walk, uphold=False)
    with pytest.raises(Refused):
        reply(received, walk)


@pytest.mark.parametrize("name", ["aud", "dee", "ina"])
def test_who_took_a_part_does_not_answer(walk, cast, name):
    person = getattr(cast, name)
    Grant.objects.create(user=person, role=Role.PANEL_CHAIR, starts_on=walk.at.date())
    fresh = type(person).objects.get(pk=person.pk)  # roles are read once a request

    received = send(walk)
    acknowledge(received, by=cast.noor, at=walk.at)
    with pytest.raises(TookAnotherPart):
        admit(received, reasons="", members=[], by=fresh, at=walk.at)


def test_who_is_bound_does_not_answer(walk, cast):
    declare_interest(about=cast.ada, note="Cousin", by=cast.pan, at=walk.at)

    with pytest.raises(NotIndependent):
        reply(send(walk), walk)


def test_nobody_without_the_role_answers_nor_the_appellant(walk, cast):
    Grant.objects.create(user=cast.ada, role=Role.PANEL_CHAIR, starts_on=walk.at.date())
    received = send(walk)

    for person in (cast.ada, cast.noor, cast.eve):
        with pytest.raises(Refused):
            reply(received, walk, by=person)


def test_only_the_appellant_takes_it_back(walk, cast):
    received = send(walk)

    for person in (cast.pan, cast.noor, cast.eve):
        with pytest.raises(Refused):
            take_back(received, by=person, at=walk.at)


@pytest.mark.parametrize("uphold", [True, False])
def test_the_answer_is_told(walk, uphold):
    received = reply(send(walk), walk, uphold=uphold)

    message = Message.objects.get(kind="appeal_decided")
    body = compose(message).body
    assert (received.number in body, "Pan Example" in body) == (True, True)


def test_an_answer_that_is_not_there_is_not_told(walk):
    received = send(walk)
    message = Message(kind="appeal_decided", to=walk.cast.ada, context={"appeal": received.pk})

    with pytest.raises(Obsolete):
        compose(message)


def test_who_sees_an_appeal(walk, cast):
    """Nobody who took a part, not even as panel chair or administrator, and not after a panel
    chair answered."""
    received = send(walk)
    for person in (cast.aud, cast.dee):
        Grant.objects.create(user=person, role=Role.PANEL_CHAIR, starts_on=walk.at.date())
    Grant.objects.create(user=cast.ina, role=Role.ADMINISTRATOR, starts_on=walk.at.date())
    bound = make.person("bob", Role.PANEL_CHAIR)
    declare(walk.case, clear=False, note="Friend", by=bound, at=walk.at)
    people = {name: getattr(cast, name) for name in make.Cast.__dataclass_fields__} | {"bob": bound}
    reply(received, walk, uphold=False)

    seen = {
        name
        for name, person in people.items()
        if Appeal.objects.visible_to(type(person).objects.get(pk=person.pk)).exists()
    }

    assert seen == {"ada", "noor", "pan"}
