"""The pages of programmes: the team's, the assessors', the chair's, and nobody else's."""

import pytest
import time_machine
from django.urls import reverse

from awards import assessing, organising
from awards.flow import Part, Stage
from awards.models import Award, Criterion, Invitation, Organisation, Sheet
from awards.turns import path_of, turn_of, turns_of
from tests.awards.walking import CODES, SUMMARY, begin, lose, walk
from tests.make import NOON, person

pytestmark = pytest.mark.django_db
SECRET = "SECRET: the pairs meet"


def url(name, *args):
    return reverse(f"awards:{name}", args=args)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def text(answer):
    return answer.content.decode()


def test_a_programme_is_founded_described_and_begun_in_the_browser(who, browse):
    client = browse(who.cora)
    said = {"name": "Trust", "city": "", "country": "Ireland", "programme": "Nurse to Nurse"}
    profile = client.post(url("found"), said).url

    said = {"name": "Nurse to Nurse", "purpose": "Keep nurses.", "audience": "Nurses", "pairs": "9"}
    said |= {"started_on": "2024-01-08", "cycle_ended_on": "", "listed": "on"}
    programme = client.post(profile, said).url
    workspace = client.post(f"{programme}begin/", {"scheme": "ismpe"}).url

    page = text(client.get(workspace))
    assert "0 of 22 criteria scored" in page
    assert "That is below the lowest level." in page
    assert client.post(url("send", begin_of(who)), follow=True).status_code == 200


def begin_of(who):
    return who.cora.organisation_memberships.get().organisation.programmes.get().bids.get().pk


def test_an_invitation_is_there_for_its_address_alone(who, browse):
    way = begin(who)
    mia, eve = person("mia"), person("eve")
    organisation = way.bid.programme.organisation
    client = browse(who.cora)
    client.post(url("invite", way.bid.programme_id), {"address": mia.email})
    link = url("invitation", Invitation.objects.get().key)

    assert browse(eve).get(link).status_code == 404
    assert browse(eve).post(link).status_code == 404
    assert browse(mia).get(link).status_code == 200
    browse(mia).post(link)
    assert browse(mia).get(url("programme", way.bid.programme_id)).status_code == 200
    assert browse(mia).get(link).status_code == 404
    assert organisation.members.count() == 2


def test_a_criterion_is_saved_by_its_button_and_by_itself(who, browse):
    way, client = begin(who), browse(who.cora)
    page = url("criterion", way.bid.pk, "S1.1")
    typed = {"text": "We do.", "score": "3", "differs": "no", "differs_why": "", "revision": "0"}

    first = client.post(page, typed, headers={"X-Autosave": "1"})
    other = client.post(page, typed | {"text": "Else."}, headers={"X-Autosave": "1"})
    plain = client.post(page, typed | {"text": "Else.", "revision": "1", "then": "next"})

    assert first.json()["revision"] == 1
    assert (other.status_code, other.json()["values"]["text"]) == (409, "We do.")
    assert plain.url == url("criterion", way.bid.pk, "S1.2")
    assert way.bid.responses.get().text == "Else."


def test_what_was_typed_is_kept_where_it_is_refused(who, browse):
    way, client = begin(who), browse(who.cora)
    way.answer("S1.1")
    typed = {"text": "Mine.", "score": "3", "differs": "no", "differs_why": "", "revision": "0"}

    page = text(client.post(url("criterion", way.bid.pk, "S1.1"), typed))

    assert "Mine." in page
    assert "Somebody else saved this criterion meanwhile." in page


def test_evidence_is_named_and_taken_away(who, browse):
    way, client = begin(who), browse(who.cora)
    said = {"kind": "document", "title": "Charter", "detail": "", "url": "https://x.example/"}
    client.post(url("add_evidence", way.bid.pk, "S1.1"), said)
    piece = way.bid.evidence.get()

    assert "Charter" in text(client.get(url("criterion", way.bid.pk, "S1.1")))
    client.post(url("remove_evidence", way.bid.pk, piece.pk))
    assert not way.bid.evidence.exists()


def test_sending_too_early_shows_the_list_and_sends_nothing(who, browse):
    way, client = begin(who, "ismcp"), browse(who.cora)
    way.describe()
    client.post(url("send", way.bid.pk))
    way.gather()
    way.bid.evidence.filter(criterion__code="S4.3", kind="verbal").delete()

    page = text(client.post(url("send", way.bid.pk), follow=True))

    assert "Something is still missing. Nothing was sent." in page
    assert "Name at least one person who can speak to it." in page
    way.bid.refresh_from_db()
    assert way.bid.stage == Stage.EVIDENCE


