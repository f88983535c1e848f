"""Panels of one and of three: uninvolved people, each signs, the majority decides."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

from accounts.models import Grant
from accounts.roles import Role
from appeals.dates import working_days_after
from appeals.flow import Stage
from appeals.guards import missing, put_up
from appeals.models import Ground, Note, Reader, Seat, Vote
from appeals.noting import add, note
from appeals.panels import (
    NotAllVoted,
    NotThePanel,
    acknowledge,
    admit,
    answer,
    candidates,
    replace,
    turn_away,
    vote,
)
from appeals.reminders import remind_of_matters
from appeals.services import appeal
from applicants.assigning import declare, teach
from applicants.flow import Stage as CaseStage
from applicants.models import CaseRole, Decision, Outcome
from applicants.models.case import NotIndependent, TookAnotherPart
from certificates.models import Certificate
from notices.models import Message
from notices.services import compose
from tests import make
from trail.flow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]


@pytest.fixture
def walk(cast):
    walk = make.walk(cast, to=CaseStage.DECISION, slug="current-concepts")
    walk.decision(Outcome.DECLINE)
    return walk


@pytest.fixture
def received(walk):
    return appeal(
        walk.decided, ground=Ground.PROCESS, text="Nobody read.", by=walk.cast.ada, at=walk.at
    )


@pytest.fixture
def others(db):
    return [make.person("tom", Role.VERIFIER), make.person("una", Role.AUDITOR)]


@pytest.fixture
def three(received, walk, others):
    acknowledge(received, by=walk.cast.noor, at=walk.at)
    admit(received, reasons="Heard.", members=others, by=walk.cast.pan, at=walk.at)
    return received


def votes(matter, walk, *choices):
    for seat, choice in zip(matter.panel(), choices, strict=True):
        vote(matter, choice=Vote(choice), words="", by=seat.person, at=walk.at)


@pytest.mark.parametrize(
    ("day", "until"), [(1, 8), (4, 11), (5, 11), (6, 11), (7, 14)]  # Tuesday, Friday, weekend
)  # fmt: skip
def test_five_working_days_leave_out_the_weekend(day, until):
    assert working_days_after(datetime(2026, 9, day, tzinfo=UTC).date(), 5).day == until


@pytest.mark.parametrize(
    ("choices", "stage", "case"),
    [
        (("uphold", "uphold", "dismiss"), Stage.UPHELD, CaseStage.DECISION),
        (("uphold", "dismiss", "dismiss"), Stage.DISMISSED, CaseStage.DECLINED),
    ],
)
def test_the_majority_of_three_decides(three, walk, choices, stage, case):
    votes(three, walk, *choices)

    answer(three, reasons="Because.", by=walk.cast.pan, at=walk.at)

    walk.case.refresh_from_db()
    assert (three.stage, walk.case.stage) == (stage, case)


def test_an_appeal_never_makes_the_result_worse(three, walk):
    before = Decision.objects.get(pk=walk.decided.pk)
    votes(three, walk, "dismiss", "dismiss", "dismiss")

    answer(three, reasons="No.", by=walk.cast.pan, at=walk.at)

    after = Decision.objects.get(pk=walk.decided.pk)
    assert (after.outcome, after.reasons, after.set_aside_at) == (
        before.outcome, before.reasons, None
    )  # fmt: skip


def test_the_database_sets_no_grant_aside(cast):
    walk = make.certified(cast, slug="current-concepts")

    with pytest.raises(DatabaseError, match="never makes a result worse"), transaction.atomic():
        Decision.objects.filter(pk=walk.decided.pk).update(set_aside_at=walk.at)
    assert Certificate.objects.filter(stopped_at=None).exists()


def test_nobody_answers_before_all_have_signed_and_only_the_chair(three, walk, others):
    votes(three, walk, "uphold", "uphold", "uphold")
    with pytest.raises(NotThePanel):
        answer(three, reasons="x", by=others[0], at=walk.at)
    with pytest.raises(NotThePanel):
        answer(three, reasons="x", by=walk.cast.noor, at=walk.at)


def test_a_missing_vote_holds_the_answer(three, walk, others):
    vote(three, choice=Vote.UPHOLD, words="", by=walk.cast.pan, at=walk.at)

    with pytest.raises(NotAllVoted):
        answer(three, reasons="x", by=walk.cast.pan, at=walk.at)


def test_a_vote_is_signed_once_and_the_database_keeps_it(three, walk):
    seat = vote(three, choice=Vote.UPHOLD, words="Yes.", by=walk.cast.pan, at=walk.at)

    with pytest.raises(Refused):
        vote(three, choice=Vote.DISMISS, words="", by=walk.cast.pan, at=walk.at)
    for change in ({"vote": "dismiss"}, {"words": "No."}, {"vote": "", "signed_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Seat.objects.filter(pk=seat.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Seat.objects.filter(pk=seat.pk).delete()


@pytest.mark.parametrize("count", [1, 3])
def test_a_panel_is_one_or_three(received, walk, others, count):
    acknowledge(received, by=walk.cast.noor, at=walk.at)
    members = [*others, make.person("wim", Role.VERIFIER)][:count]

    with pytest.raises(Refused, match="one person or three"):
        admit(received, reasons="", members=members, by=walk.cast.pan, at=walk.at)
    assert Seat.objects.count() == 0


@pytest.mark.parametrize("name", ["ina", "aud", "dee", "ada"])
def test_who_took_a_part_sits_on_no_panel(received, walk, others, cast, name):
    acknowledge(received, by=cast.noor, at=walk.at)
    person = getattr(cast, name)
    Grant.objects.get_or_create(
        user=person, role=Role.AUDITOR, defaults={"starts_on": walk.at.date()}
    )

    with pytest.raises((NotIndependent, TookAnotherPart)):
        admit(received, reasons="", members=[others[0], person], by=cast.pan, at=walk.at)
    with pytest.raises(DatabaseError, match="does not sit on its panel"), transaction.atomic():
        Seat.objects.create(appeal=received, person=person, since=walk.at)


def test_a_teacher_sits_on_no_panel_and_the_list_says_why(received, walk, others, cast):
    day = walk.at.date()
    teach(teacher=others[0], learner=cast.ada, starts_on=day, ends_on=None, provider="",
          by=others[0], at=walk.at)  # fmt: skip

    said = {c.person: c.reasons for c in candidates(received, day)}

    assert said[others[1]] == []
    assert "Taught the applicant" in said[others[0]][0]
    assert said[cast.dee]
    with pytest.raises(DatabaseError), transaction.atomic():
        Seat.objects.create(appeal=received, person=others[0], since=walk.at)


def test_a_seat_is_a_part_in_the_case(three, walk, others):
    roles = CaseRole.objects.filter(application=walk.case, person__in=others)
    assert {part.role for part in roles} == {Role.PANEL_CHAIR}


def test_who_steps_back_is_replaced_and_their_vote_does_not_count(three, walk, others):
    votes(three, walk, "dismiss", "dismiss", "uphold")
    declare(walk.case, clear=False, note="Friend", by=others[0], at=walk.at)
    wim = make.person("wim", Role.VERIFIER)
    left = Seat.objects.get(person=others[0])
    with pytest.raises(Refused):  # nobody is put out who may sit there
        replace(
            three, seat=Seat.objects.get(person=others[1]), person=wim, by=walk.cast.pan, at=walk.at
        )

    replace(three, seat=left, person=wim, by=walk.cast.pan, at=walk.at)
    vote(three, choice=Vote.UPHOLD, words="", by=wim, at=walk.at)
    answer(three, reasons="Because.", by=walk.cast.pan, at=walk.at)

    assert three.stage == Stage.UPHELD


def test_who_heard_one_appeal_hears_no_second_in_the_case(three, walk, others, cast):
    votes(three, walk, "uphold", "uphold", "uphold")
    answer(three, reasons="Because.", by=cast.pan, at=walk.at)
    dot = make.person("dot", Role.DECIDER)
    walk.case.refresh_from_db()
    declare(walk.case, clear=True, note="", by=dot, at=walk.at)
    walk.cast = make.Cast(**{**vars_of(cast), "dee": dot})
    walk.decision(Outcome.DECLINE)

    second = appeal(walk.decided, ground=Ground.PROCESS, text="Again.", by=cast.ada, at=walk.at)

    assert "Has heard an earlier appeal in this case." in second.bars(cast.pan, walk.at.date())


def vars_of(cast):
    return {name: getattr(cast, name) for name in make.Cast.__dataclass_fields__}


def test_turning_away_needs_reasons_and_leaves_the_decision(received, walk, cast):
    acknowledge(received, by=cast.noor, at=walk.at)
    with pytest.raises(Refused):
        turn_away(received, reasons=" ", by=cast.pan, at=walk.at)
    turn_away(received, reasons="Not about the decision.", by=cast.pan, at=walk.at)

    walk.case.refresh_from_db()
    assert (received.stage, walk.case.stage) == (Stage.INADMISSIBLE, CaseStage.DECLINED)
    message = Message.objects.get(kind="matter_turned_away")
    assert "Not about the decision." in compose(message).body


def test_notes_go_to_whom_they_are_for(three, walk, cast):
    note(three, reader=Reader.PANEL, text="Ask Aud.", by=cast.pan, at=walk.at)
    note(three, reader=Reader.WRITER, text="We asked the auditor.", by=cast.pan, at=walk.at)
    add(three, text="One thing more.", by=cast.ada, at=walk.at)

    [letter] = Message.objects.filter(kind="matter_note")
    body = compose(letter).body
    assert ("We asked the auditor." in body, "Ask Aud." in body) == (True, False)
    told = {message.to for message in Message.objects.filter(kind="matter_added")}
    assert told == {seat.person for seat in three.panel()}
    for person in (cast.eve, cast.dee, cast.ada):
        with pytest.raises(Refused):
            note(three, reader=Reader.PANEL, text="x", by=person, at=walk.at)
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.update(text="changed")


def test_reminders_come_once_for_each_day_and_person(received, walk, cast):
    assert remind_of_matters(walk.at) == 0
    late = walk.at + timedelta(days=8)

    assert (remind_of_matters(late), remind_of_matters(late)) == (1, 0)

    message = Message.objects.get(kind="matter_due_passed")
    assert (message.to, received.number in compose(message).subject) == (cast.noor, True)


def test_a_lost_guard_is_reported_and_put_up_again(db):
    assert missing(connection) == []
    with connection.cursor() as cursor:
        on = " ON appeals_seat" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER seat_stays{on}")

    [found] = [e for e in run_checks(databases=["default"]) if e.id == "appeals.E001"]
    put_up(connection)

    assert "seat_stays" in found.msg
    assert missing(connection) == []
