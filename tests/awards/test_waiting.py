"""Letters to appoint, decline and remind; and what waits for assessors on their own pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from awards import appointing, lateness, life
from awards.beat import remind_of_bids
from awards.flow import Part, Stage
from awards.models import Award
from certificates.flow import Deed
from imc_portal.bids_waiting import waiting_bids
from notices.models import Message
from notices.services import compose, drain
from tests.awards.walking import walk
from tests.make import person

pytestmark = pytest.mark.django_db


def kinds(to) -> list[str]:
    return sorted(Message.objects.filter(to=to).values_list("kind", flat=True))


def letter(kind, to) -> str:
    mail = compose(Message.objects.get(kind=kind, to=to))
    return f"{mail.subject}\n{mail.body}"


def test_whoever_is_appointed_hears_of_it_and_answers_first(who):
    way = walk(who, to=Stage.APPOINTMENT)
    appointing.appoint(way.bid, Part.SECOND_ASSESSOR, person=who.sam, by=who.noor, at=way.at)

    said = letter("programme_appointed", who.sam)

    assert "Second Assessor" in said
    assert reverse("awards:declare", args=[way.bid.pk]) in said


def test_a_part_that_ended_sends_no_letter(who, mailoutbox):
    way = walk(who, to=Stage.APPOINTMENT)
    appointing.appoint(way.bid, Part.SECOND_ASSESSOR, person=who.sam, by=who.noor, at=way.at)
    appointing.declare(way.bid, clear=False, by=who.sam, at=way.at)
    Message.objects.exclude(kind="programme_appointed").delete()

    drain(way.at + timedelta(days=800))

    assert mailoutbox == []


def test_who_declines_is_replaced_by_the_administration(who):
    way = walk(who, to=Stage.FIRST_REVIEW)

    appointing.declare(way.bid, clear=False, by=who.fin, at=way.at)

    assert "First Assessor" in letter("programme_part_empty", who.noor)
    appointing.appoint(
        way.bid, Part.FIRST_ASSESSOR, person=person("new", Role.ASSESSOR), by=who.noor, at=way.at
    )
    message = Message.objects.get(kind="programme_part_empty")
    drain(way.at + timedelta(days=800))
    message.refresh_from_db()
    assert message.dropped_at is not None  # the part is held again


def test_the_administration_hears_that_assessors_are_wanted(who):
    way = walk(who, to=Stage.APPOINTMENT)

    lateness.remind(way.at)
    lateness.remind(way.at + timedelta(hours=1))

    assert kinds(who.noor) == ["programme_to_appoint"]


def test_who_does_not_answer_is_asked_again_once(who):
    way = walk(who, to=Stage.APPOINTMENT)
    appointing.appoint(way.bid, Part.FIRST_ASSESSOR, person=who.fin, by=who.noor, at=way.at)
    later = way.at + timedelta(days=7)

    for at in (way.at, later, later + timedelta(days=1)):
        lateness.remind(at)

    assert kinds(who.fin) == ["programme_appointed", "programme_not_declared"]
    assert "First Assessor" in letter("programme_not_declared", who.fin)


@pytest.mark.parametrize(
    ("stage", "late"),
    [
        (Stage.FIRST_REVIEW, "fin"),
        (Stage.ADJUSTMENT, "cora"),
        (Stage.SECOND_CHECK, "sam"),
        (Stage.DECISION, "pan"),
    ],
)
def test_whoever_is_late_hears_of_it_after_a_day_a_week_and_three(who, stage, late):
    way = walk(who, to=stage)
    due = way.bid.due_on
    for days in (0, 1, 2, 8, 22, 40):
        lateness.remind(way.at + (due - way.at.date()) + timedelta(days=days))

    told = Message.objects.filter(kind="programme_late")

    assert {message.to for message in told} == {getattr(who, late)}
    assert told.count() == 3
    assert str(stage.label) in compose(told[0]).body


def test_the_clock_starts_it(who, time_machine):
    way = walk(who, to=Stage.FIRST_REVIEW)
    time_machine.move_to(way.at + timedelta(days=60), tick=False)

    assert remind_of_bids() == 1


# --- Pages of the staff --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "whose", "heading"),
    [
        (Stage.APPOINTMENT, "noor", "Appoint the assessors"),
        (Stage.FIRST_REVIEW, "fin", "Read the evidence and write the first report"),
        (Stage.SECOND_CHECK, "sam", "Check the report with fresh eyes"),
        (Stage.DECISION, "pan", "Decide"),
    ],
)
def test_what_waits_stands_at_home_and_in_the_worklist(who, browse, stage, whose, heading):
    way = walk(who, to=stage)
    theirs = getattr(who, whose)
    others = [one for one in (who.fin, who.sam, who.pan, who.noor, who.cora) if one != theirs]

    assert [row.heading for row in waiting_bids(theirs, way.at)] == [heading]
    assert [waiting_bids(one, way.at) for one in others] == [[], [], [], []]
    for name in ("home", "worklist"):
        page = browse(theirs).get(reverse(name), follow=True).content.decode()
        assert (heading in page, "Nurse to Nurse" in page) == (True, True)


def test_a_proposal_about_an_award_waits_for_a_second_person(who, browse):
    way = walk(who, to=Stage.AWARDED)
    award = Award.objects.get()
    life.propose(award, Deed.SUSPEND, reason="They asked for it.", by=who.noor, at=way.at)
    page = {
        (name, whose): browse(getattr(who, whose)).get(reverse(name), follow=True).content.decode()
        for name in ("home", "worklist")
        for whose in ("director", "noor", "fin", "cora")
    }

    assert "1 proposal waits for your answer" in page["home", "director"]
    assert "Suspend: <bdi>Nurse to Nurse</bdi>" in page["worklist", "director"]
    for whose in ("noor", "fin", "cora"):
        assert "waits for your answer" not in page["home", whose]
        assert "Suspend: <bdi>" not in page["worklist", whose]


def test_interests_come_before_everything(who):
    way = walk(who, to=Stage.APPOINTMENT)
    appointing.appoint(way.bid, Part.SECOND_ASSESSOR, person=who.sam, by=who.noor, at=way.at)

    [row] = waiting_bids(who.sam, way.at)

    assert row.url == reverse("awards:declare", args=[way.bid.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_however_many_bids_it_asks_the_same(who, count, django_assert_num_queries):
    way = walk(who, to=Stage.DECISION)
    for _n in range(count - 1):
        walk(who, to=Stage.DECISION)
    who.pan.roles  # noqa: B018 - read once a request

    with django_assert_num_queries(4):
        assert len(waiting_bids(who.pan, way.at)) == count