def test_an_administrator_appoints_only_who_may_act(who, browse):
    way, client = walk(who, to=Stage.APPOINTMENT), browse(who.noor)
    page = url("assessors", way.bid.pk)
    client.post(page, {"part": Part.FIRST_ASSESSOR, "person": who.fin.pk})
    client.post(page, {"part": Part.SECOND_ASSESSOR, "person": who.fin.pk})
    way.bid.refresh_from_db()
    assert way.bid.stage == Stage.APPOINTMENT

    client.post(page, {"part": Part.SECOND_ASSESSOR, "person": who.sam.pk})
    way.bid.refresh_from_db()
    assert way.bid.stage == Stage.FIRST_REVIEW
    assert "Is the First Assessor here." in text(client.get(page))


def test_the_file_opens_after_the_declaration(who, browse):
    way = walk(who, to=Stage.APPOINTMENT)
    admin = browse(who.noor)
    for part, judge in ((Part.FIRST_ASSESSOR, who.fin), (Part.SECOND_ASSESSOR, who.sam)):
        admin.post(url("assessors", way.bid.pk), {"part": part, "person": judge.pk})
    client = browse(who.fin)

    assert client.get(url("desk", way.bid.pk)).url == url("declare", way.bid.pk)
    client.post(url("declare", way.bid.pk), {"stand": "clear"})
    client.post(url("begin_sheet", way.bid.pk))
    page = url("score", way.bid.pk, "S1.1")
    assert "How we meet S1.1." in text(client.get(page))
    after = client.post(page, {"points": "3", "comment": "Nearly.", "accepts": ""})
    assert after.url == url("score", way.bid.pk, "S1.2")
    assert "Open S1.2" in text(client.get(url("desk", way.bid.pk)))


def test_finishing_asks_for_what_is_missing(who, browse):
    way = walk(who, to=Stage.FIRST_REVIEW)
    sheet = assessing.open_sheet(way.bid, by=who.fin, at=way.at)
    client = browse(who.fin)

    page = text(client.post(url("finish", way.bid.pk), {"summary": SUMMARY, "then": "report"}))
    assert "Points or a comment are missing for: S1.1" in page

    way.score(who.fin)
    client.post(url("finish", way.bid.pk), {"summary": SUMMARY, "then": "report"})
    assert Sheet.objects.get(pk=sheet.pk).released_at is not None


def test_interviews_stay_with_the_assessors(who, browse):
    way = walk(who, to=Stage.INTERVIEWS)
    client = browse(who.fin)
    said = {"group": "team", "alias": "Lead", "held_on": "2026-09-01", "notes": SECRET}
    client.post(url("interviews", way.bid.pk), said)
    assert SECRET in text(client.get(url("interviews", way.bid.pk)))
    client.post(url("close_interviews", way.bid.pk))
    way.bid.refresh_from_db()
    assert way.bid.stage == Stage.INTERVIEWS  # not enough people were heard


def test_nobody_of_the_team_ever_reads_an_interview_or_an_unreleased_score(who, browse):
    way = walk(who, to=Stage.SECOND_CHECK, points=lose("S1.1", points=1))
    pages = ["workspace", "report", "send", "withdraw"]
    for reader in (who.cora, who.noor):
        client = browse(reader)
        for name in pages:
            page = text(client.get(url(name, way.bid.pk), follow=True))
            assert SECRET not in page
            assert "1 of 4" not in page
    for name in ("desk", "interviews", "check", "decide", "finish", "declare"):
        assert browse(who.cora).get(url(name, way.bid.pk)).status_code == 404


def test_two_in_parallel_see_one_sheet_each(who, browse):
    way = walk(who, to=Stage.ASSESSMENT, scheme="ismcp")
    way.assess_alone(who.fin, lose("S1.1", points=1))
    client = browse(who.sam)
    assessing.open_sheet(way.bid, by=who.sam, at=way.at)

    for name in ("workspace", "desk", "interviews"):
        page = text(client.get(url(name, way.bid.pk)))
        assert SECRET not in page
        assert "1 of 4" not in page
    assert client.get(url("report", way.bid.pk)).status_code == 404


