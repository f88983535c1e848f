"""The pages of an award: for everybody, for its team, and for the staff."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from awards import bidding, life
from awards.flow import Stage
from awards.models import Award, AwardProposal
from certificates.flow import Deed
from tests.awards.walking import CODES, lose, walk
from tests.make import NOON, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def way(who, clock):
    found = walk(who, to=Stage.AWARDED)
    clock.move_to(found.at)
    return found


@pytest.fixture
def award(way):
    return Award.objects.get()


def page_of(award):
    return reverse("award:page", args=[award.public_id])


def suspend(award, who, at):
    asked = life.propose(award, Deed.SUSPEND, reason="A question.", by=who.noor, at=at)
    life.confirm(asked, by=who.director, at=at)


def test_everybody_may_ask_what_an_award_is_worth_today_and_on_a_day(
    award, client, who, way, clock
):
    found = text(client.get(page_of(award)))
    assert "This award is valid" in found
    assert award.number in found
    given = award.awarded_on.isoformat()
    suspend(award, who, way.tomorrow())
    clock.move_to(way.tomorrow())

    assert "This award is suspended" in text(client.get(page_of(award)))
    assert "This award was valid on" in text(client.get(page_of(award), {"on": given}))
    assert "This award was not valid on" in text(client.get(page_of(award), {"on": "2026-01-01"}))
    data = client.get(f"{page_of(award)}status.json", {"on": given})
    told = data.json()
    assert (told["status"], told["valid"], told["valid_on"]) == ("suspended", False, True)
    assert data["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{page_of(award)}status.json", {"on": "yesterday"}).status_code == 400
    assert "Nurse to Nurse" not in text(client.get(reverse("awards:listed")))


def test_the_public_page_needs_no_cookie_and_names_no_person(award, client, who):
    response = client.get(page_of(award))

    assert not response.cookies
    assert not [p for p in (who.cora, who.fin, who.sam, who.pan) if p.full_name in text(response)]


@pytest.mark.parametrize(
    "typed",
    ["{number}", " {lower} ", "https://portal.example/a/{public}/", "portal.example/a/{number}"],
)
def test_its_number_is_checked_where_all_numbers_are(award, client, typed):
    said = typed.format(
        number=award.number, lower=award.number.lower().replace("-", ""), public=award.public_id
    )

    found = client.get(reverse("register:check"), {"number": said})

    assert found["Location"] == page_of(award)


def test_the_team_fetches_its_papers_and_strangers_find_nothing(award, browse, who):
    record = reverse("awards:record", args=[award.pk])
    files = reverse("awards:files", args=[award.pk])

    assert "We are drawing the papers." in text(browse(who.cora).get(record))
    assert "We are drawing the papers." in text(browse(who.cora).get(files))
    for stranger in (person("eve"), who.fin):
        assert browse(stranger).get(record).status_code == 404
        assert browse(stranger).get(files).status_code == 404
    assert browse(who.cora).get(reverse("awards:records")).status_code == 404


def test_staff_see_what_failed_and_have_it_drawn_again(award, browse, who):
    award.papers.update(attempts=3, last_error="no ink")
    paper = award.papers.first()
    record = reverse("awards:record", args=[award.pk])
    again = reverse("awards:draw_again", args=[award.pk, paper.pk])

    assert "We could not draw a paper." in text(browse(who.cora).get(record))
    assert browse(who.cora).post(again).status_code == 404
    noor = browse(who.noor)
    assert "no ink" in text(noor.get(record))
    assert "Paper not drawn" in text(noor.get(reverse("awards:records")))
    noor.post(again)
    paper.refresh_from_db()
    assert paper.attempts == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("{number}", True),
        ("{lower}", True),
        ("nurse to", True),
        ("harbourlight", True),
        ("bees", False),
    ],
)
def test_staff_find_an_award_by_its_number_or_a_name(award, browse, who, typed, found):
    lower = award.number.lower().replace("-", " ")
    page = browse(who.noor).get(
        reverse("awards:records"), {"q": typed.format(number=award.number, lower=lower)}
    )

    assert (award.number in text(page)) is found
    assert ("No award found" in text(page)) is not found


def test_two_people_suspend_it_through_the_pages(award, browse, who):
    noor, des = browse(who.noor), browse(who.director)
    propose = reverse("awards:propose", args=[award.pk, "suspend"])
    assert "Write a reason. The team reads it." in text(noor.post(propose, {"reason": ""}))
    noor.post(propose, {"reason": "The pairs never met."})
    asked = AwardProposal.objects.get()
    page = reverse("awards:proposal", args=[asked.pk])

    assert "The letter that would go out" in text(noor.get(page))
    assert "The pairs never met." in text(des.get(page))
    assert "Took a part in assessing it." in text(browse(who.pan).get(page))
    assert browse(who.cora).get(page).status_code == 404
    des.post(reverse("awards:confirm", args=[asked.pk]))
    award.refresh_from_db()
    assert award.stopped_at is not None
    record = text(browse(who.cora).get(reverse("awards:record", args=[award.pk])))
    assert "There is nothing to download while the award is not valid." in record


def test_the_page_and_the_paper_speak_the_language_of_the_reader(who, client, clock):
    way = walk(who, to=Stage.AWARDED, points=lose(*CODES[:9]))  # 79 of 88
    clock.move_to(way.at)
    award = Award.objects.get()
    assert award.words("fr-ca")["scope_detail"].endswith("(89,77 %)")

    assert "79 of 88 points (89.77 %)" in text(client.get(page_of(award)))
    french = text(client.get(page_of(award), headers={"accept-language": "fr-ca"}))

    assert award.words("fr-ca")["scope_detail"] in french
    assert "79 of 88" not in french


def test_a_renewal_is_a_link_only_for_those_who_may_read_it(way, award, browse, who, clock):
    clock.move_to(way.at.replace(year=way.at.year + 3) - timedelta(days=60))
    renewal = bidding.open_bid(award.programme, way.bid.scheme, by=who.cora, at=timezone.now())
    link = reverse("awards:workspace", args=[renewal.pk])
    record = reverse("awards:record", args=[award.pk])

    assert link in text(browse(who.cora).get(record))
    page = text(browse(who.director).get(record))

    assert "The renewal is on its way" in page
    assert link not in page
