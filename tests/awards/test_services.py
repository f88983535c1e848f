"""Organisations, bids and assessments, through the real rules."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.roles import Role
from awards import (
    appointing,
    assessing,
    bidding,
    deciding,
    handing_in,
    interviewing,
    organising,
    reading,
    reminders,
)
from awards.flow import Part, Stage
from awards.models import (
    Award,
    AwardDecision,
    AwardRule,
    AwardSubmission,
    BidPart,
    Criterion,
    CriterionScore,
    Group,
    Helper,
    HelperKind,
    Member,
    NotDeclared,
    NotIndependent,
    Sheet,
    TookAnotherPart,
)
from notices.models import Message
from notices.services import compose
from tests.awards.walking import CODES, SUMMARY, begin, lose, walk
from tests.make import NOON, person
from trail.flow import Refused

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def letters(kind: str) -> list[str]:
    return sorted(m.to.called for m in Message.objects.filter(kind=kind))


# --- People --------------------------------------------------------------------------------------


def test_an_invitation_admits_its_address_once(who):
    way = begin(who)
    mia, eve = person("mia"), person("eve")
    organisation = way.bid.programme.organisation
    invitation = organising.invite(organisation, address="Mia@example.org", by=who.cora, at=NOON)

    with pytest.raises(Refused, match="another address"):
        organising.accept(invitation, by=eve, at=LATER)
    organising.accept(invitation, by=mia, at=LATER)
    with pytest.raises(Refused, match="no longer open"):
        organising.accept(invitation, by=mia, at=LATER)

    assert {m.person for m in organisation.members.all()} == {who.cora, mia}


def test_an_invitation_ends_after_two_weeks(who):
    mia = person("mia")
    organisation = begin(who).bid.programme.organisation
    invitation = organising.invite(organisation, address=mia.email, by=who.cora, at=NOON)
    late = NOON + timedelta(days=14)

    assert organising.open_invitation(invitation.key, mia, late) is None
    with pytest.raises(Refused, match="no longer open"):
        organising.accept(invitation, by=mia, at=late)


def test_a_newer_invitation_and_a_taken_back_one_stop_working(who):
    mia = person("mia")
    organisation = begin(who).bid.programme.organisation
    first = organising.invite(organisation, address=mia.email, by=who.cora, at=NOON)
    second = organising.invite(organisation, address=mia.email, by=who.cora, at=NOON)

    assert organising.open_invitation(first.key, mia, NOON) is None
    assert organising.open_invitation(second.key, mia, NOON) == second
    organising.take_back(second, by=who.cora, at=NOON)
    assert organising.open_invitation(second.key, mia, NOON) is None


def test_the_letter_of_an_invitation_carries_its_link(who):
    organisation = begin(who).bid.programme.organisation
    invitation = organising.invite(organisation, address="new@example.org", by=who.cora, at=NOON)
    message = Message.objects.get(kind="programme_invitation")

    letter = compose(message)

    assert (letter.to, str(invitation.key) in letter.body) == (["new@example.org"], True)


def test_only_members_invite_and_the_last_one_stays(who):
    organisation = begin(who).bid.programme.organisation
    with pytest.raises(organising.NotOfTheTeam):
        organising.invite(organisation, address="x@example.org", by=who.fin, at=NOON)
    with pytest.raises(Refused, match="has to stay"):
        organising.end_membership(organisation.members.get(), by=who.cora, at=NOON)


# --- Handing in ----------------------------------------------------------------------------------


def test_ismcp_begins_only_after_a_full_cycle(who):
    way = begin(who, "ismcp")
    way.describe(cycle=False)

    with pytest.raises(handing_in.Incomplete) as refused:
        handing_in.confirm(way.bid, by=who.cora, at=LATER)

    assert [m.said for m in refused.value.missing] == ["ISMCP asks for a completed full cycle."]
    assert way.bid.stage == Stage.ELIGIBILITY


def test_ismpe_asks_for_no_full_cycle(who):
    way = begin(who)
    way.describe(cycle=False)

    handing_in.confirm(way.bid, by=who.cora, at=LATER)

    assert way.bid.stage == Stage.EVIDENCE


def test_evidence_is_gathered_from_the_first_day_on(who):
    way = begin(who)
    way.answer("S1.1")
    way.show("S1.1")

    assert way.bid.stage == Stage.ELIGIBILITY
    assert way.bid.evidence.count() == 1


def test_one_kind_of_evidence_is_not_enough_for_ismcp(who):
    way = begin(who, "ismcp")
    way.eligible()
    way.gather()
    way.bid.evidence.filter(criterion__code="S4.3", kind="verbal").get().delete()
    way.bid.evidence.filter(criterion__code="S5.1", kind="document").get().delete()

    with pytest.raises(handing_in.Incomplete) as refused:
        way.submit()

    assert [(m.code, m.said) for m in refused.value.missing] == [
        ("S4.3", "Name at least one person who can speak to it."),
        ("S5.1", "Name at least one document."),
    ]
    assert not AwardSubmission.objects.exists()


def test_an_empty_bid_is_told_everything_that_is_missing(who):
    way = begin(who)

    found = handing_in.missing(way.bid, NOON)

    assert len([m for m in found if m.code == ""]) == 4
    assert {m.code for m in found} == {"", *CODES}


def test_a_difference_needs_its_reasons(who):
    way = begin(who)
    criterion = Criterion.objects.get(code="S1.1")
    answer = bidding.Answer("So.", 3, differs=True, differs_why="")
    bidding.save_response(way.bid, criterion, answer=answer, revision=0, by=who.cora, at=NOON)

    said = [m.said for m in handing_in.missing(way.bid, NOON) if m.code == "S1.1"]

    assert said == ["Say why you do it in another way.", "Name at least one document."]


def test_two_of_the_team_do_not_overwrite_each_other(who):
    way = begin(who)
    criterion = Criterion.objects.get(code="S1.1")
    one, other = bidding.Answer("One.", 3, False, ""), bidding.Answer("Other.", 3, False, "")
    bidding.save_response(way.bid, criterion, answer=one, revision=0, by=who.cora, at=NOON)

    with pytest.raises(bidding.Conflict) as refused:
        bidding.save_response(way.bid, criterion, answer=other, revision=0, by=who.cora, at=NOON)

    assert refused.value.stored.text == "One."


def test_what_was_sent_is_a_copy_that_stays(who):
    way = walk(who, to=Stage.ADJUSTMENT)
    first = way.bid.submissions.get()
    criterion = Criterion.objects.get(code="S1.1")
    answer = bidding.Answer("Other words.", 2, False, "")
    bidding.save_response(way.bid, criterion, answer=answer, revision=1, by=who.cora, at=way.at)

    assert first.content[0]["text"] == "How we meet S1.1."
    with pytest.raises(DatabaseError), transaction.atomic():
        AwardSubmission.objects.update(digest="0")


def test_evidence_can_be_added_until_an_assessor_reads(who):
    way = walk(who, to=Stage.APPOINTMENT)
    way.show("S1.1")
    with pytest.raises(Refused, match="with the assessors"):
        way.answer("S1.1", score=1)

    way.appoint()

    assert len(way.bid.submissions.latest("number").content[0]["evidence"]) == 2
    with pytest.raises(Refused, match="with the assessors"):
        way.show("S1.1")


def test_a_changed_rule_is_for_later_bids(who):
    way = begin(who)
    AwardRule.objects.filter(scheme__key="ismpe").update(need=99)
    way.bid.refresh_from_db()

    assert [band.rules[0].need for band in way.bid.rules.bands] == [95, 90, 85]


def test_one_open_bid_per_programme(who):
    way = begin(who)

    with pytest.raises(Refused, match="open bid"):
        bidding.open_bid(way.bid.programme, way.bid.scheme, by=who.cora, at=NOON)


# --- Independence --------------------------------------------------------------------------------


def part_for(bid, someone, part=Part.FIRST_ASSESSOR):
    return BidPart.objects.create(bid=bid, person=someone, part=part, since=NOON)


def test_the_database_keeps_members_from_assessing_even_after_they_left(who):
    way = begin(who)
    Member.objects.update(ended_at=NOON)

    with pytest.raises(DatabaseError, match="never assesses"), transaction.atomic():
        part_for(way.bid, who.cora)


def test_the_database_keeps_helpers_from_assessing(who):
    way = begin(who)
    organising.name_helper(
        way.bid.programme,
        name="Fin",
        email="FIN@example.org",
        kind=HelperKind.CONSULTANT,
        by=who.cora,
        at=NOON,
    )

    with pytest.raises(DatabaseError, match="never assesses"), transaction.atomic():
        part_for(way.bid, who.fin)


@pytest.mark.parametrize("part", [Part.SECOND_ASSESSOR, Part.CHAIR])
def test_the_database_refuses_a_second_part(who, part):
    way = begin(who)
    part_for(way.bid, who.fin)

    with pytest.raises(IntegrityError), transaction.atomic():
        part_for(way.bid, who.fin, part)


def test_a_judge_cannot_join_or_help_later(who):
    way = walk(who, to=Stage.FIRST_REVIEW)
    organisation = way.bid.programme.organisation
    invitation = organising.invite(organisation, address=who.fin.email, by=who.cora, at=way.at)

    with pytest.raises(Refused, match="cannot join"):
        organising.accept(invitation, by=who.fin, at=way.at)
    with pytest.raises(Refused, match="cannot help"):
        organising.name_helper(
            way.bid.programme,
            name="Sam",
            email=who.sam.email,
            kind=HelperKind.HELPER,
            by=who.cora,
            at=way.at,
        )

    assert not Helper.objects.exists()
    assert organisation.invitations.open(way.at).get() == invitation


def test_the_database_keeps_a_judge_from_slipping_in_by_a_changed_row(who):
    way = walk(who, to=Stage.FIRST_REVIEW)
    programme = way.bid.programme
    helper = organising.name_helper(
        programme, name="Oona", email="oona@advice.example", kind=HelperKind.HELPER,
        by=who.cora, at=way.at,
    )  # fmt: skip
    member = programme.organisation.members.filter(person=who.cora)

    with pytest.raises(DatabaseError, match="does not belong"), transaction.atomic():
        programme.helpers.filter(pk=helper.pk).update(email=who.fin.email)
    with pytest.raises(DatabaseError, match="does not belong"), transaction.atomic():
        member.update(person=who.fin)


def test_candidates_say_why_they_may_not_act(who):
    way = walk(who, to=Stage.APPOINTMENT)
    organising.name_helper(
        way.bid.programme,
        name="Sam",
        email=who.sam.email,
        kind=HelperKind.CONSULTANT,
        by=who.cora,
        at=way.at,
    )

    found = appointing.candidates(way.bid, Part.FIRST_ASSESSOR, way.at)

    assert [(c.person, c.reasons) for c in found] == [
        (who.fin, []),
        (who.sam, ["Helped with the programme."]),
    ]
    with pytest.raises(NotIndependent):
        appointing.appoint(way.bid, Part.FIRST_ASSESSOR, person=who.sam, by=who.noor, at=way.at)


def test_first_and_second_are_two_people(who):
    way = walk(who, to=Stage.APPOINTMENT)
    appointing.appoint(way.bid, Part.FIRST_ASSESSOR, person=who.fin, by=who.noor, at=way.at)

    with pytest.raises(TookAnotherPart):
        appointing.appoint(way.bid, Part.SECOND_ASSESSOR, person=who.fin, by=who.noor, at=way.at)


def test_an_administrator_of_the_team_acts_for_the_team_alone(who):
    way = begin(who)
    boss = person("boss", Role.ADMINISTRATOR, Role.ASSESSOR, Role.PANEL_CHAIR)
    Member.objects.create(organisation=way.bid.programme.organisation, person=boss, since=NOON)

    assert way.bid.acts_as(boss) == {Part.TEAM}


def test_an_assessor_declares_before_scoring(who):
    way = walk(who, to=Stage.APPOINTMENT)
    for part, judge in ((Part.FIRST_ASSESSOR, who.fin), (Part.SECOND_ASSESSOR, who.sam)):
        appointing.appoint(way.bid, part, person=judge, by=who.noor, at=way.at)

    with pytest.raises(Refused):
        assessing.open_sheet(way.bid, by=who.fin, at=way.at)
    way.bid.refresh_from_db()
    with pytest.raises(NotDeclared):
        way.bid.move("report", by=who.fin, at=way.at)


def test_who_steps_back_leaves_nothing_that_counts(who):
    way = walk(who, to=Stage.ASSESSMENT, scheme="ismcp")
    assessing.open_sheet(way.bid, by=who.fin, at=way.at)
    appointing.declare(way.bid, clear=False, by=who.fin, at=way.at)
    gus = person("gus", Role.ASSESSOR)
    appointing.appoint(way.bid, Part.ASSESSOR, person=gus, by=who.noor, at=way.at)
    appointing.declare(way.bid, clear=True, by=gus, at=way.at)

    mine = assessing.open_sheet(way.bid, by=gus, at=way.at)
    way.assess_alone(who.sam)

    assert (mine.person, mine.number, way.bid.stage) == (gus, 2, Stage.ASSESSMENT)
    with pytest.raises(Refused):
        assessing.open_sheet(way.bid, by=who.fin, at=way.at)


# --- Scoring -------------------------------------------------------------------------------------


def test_a_report_needs_every_score_and_a_word_where_points_are_missing(who):
    way = walk(who, to=Stage.FIRST_REVIEW)
    sheet = assessing.open_sheet(way.bid, by=who.fin, at=way.at)
    for code in CODES[1:]:
        mark = assessing.Mark(3 if code == "S6.4" else 4, "", None)
        criterion = Criterion.objects.get(code=code)
        assessing.save_score(sheet, criterion, mark=mark, by=who.fin, at=way.at)

    with pytest.raises(assessing.Unfinished) as refused:
        assessing.report(way.bid, summary=SUMMARY, by=who.fin, at=way.at)

    assert refused.value.codes == ["S1.1", "S6.4"]


def test_final_scores_are_never_changed(who):
    way = walk(who, to=Stage.ADJUSTMENT)
    sheet = way.bid.sheets.get()

    with pytest.raises(Refused, match="final"):
        assessing.save_score(
            sheet,
            Criterion.objects.first(),
            mark=assessing.Mark(0, "", None),
            by=who.fin,
            at=way.at,
        )
    for change in (
        lambda: CriterionScore.objects.update(points=0),
        lambda: CriterionScore.objects.all().delete(),
        lambda: Sheet.objects.update(summary="Other."),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_a_difference_that_is_not_accepted_brings_two_points_at_most(who):
    way = begin(who)
    way.eligible()
    way.gather(differs=("S3.3",))
    way.submit()
    way.appoint()
    way.score(who.fin, accepts=False)
    sheet = way.bid.sheets.get()
    refused = deciding.verdict(way.bid, deciding.of_sheet(sheet)).points
    way.score(who.fin, accepts=True)
    accepted = deciding.verdict(way.bid, deciding.of_sheet(sheet)).points

    assert (refused, accepted) == (86, 88)


def test_interviews_hear_both_sides(who):
    way = walk(who, to=Stage.INTERVIEWS)
    way.interview(who.fin, Group.MENTOR, Group.MENTEE)

    with pytest.raises(Refused, match="at least 1 of those who run"):
        interviewing.close_interviews(way.bid, by=who.fin, at=way.at)
    with pytest.raises(Refused, match="by the assessors"):
        way.interview(who.pan, Group.TEAM)


def test_two_in_parallel_do_not_see_each_other_before_both_are_final(who):
    way = walk(who, to=Stage.ASSESSMENT, scheme="ismcp")
    way.assess_alone(who.fin, lose("S1.1"))
    way.score(who.sam)

    assert [s.person for s in reading.sheets_for(way.bid, who.sam)] == [who.sam]
    assert [s.person for s in reading.sheets_for(way.bid, who.fin)] == [who.fin]
    assert {n.by for n in reading.interviews_for(way.bid, who.sam)} == set()

    way.assess_alone(who.sam)
    assert len(reading.sheets_for(way.bid, who.fin)) == 2
    assert assessing.differences(way.bid) == {"S1.1"}


@pytest.mark.parametrize("scheme", ["ismpe", "ismcp"])
def test_the_team_reads_a_report_only_when_it_is_released(who, scheme):
    way = walk(who, to=Stage.SECOND_CHECK, scheme=scheme)

    kinds = [sheet.kind for sheet in reading.sheets_for(way.bid, who.cora)]
    assert kinds == (["first"] if scheme == "ismpe" else [])
    assert reading.interviews_for(way.bid, who.cora) == []
    assert [s.kind for s in reading.sheets_for(way.bid, who.noor)] == kinds

    way.check()
    assert len(reading.sheets_for(way.bid, who.cora)) == len(kinds) + 1


def test_a_reconciliation_is_settled_in_writing(who):
    way = walk(who, to=Stage.ASSESSMENT, scheme="ismcp")
    way.assess_alone(who.fin, lose("S1.1", "S2.1"))
    way.assess_alone(who.sam, lose("S2.1"))

    sheet = assessing.open_sheet(way.bid, by=who.fin, at=way.at)

    assert assessing.unfinished(sheet) == ["S1.1"]
    mark = assessing.Mark(4, "", None)
    criterion = Criterion.objects.get(code="S1.1")
    assessing.save_score(sheet, criterion, mark=mark, by=who.fin, at=way.at)
    assert assessing.unfinished(sheet) == ["S1.1"]  # points without words settle nothing


def test_a_team_is_asked_for_more_twice_at_most(who):
    way = walk(who, to=Stage.RECONCILIATION, scheme="ismcp")
    for _round in range(2):
        assessing.open_sheet(way.bid, by=who.fin, at=way.at)
        assessing.ask_more(way.bid, summary=SUMMARY, by=who.fin, at=way.tomorrow())
        way.submit()
        for judge in (who.fin, who.sam):
            way.assess_alone(judge)

    assessing.open_sheet(way.bid, by=who.fin, at=way.at)
    with pytest.raises(Refused, match="twice already"):
        assessing.ask_more(way.bid, summary=SUMMARY, by=who.fin, at=way.at)


# --- The decision --------------------------------------------------------------------------------


def test_the_chair_awards_nothing_below_the_lowest_band(who):
    points = lose(*CODES[:7], points=2)  # 74 of 88 is 84.09 %
    way = walk(who, to=Stage.DECISION, points=points)
    appointing.take_chair(way.bid, by=who.pan, at=way.at)

    with pytest.raises(deciding.BelowEveryBand):
        deciding.decide(way.bid, award=True, reasons="Well.", by=who.pan, at=way.at)

    assert not Award.objects.exists()


def test_who_assessed_does_not_decide(who):
    way = walk(who, to=Stage.DECISION)
    both = person("both", Role.ASSESSOR, Role.PANEL_CHAIR)
    BidPart.objects.filter(part=Part.SECOND_ASSESSOR).update(person=both)

    assert way.bid.acts_as(both) == {Part.SECOND_ASSESSOR}
    with pytest.raises(Refused):
        appointing.take_chair(way.bid, by=both, at=way.at)


def test_a_decision_stays_and_an_award_needs_one_that_names_its_band(who):
    way = walk(who, to=Stage.DECISION)
    decision = way.decide(award=False)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AwardDecision.objects.update(band="gold")
    with pytest.raises(DatabaseError, match="names its band"), transaction.atomic():
        Award.objects.create(
            decision=decision,
            programme=way.bid.programme,
            scheme_title="ISMPE",
            label="Gold",
            awarded_on=way.at.date(),
            valid_until=way.at.date() + timedelta(days=1000),
        )


def test_an_award_lasts_three_calendar_years_and_the_team_is_reminded(who):
    way = walk(who, to=Stage.AWARDED)
    award = Award.objects.get()

    assert (award.label, award.valid_until) == ("Gold", award.awarded_on.replace(year=2029))
    ahead = timedelta(days=90)
    end = way.at.replace(year=2029)
    assert reminders.remind_of_renewals(end - timedelta(days=200)) == 0
    assert reminders.remind_of_renewals(end - ahead) == 1
    assert reminders.remind_of_renewals(end - ahead + timedelta(hours=1)) == 1
    assert letters("programme_renewal") == ["Cora"]


def test_a_renewal_begins_with_the_words_of_the_last_bid_and_loses_no_day(who):
    way = walk(who, to=Stage.AWARDED)
    first = Award.objects.get()

    with pytest.raises(Refused, match="holds until 9 September 2029"):
        bidding.open_bid(way.bid.programme, way.bid.scheme, by=who.cora, at=way.at)
    later = way.at.replace(year=2029, month=1)
    again = bidding.open_bid(way.bid.programme, way.bid.scheme, by=who.cora, at=later)

    assert again.renews == first
    assert (again.responses.count(), again.evidence.count()) == (22, 22)
    assert set(again.responses.values_list("score", flat=True)) == {None}
    assert not first.is_renewed


def test_everybody_hears_of_it_in_time(who):
    way = walk(who, to=Stage.APPOINTMENT)
    assert letters("programme_application_received") == ["Cora"]
    body = compose(Message.objects.get(kind="programme_application_received")).body
    assert "100 percent" in body
    way.appoint()
    assert letters("programme_assessor_assigned") == ["Cora"]
    assert letters("programme_task") == ["Fin"]
    way.first_review(lose("S1.1"))
    way.submit()
    way.interviews()
    way.report()
    assert letters("programme_task") == ["Fin", "Sam"]
    way.check()
    way.decide()

    kinds = {m.kind for m in Message.objects.all()}
    assert {"programme_first_report", "programme_second_check", "programme_awarded"} < kinds
    assert "Gold" in compose(Message.objects.get(kind="programme_awarded")).subject


def test_a_refusal_says_how_many_points_and_how_to_appeal(who):
    points = lose(*CODES[:7], points=2)
    way = walk(who, to=Stage.DECISION, points=points)
    way.decide(award=False)

    body = compose(Message.objects.get(kind="programme_not_yet")).body

    assert "84.09 percent" in body
    who.cora.language = "fr-ca"
    who.cora.save()
    assert "84,09" in compose(Message.objects.get(kind="programme_not_yet")).body