def test_a_difference_is_settled_with_both_opinions_in_sight(who, browse):
    way = walk(who, to=Stage.ASSESSMENT, scheme="ismcp")
    way.assess_alone(who.fin, lose("S1.1"))
    way.assess_alone(who.sam)
    client = browse(who.fin)
    client.post(url("begin_sheet", way.bid.pk))

    assert "you two differ" in text(client.get(url("desk", way.bid.pk)))
    page = text(client.get(url("score", way.bid.pk, "S1.1")))
    assert "The Assessor’s scores" in page
    assert "The Verifier’s scores" in page


def test_the_second_assessor_sends_back_with_reasons_the_first_reads(who, browse):
    way = walk(who, to=Stage.SECOND_CHECK)
    client = browse(who.sam)
    client.post(url("check", way.bid.pk), {"agreed": "no", "reasons": ""})
    way.bid.refresh_from_db()
    assert way.bid.stage == Stage.SECOND_CHECK

    client.post(url("check", way.bid.pk), {"agreed": "no", "reasons": "Look at S5.3 again."})
    assert "Look at S5.3 again." in text(browse(who.fin).get(url("desk", way.bid.pk)))


def test_the_chair_takes_the_file_up_and_awards_what_the_points_reach(who, browse):
    way = walk(who, to=Stage.DECISION, points=lose(*CODES[:7]))  # 81 of 88
    client = browse(who.pan)
    assert "Nothing binds me" in text(client.get(url("decide", way.bid.pk)))
    client.post(url("take", way.bid.pk))
    page = text(client.get(url("decide", way.bid.pk)))
    assert "Award Silver." in page
    assert "81 × 100 = 8100" in page

    client.post(url("decide", way.bid.pk), {"award": "yes", "reasons": "Well shown."})

    assert Award.objects.get().label == "Silver"
    assert "Well shown." in text(browse(who.cora).get(url("report", way.bid.pk)))


def test_an_award_is_listed_as_long_as_it_runs_and_the_team_agrees(who, client, clock):
    way = walk(who, to=Stage.AWARDED)
    award = Award.objects.get()
    page = reverse("award:page", args=[award.public_id])
    assert "Nurse to Nurse" not in text(client.get(url("listed")))  # it has not begun
    clock.move_to(way.at)
    assert "Nurse to Nurse" in text(client.get(url("listed")))
    assert "This award is valid" in text(client.get(page))

    programme = way.bid.programme
    programme.listed = False
    programme.save()
    assert "Nurse to Nurse" not in text(client.get(url("listed")))
    assert client.get(page).status_code == 200

    programme.listed = True
    programme.save()
    clock.move_to(NOON.replace(year=2030))
    assert "Nurse to Nurse" not in text(client.get(url("listed")))
    assert "This award has ended" in text(client.get(page))


def test_strangers_find_nothing(who, browse):
    way = walk(who, to=Stage.FIRST_REVIEW)
    eve = browse(person("eve"))

    for name in ("workspace", "send", "report", "desk", "interviews", "assessors", "decide"):
        assert eve.get(url(name, way.bid.pk)).status_code == 404
    assert eve.get(url("programme", way.bid.programme_id)).status_code == 404
    assert "Nurse to Nurse" not in text(eve.get(url("index")))


def test_an_uninvolved_assessor_and_chair_see_nothing_before_their_time(who, browse):
    way = walk(who, to=Stage.FIRST_REVIEW)

    assert browse(who.pan).get(url("workspace", way.bid.pk)).status_code == 404


def test_a_helper_is_named_once(who, browse):
    way, client = begin(who), browse(who.cora)
    said = {"name": "Con", "email": "con@example.org", "kind": "consultant"}
    page = url("name_helper", way.bid.programme_id)
    client.post(page, said)

    assert "is named already" in text(client.post(page, said))


def test_somebody_leaves_and_sees_nothing_more(who, browse):
    way = begin(who)
    mia = person("mia")
    organisation = way.bid.programme.organisation
    invitation = organising.invite(organisation, address=mia.email, by=who.cora, at=NOON)
    member = organising.accept(invitation, by=mia, at=NOON)

    browse(mia).post(url("leave", way.bid.programme_id, member.pk))

    assert browse(mia).get(url("workspace", way.bid.pk)).status_code == 404


