"""Programmes on their way to an award, told in order and read back from the trail."""

import pytest

from awards import assessing
from awards.flow import Stage
from awards.models import Award, Criterion
from awards.scoring import of_sheet
from tests.awards.walking import CODES, begin, lose, people, walk
from trail.models import Event
from trail.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(db):
    return people()


def steps(bid) -> list[tuple[str, str, str]]:
    events = Event.objects.of_case(bid.trail_case()).select_related("actor").order_by("pk")
    return [(e.verb, e.after, e.actor.called) for e in events if e.after]


def test_ismpe_to_silver_with_an_adjustment_and_a_send_back(who):
    way = begin(who)
    way.eligible()
    way.gather(differs=("S3.3",))
    way.submit()
    way.appoint()
    way.first_review(lose(*CODES[:11]))  # 77 of 88: Bronze, if nothing changed
    way.answer("S1.1", score=3)
    way.submit()
    way.interviews()
    way.report(lose(*CODES[:6]))
    way.check(agreed=False, reasons="S5.3: who knew of the register?")
    way.report(lose(*CODES[:6], "S5.3"))
    way.check()
    decision = way.decide()

    assert (decision.points, decision.most, decision.label) == (81, 88, "Silver")
    assert steps(way.bid) == [
        ("open_bid", "eligibility", "Cora"),
        ("confirm", "evidence", "Cora"),
        ("submit", "appointment", "Cora"),
        ("appoint", "first_review", "Noor"),
        ("report", "adjustment", "Fin"),
        ("submit_in_full", "interviews", "Cora"),
        ("close_interviews", "report", "Fin"),
        ("send_for_check", "second_check", "Fin"),
        ("return", "report", "Sam"),
        ("send_for_check", "second_check", "Fin"),
        ("agree", "decision", "Sam"),
        ("award", "awarded", "Pan"),
    ]
    kept = [(s.kind, s.number, of_sheet_points(s)) for s in way.bid.sheets.all()]
    assert kept == [("first", 1, 77), ("full", 1, 82), ("full", 2, 81)]
    assert {s.number for s in way.bid.submissions.all()} == {1, 2}
    assert Award.objects.get().label == "Silver"
    assert verify().broken is None


def of_sheet_points(sheet) -> int:
    return sum(score.points for score in of_sheet(sheet))


def test_ismcp_to_acceptance_with_a_difference_reconciled(who):
    way = begin(who, "ismcp")
    way.eligible()
    way.gather()
    way.submit()
    way.appoint()
    way.assess_alone(who.fin, lose("S4.3", "S5.3", points=2))
    way.assess_alone(who.sam, lose("S4.3", points=2))
    sheet = assessing.open_sheet(way.bid, by=who.fin, at=way.at)
    assert assessing.unfinished(sheet) == ["S5.3"]
    mark = assessing.Mark(3, "We read the register together: it exists, few know of it.", None)
    disputed = Criterion.objects.get(code="S5.3")
    assessing.save_score(sheet, disputed, mark=mark, by=who.fin, at=way.at)
    assessing.send_for_check(way.bid, summary="Agreed.", by=who.fin, at=way.tomorrow())
    way.check()
    decision = way.decide()

    assert (decision.points, decision.label) == (85, "Gold")
    assert steps(way.bid)[3:] == [
        ("appoint", "assessment", "Noor"),
        ("finish_verifying", "reconciliation", "Sam"),
        ("send_for_check", "second_check", "Fin"),
        ("agree", "decision", "Sam"),
        ("award", "awarded", "Pan"),
    ]
    finished = Event.objects.of_case(way.bid.trail_case()).get(verb="finish_verifying")
    assert finished.facts["differences"] == 1


def test_a_refusal_below_the_lowest_level(who):
    points = lose(*CODES[:7], points=2)  # 74 of 88: 84.09 %
    way = walk(who, to=Stage.DECISION, points=points)

    decision = way.decide(award=False)

    assert steps(way.bid)[-1] == ("refuse", "not_awarded", "Pan")
    assert (decision.band, decision.points) == ("", 74)
    refused = Event.objects.of_case(way.bid.trail_case()).get(verb="refuse")
    assert refused.facts == {"band": "", "points": 74, "most": 88}
    assert not Award.objects.exists()
