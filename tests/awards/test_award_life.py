"""An award after it was given: two people, its status at any instant, and its renewal."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from accounts.roles import Role
from accounts.services import grant
from awards import bidding, deciding, life, renewing
from awards.flow import Stage
from awards.models import Award, AwardEvent, AwardProposal
from awards.renewing import OnHold, TooEarly
from certificates.dates import body_day
from certificates.flow import Deed
from certificates.flow import Stage as Answer
from certificates.lifecycle import NotPossible, WaitsAlready
from certificates.numbers import PROGRAMME, tidy
from certificates.proposals import Bound, NeedsAnother
from certificates.status import Kind, Status
from notices.models import Message
from notices.services import compose
from tests.awards.walking import CODES, Way, lose, walk
from tests.make import person
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
BRONZE = lose(*CODES[:10])  # 78 of 88


@pytest.fixture
def way(who):
    return walk(who, to=Stage.AWARDED)


@pytest.fixture
def award(way):
    return Award.objects.get()


def do(award, deed, who, at, reason="There is a reason."):
    proposal = life.propose(award, deed, reason=reason, by=who.noor, at=at)
    found = life.confirm(proposal, by=who.director, at=at)
    award.refresh_from_db()
    return found


def test_an_award_has_a_number_of_its_own_kind(award):
    assert award.number.startswith("AWD-2026-")
    assert tidy(award.number.lower().replace("-", " "), PROGRAMME) == award.number
    assert tidy(award.number) == ""  # it is no certificate


def test_its_words_are_kept_in_both_languages(award):
    english, french = award.words("en"), award.words("fr-ca")

    assert english["holder"] == french["holder"] == "Nurse to Nurse"
    assert "Harbourlight Hospitals Trust, Belfast, United Kingdom" in english["scope"]
    assert english["scope_detail"].startswith("88 of 88 points (100 %)")
    assert english["level"] == french["level"] == "gold"
    assert english["check_url"].endswith(f"/a/{award.number}")


def test_the_database_keeps_what_an_award_says(award):
    for column, value in (("label", "Platinum"), ("number", "AWD-2026-0000-00"), ("said", {})):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Award.objects.filter(pk=award.pk).update(**{column: value})
    with pytest.raises(DatabaseError), transaction.atomic():
        award.events.all().update(reason="Another.")
    with pytest.raises(DatabaseError), transaction.atomic():
        award.events.all().delete()


def test_one_proposes_and_another_confirms(award, who, way):
    at = way.tomorrow()
    proposal = life.propose(award, Deed.SUSPEND, reason="A complaint.", by=who.director, at=at)
    assert award.status(at) == Status.VALID

    with pytest.raises(NeedsAnother):
        life.confirm(proposal, by=who.director, at=at)
    with pytest.raises(Refused, match="Only the Director"):
        life.confirm(proposal, by=who.noor, at=at)
    with pytest.raises(Bound, match="Took a part"):
        life.confirm(proposal, by=who.pan, at=at)
    with pytest.raises(WaitsAlready):
        life.propose(award, Deed.WITHDRAW, reason="Now.", by=who.noor, at=at)

    other = person("dora", Role.DECIDER)
    life.confirm(proposal, by=other, at=at)
    award.refresh_from_db()
    assert (award.status(at), award.stopped_at) == (Status.SUSPENDED, at)
    verbs = Event.objects.of_case(way.bid.trail_case()).values_list("verb", flat=True)
    assert {"propose", "confirm"} <= set(verbs)


def test_the_database_asks_for_two_people(award, who, way):
    at = way.tomorrow()
    for kind in (Kind.SUSPENDED, Kind.WITHDRAWN, Kind.REINSTATED):
        with pytest.raises(DatabaseError, match="take two people"), transaction.atomic():
            AwardEvent.objects.create(award=award, kind=kind, effective_at=at, by=who.noor)
    proposal = life.propose(award, Deed.WITHDRAW, reason="No.", by=who.noor, at=at)
    alone = {"stage": Answer.CONFIRMED, "decided_by": who.noor, "decided_at": at}
    with pytest.raises(DatabaseError), transaction.atomic():
        AwardProposal.objects.filter(pk=proposal.pk).update(**alone)
    with pytest.raises(DatabaseError, match="take two people"), transaction.atomic():
        AwardEvent.objects.create(
            award=award, kind=Kind.WITHDRAWN, effective_at=at, by=who.director, proposal=proposal
        )


def test_the_team_proposes_nothing_about_itself(award, who, way):
    cora = who.cora
    with pytest.raises(Refused, match="Only the body"):
        life.propose(award, Deed.SUSPEND, reason="x", by=cora, at=way.at)
    grant(Role.DECIDER, to=cora, by=None, at=way.at, starts_on=date(2020, 1, 1), ends_on=None)
    cora = User.objects.get(pk=cora.pk)
    with pytest.raises(Refused, match="own programme"):
        life.propose(award, Deed.SUSPEND, reason="x", by=cora, at=way.at)
    assert life.deeds_for(cora, award, way.at) == []


def test_what_was_refused_changes_nothing(award, who, way):
    at = way.tomorrow()
    proposal = life.propose(award, Deed.WITHDRAW, reason="Perhaps.", by=who.noor, at=at)
    with pytest.raises(Refused, match="Write a reason"):
        life.refuse(proposal, reason=" ", by=who.director, at=at)
    life.refuse(proposal, reason="It is not so.", by=who.director, at=at)

    assert (proposal.stage, award.status(at)) == (Answer.REFUSED, Status.VALID)
    with pytest.raises(Refused):
        life.confirm(proposal, by=who.director, at=at)
    again = life.propose(award, Deed.SUSPEND, reason="Still.", by=who.noor, at=at)
    life.take_back(again, by=who.noor, at=at)
    assert again.stage == Answer.TAKEN_BACK


def test_its_status_can_be_told_for_any_day(award, who, way):
    given, suspended = way.at, way.tomorrow()
    do(award, Deed.SUSPEND, who, suspended)
    back = suspended + timedelta(days=10)
    do(award, Deed.REINSTATE, who, back)
    gone = back + timedelta(days=10)
    do(award, Deed.WITHDRAW, who, gone)

    moments = [
        given - timedelta(days=2), given, suspended + timedelta(hours=1), back, gone,
        gone.replace(year=2040),
    ]  # fmt: skip
    assert [award.status(at) for at in moments] == [
        Status.NOT_YET, Status.VALID, Status.SUSPENDED, Status.VALID, Status.WITHDRAWN,
        Status.WITHDRAWN,
    ]  # fmt: skip
    with pytest.raises(NotPossible):
        do(award, Deed.REINSTATE, who, gone + timedelta(days=1))


def test_it_lasts_to_the_end_of_its_last_day(award):
    last = award.issued_at.replace(year=2029)

    assert body_day(last) == award.valid_until
    assert award.status(last) == Status.VALID
    assert award.status(last + timedelta(days=1)) == Status.LAPSED


@pytest.mark.parametrize(
    ("deed", "kind", "says"),
    [
        (Deed.SUSPEND, "programme_suspended", "is suspended"),
        (Deed.WITHDRAW, "programme_withdrawn", "is withdrawn"),
    ],
)
def test_the_team_is_told_why(award, who, way, deed, kind, says):
    do(award, deed, who, way.tomorrow(), reason="The pairs never met.")

    message = Message.objects.get(kind=kind)
    body = compose(message).body
    assert message.to == who.cora
    assert (says in body, "The pairs never met." in body, award.number in body) == (True,) * 3


# --- Renewal -------------------------------------------------------------------------------------
def renew(way: Way, at, points=None) -> Award:
    """The same people once more, from the words of the last bid."""
    way.at = at
    way.bid = bidding.open_bid(way.bid.programme, way.bid.scheme, by=way.who.cora, at=at)
    way.eligible()
    way.gather()
    way.submit()
    way.appoint()
    way.first_review()
    way.submit()
    way.interviews()
    way.report(points)
    way.check()
    way.bid.refresh_from_db()
    return way.decide().award


def test_a_renewal_goes_on_from_the_last_day_and_may_change_the_level(way, award):
    assert award.label == "Gold"
    opens = award.issued_at.replace(year=2029) - renewing.OPENS

    after = renew(way, opens, BRONZE)

    assert (after.renews, after.label) == (award, "Bronze")
    assert after.valid_until == award.valid_until.replace(year=2032)
    assert after.awarded_on < award.valid_until
    assert award.events.filter(kind=Kind.RENEWED).get().reason == after.number
    assert award.status(way.at) == Status.VALID  # until its own last day
    end = award.issued_at.replace(year=2029)
    assert award.status(end + timedelta(days=1)) == Status.RENEWED
    assert after.status(end + timedelta(days=1)) == Status.VALID
    held = Award.objects.in_force(body_day(way.at))
    assert [held.count(), list(held.newest())] == [2, [after]]


def test_before_the_window_no_renewal_begins(way, award):
    early = award.issued_at.replace(year=2029) - renewing.OPENS - timedelta(days=1)

    with pytest.raises(TooEarly, match="Its renewal can begin"):
        bidding.open_bid(way.bid.programme, way.bid.scheme, by=way.who.cora, at=early)


def test_a_late_renewal_gains_no_day_and_one_after_the_window_begins_anew(way, award):
    programme, scheme = way.bid.programme, way.bid.scheme
    end = award.issued_at.replace(year=2029)

    assert renewing.to_renew(programme, scheme, end + renewing.CLOSES) == award
    late = end + renewing.CLOSES + timedelta(days=1)
    assert renewing.to_renew(programme, scheme, late) is None
    after = renew(way, end + timedelta(days=100))
    assert after.valid_until == award.valid_until.replace(year=2032)


def test_another_scheme_renews_nothing(way, award):
    other = type(way.bid.scheme).objects.get(key="ismcp")

    assert renewing.to_renew(way.bid.programme, other, way.at) is None


def test_a_suspended_award_is_settled_before_it_is_renewed(way, award, who):
    do(award, Deed.SUSPEND, who, way.tomorrow())

    with pytest.raises(OnHold):
        bidding.open_bid(
            way.bid.programme, way.bid.scheme, by=who.cora, at=way.at.replace(year=2029)
        )


def test_a_withdrawn_award_is_not_renewed(way, award, who):
    do(award, Deed.WITHDRAW, who, way.tomorrow())

    bid = bidding.open_bid(way.bid.programme, way.bid.scheme, by=who.cora, at=way.tomorrow())

    assert bid.renews is None


# --- Where a level begins ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lost", "label"),
    [(14, ""), (13, "Bronze"), (9, "Bronze"), (8, "Silver"), (5, "Silver"), (4, "Gold")],
)
def test_a_point_makes_the_difference_in_a_real_bid(who, lost, label):
    """88 points: 74 are 84.09 %, 75 are 85.22 %; 79 and 80 lie around 90, 83 and 84 around 95."""
    way = walk(who, to=Stage.DECISION, points=lose(*CODES[:lost]))

    found = deciding.outcome(way.bid)

    assert (found.points, found.label) == (88 - lost, label)