def test_a_team_withdraws(who, browse):
    way, client = begin(who), browse(who.cora)
    client.get(url("withdraw", way.bid.pk))
    client.post(url("withdraw", way.bid.pk))
    way.bid.refresh_from_db()

    assert way.bid.stage == Stage.WITHDRAWN
    assert {step.state for step in path_of(way.bid)} == {"todo"}
    assert "The team has withdrawn" in text(client.get(url("workspace", way.bid.pk)))


def test_every_criterion_has_its_guidance(who, browse):
    way, client = begin(who), browse(who.cora)

    for criterion in Criterion.objects.filter(code__in=("S1.1", "S6.4")):
        page = text(client.get(url("criterion", way.bid.pk, criterion.code)))
        assert all(question.split("'")[0] in page for question in criterion.questions[:1])


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_programmes_asks_the_database_the_same_however_long_it_is(
    who, browse, count, django_assert_num_queries
):
    for _number in range(count):
        walk(who, to=Stage.FIRST_REVIEW)
    client = browse(who.cora)
    client.get(url("index"))

    with django_assert_num_queries(7):
        page = text(client.get(url("index")))

    assert page.count("The First Assessor reads the evidence") == count
    assert page.count("Fin Example") == count


@pytest.mark.parametrize("stage", [Stage.EVIDENCE, Stage.APPOINTMENT, Stage.DECISION])
def test_the_list_and_the_page_agree_on_whose_turn_it_is(who, stage):
    way = walk(who, to=stage)
    someone = [who.cora, who.fin, who.sam, who.pan, who.noor]

    listed = [turns_of([way.bid], person, NOON.date())[0][1] for person in someone]

    assert listed == [turn_of(way.bid, person, NOON.date()) for person in someone]


def test_a_judge_reads_nothing_before_declaring(who, browse):
    way = walk(who, to=Stage.DECISION)
    chair = browse(who.pan)

    assert chair.get(url("report", way.bid.pk)).status_code == 404
    assert SECRET not in text(chair.get(url("interviews", way.bid.pk), follow=True))
    chair.post(url("take", way.bid.pk))
    assert chair.get(url("report", way.bid.pk)).status_code == 200


def test_home_leads_the_team_to_its_programme_and_nobody_else(who, browse):
    begin(who)

    assert browse(who.cora).get(reverse("home")).url == url("index")
    assert browse(person("eve")).get(reverse("home")).status_code == 200


def test_a_name_with_an_invisible_character_is_refused(who, browse):
    said = {"name": "Tr\u202eust", "city": "", "country": "Ireland", "programme": "P"}

    page = text(browse(who.cora).post(url("found"), said))

    assert "invisible character" in page
    assert not Organisation.objects.exists()


def test_one_person_does_not_found_without_end(who, browse):
    client = browse(who.cora)
    said = {"name": "Trust", "city": "", "country": "Ireland", "programme": "P"}
    for _number in range(6):
        answer = client.post(url("found"), said)

    assert "many organisations already" in text(answer)
    assert Organisation.objects.count() == 5


def test_the_public_page_about_the_award_leads_in(client, db):
    page = text(client.get(reverse("register:page", args=["programme-award"])))

    assert url("index") in page
    assert url("listed") in page


def test_what_is_over_stands_apart_from_what_is_on_its_way(who, browse):
    page = text(browse(walk(who, to=Stage.AWARDED).who.cora).get(url("index")))

    assert "On their way" not in page
    assert "Finished" in page


def test_being_late_is_not_shown_as_the_turn_of_whoever_waits(who, browse, clock):
    way = walk(who, to=Stage.FIRST_REVIEW)
    clock.move_to(NOON.replace(year=NOON.year + 1))

    assert "tag-you" not in text(browse(way.who.cora).get(url("index")))
    assert "tag-you" in text(browse(way.who.fin).get(url("index")))


def test_a_chair_is_led_to_the_report_and_not_to_a_desk(who, browse):
    bid = walk(who, to=Stage.AWARDED).bid

    page = text(browse(who.pan).get(url("workspace", bid.pk)))
    assert url("desk", bid.pk) not in page
    assert url("report", bid.pk) in page
    assert url("desk", bid.pk) in text(browse(who.fin).get(url("workspace", bid.pk)))


def test_whoever_has_declared_steps_back_under_that_name(who, browse):
    bid = walk(who, to=Stage.FIRST_REVIEW).bid

    assert "<title>Step back" in text(browse(who.fin).get(url("declare", bid.pk)))
