"""A programme that lets its people speak: files from the first day, a survey without names, and
talks in confidence; told in order and read back from the trail."""

from datetime import date, time, timedelta

import pytest

from awards import interviewing, keeping, talks, voicing
from awards.flow import Stage
from awards.handing_in import Incomplete, confirm
from awards.models import Criterion, EvidenceKind, Group, Talk
from meetings.models import Kind, WeeklyHours
from tests.awards.walking import CODES, begin, lose, people
from tests.portfolios import files
from trail.models import Event
from trail.verify import verify

pytestmark = pytest.mark.django_db


def verbs(bid) -> list[str]:
    events = Event.objects.of_case(bid.trail_case()).order_by("pk")
    return [event.verb for event in events if event.verb not in ("add_evidence", "declare")]


def test_ismpe_with_its_own_people_heard(db):
    who = people()
    way = begin(who)
    way.eligible()
    way.gather()
    kept, _new = keeping.keep(
        way.bid.programme, upload=files.upload("charter.pdf", files.pdf()), about="Why",
        dated_on=date(2024, 1, 8), by=who.cora, at=way.at,
    )  # fmt: skip
    some = Criterion.objects.filter(code__in=["S1.1", "S1.2"])
    keeping.show_with(way.bid, some, kept=kept, by=who.cora, at=way.at)
    with pytest.raises(Incomplete, match="still missing"):
        way.submit()  # the file is not checked yet
    keeping.check_due(way.at)
    way.submit()
    way.appoint()
    way.first_review(lose(*CODES[:11]))

    survey = voicing.open_survey(
        way.bid, people={Group.MENTEE: 6}, closes_on=(way.at + timedelta(days=10)).date(),
        by=who.cora, at=way.at,
    )  # fmt: skip
    for token in dict(voicing.tokens(survey))[Group.MENTEE][:5]:
        scores = {question.code: 4 for question in voicing.questions_for(Group.MENTEE)}
        voicing.answer(token, scores=scores, words="I could say no.", at=way.at)
    way.submit()
    for day in range(7):
        WeeklyHours.objects.create(
            host=who.fin, weekday=day, starts=time(9), ends=time(17), kinds=[Kind.PROGRAMME]
        )
    asked = talks.ask(
        way.bid, group=Group.MENTEE, addresses=[f"{n}@h.example" for n in "abc"], by=who.fin,
        at=way.at,
    )  # fmt: skip
    for talk in asked[:2]:
        slot = talks.times(talk, way.at)[0]
        talks.choose(
            talk, starts_at=slot.starts_at, how="video", phone="", zone="Europe/Dublin", at=way.at
        )
    talks.decline(asked[2], at=way.at)
    way.at += timedelta(days=12)
    for talk in Talk.objects.booked():
        interviewing.record_interview(
            way.bid, group=Group.MENTEE, alias="M", held_on=way.at.date(), notes="Heard.",
            by=who.fin, at=way.at, talk=talk,
        )  # fmt: skip
    way.interview(who.fin, Group.TEAM)
    interviewing.close_interviews(way.bid, by=who.fin, at=way.at)
    way.report(lose(*CODES[:8]))
    way.check()
    way.bid.refresh_from_db()

    assert way.bid.stage == Stage.DECISION
    [mentees] = voicing.results(survey, way.at)
    assert (mentees.answers, mentees.words) == (5, ["I could say no."] * 5)
    assert way.decide().label == "Silver"
    assert [row.submission.number for row in kept.handed_in.all()] == [1, 2]
    assert verbs(way.bid) == [
        "open_bid", "confirm", "submit", "give_part", "give_part", "appoint", "report",
        "open_survey", "submit_in_full", "ask_for_talks", "record_interview", "record_interview",
        "record_interview", "close_interviews", "send_for_check", "agree", "take_chair", "award",
    ]  # fmt: skip
    assert verify().broken is None


def test_without_a_cycle_or_with_one_kind_missing_the_whole_list_is_told(db):
    way = begin(people(), "ismcp")
    way.describe(cycle=False)
    with pytest.raises(Incomplete) as no_cycle:
        confirm(way.bid, by=way.who.cora, at=way.at)
    way.eligible()
    for code in CODES:
        way.answer(code)
        way.show(code)
    for code in CODES[2:]:
        way.show(code, EvidenceKind.VERBAL)
    with pytest.raises(Incomplete) as no_people:
        way.submit()

    assert [m.said for m in no_cycle.value.missing] == ["ISMCP asks for a completed full cycle."]
    assert [(m.code, m.said) for m in no_people.value.missing] == [
        (code, "Name at least one person who can speak to it.") for code in CODES[:2]
    ]
    assert way.bid.submissions.count() == 0


@pytest.mark.parametrize("lost", [13, 14])
def test_just_below_the_lowest_level_nothing_is_awarded(db, lost):
    """88 points have no 84.99 percent (test_rules tries hundredths). One point less than 85 percent
    is 74 of 88, and gives none."""
    way = begin(people())
    way.eligible()
    way.gather()
    way.submit()
    way.appoint()
    way.first_review()
    way.submit()
    way.interviews()
    way.report(lose(*CODES[:lost]))
    way.check()
    decision = way.decide(award=lost == 13)

    assert (decision.points, decision.label) == ((75, "Bronze") if lost == 13 else (74, ""))
    assert verbs(way.bid)[-1] == ("award" if lost == 13 else "refuse")
