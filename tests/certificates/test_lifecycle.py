"""What happens to a certificate after its award: who may, with whom, and what it changes."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.roles import Role
from applicants.models import Application, Interest, TeachingRelation
from applicants.services import prerequisite_met
from certificates import lifecycle
from certificates.flow import BY_TWO, FLOW, Stage
from certificates.lifecycle import (
    Change,
    Deed,
    NotPossible,
    Proposal,
    Scope,
    WaitsAlready,
    confirm,
    propose,
    refuse,
    surrender,
    take_back,
)
from certificates.models import Certificate, CertificateEvent
from certificates.proposals import Bound, NeedsAnother
from certificates.reissuing import NoSmallerScope, held
from certificates.services import NotRenewable, happen
from certificates.status import Kind, Status
from notices.models import Message
from notices.services import compose
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(days=30)
HOUR = timedelta(hours=1)


@pytest.fixture
def do(noor, dee):
    """Noor proposes and Dee confirms."""

    def both(certificate, deed, *, at=LATER, change=lifecycle.NO_CHANGE):
        proposal = propose(certificate, deed, reason="A reason.", by=noor, at=at, change=change)
        found = confirm(proposal, by=dee, at=at)
        certificate.refresh_from_db()
        return found

    return both


def kinds(certificate):
    return list(certificate.events.values_list("kind", flat=True))


def letters():
    mine = Message.objects.filter(kind__startswith="certificate_").order_by("pk")
    return list(mine.values_list("kind", flat=True))


# --- Two people -----------------------------------------------------------------------------------
@pytest.mark.parametrize("deed", [Deed.SUSPEND, Deed.WITHDRAW])
def test_two_people_do_it_and_everything_tells(ada, noor, dee, award, deed):
    certificate = award(ada)
    proposal = propose(certificate, deed, reason=" It was copied. ", by=noor, at=LATER)
    assert certificate.status(LATER + HOUR) == Status.VALID
    assert letters() == []

    confirm(proposal, by=dee, at=LATER)

    event = certificate.events.last()
    assert (event.reason, event.by, event.effective_at) == ("It was copied.", dee, LATER)
    assert event.proposal == proposal
    assert certificate.status(LATER) == {"suspend": "suspended", "withdraw": "withdrawn"}[deed]
    assert certificate.status(LATER - HOUR) == Status.VALID
    assert (proposal.stage, proposal.decided_by, proposal.decided_at) == ("confirmed", dee, LATER)
    assert letters() == [f"certificate_{event.kind}"]
    told = list(Event.objects.about(certificate).values_list("verb", "actor"))
    assert told == [(deed.value, dee.pk)]
    assert list(Event.objects.about(proposal).values_list("verb", flat=True)) == [
        "propose",
        "confirm",
    ]


@pytest.mark.parametrize("deed", BY_TWO)
def test_nobody_confirms_alone(ada, dee, noor, award, do, deed):
    certificate = award(ada)
    if deed == Deed.REINSTATE:
        do(certificate, Deed.SUSPEND)
    change = Change(Scope(nested=True), "Ada Right")
    proposal = propose(certificate, deed, reason="Why.", by=dee, at=LATER + HOUR, change=change)
    before = kinds(certificate)

    with pytest.raises(NeedsAnother):
        confirm(proposal, by=dee, at=LATER + HOUR)
    with pytest.raises(NeedsAnother):
        refuse(proposal, reason="No.", by=dee, at=LATER + HOUR)

    assert kinds(certificate) == before


def test_the_database_refuses_one_person_alone(ada, dee, award):
    certificate = award(ada)
    proposal = propose(certificate, Deed.WITHDRAW, reason="Why.", by=dee, at=LATER)

    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            stage=Stage.CONFIRMED, decided_by=dee, decided_at=LATER
        )


@pytest.mark.parametrize("kind", [Kind.WITHDRAWN, Kind.REINSTATED])
def test_the_database_refuses_what_two_people_did_not_confirm(ada, eve, noor, dee, award, do, kind):
    certificate, other = award(ada), award(eve)
    waiting = propose(certificate, Deed.WITHDRAW, reason="Why.", by=noor, at=LATER)
    elsewhere = propose(other, Deed.WITHDRAW, reason="Why.", by=noor, at=LATER)
    confirm(elsewhere, by=dee, at=LATER)

    for proposal in (None, waiting, elsewhere):
        with pytest.raises(DatabaseError, match="take two people"), transaction.atomic():
            happen(certificate, kind, by=dee, at=LATER, reason="Alone.", proposal=proposal)


def test_what_was_answered_is_kept(ada, noor, dee, award):
    proposal = propose(award(ada), Deed.SUSPEND, reason="Why.", by=noor, at=LATER)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk)._raw_delete("default")
    refuse(proposal, reason="Not enough.", by=dee, at=LATER)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Proposal.objects.update(reason="Another one.")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Proposal.objects.all()._raw_delete("default")


@pytest.mark.parametrize("who", ["ina", "aud", "vera", "noor", "eve", "ada"])
def test_only_the_director_or_a_panel_chair_confirms(cast, award, who):
    certificate = award(cast.ada)
    proposal = propose(certificate, Deed.SUSPEND, reason="Why.", by=cast.dee, at=LATER)

    with pytest.raises(Refused):
        confirm(proposal, by=getattr(cast, who), at=LATER)

    assert certificate.status(LATER) == Status.VALID
    assert confirm(proposal, by=cast.pan, at=LATER).status(LATER) == Status.SUSPENDED


@pytest.mark.parametrize("who", ["ina", "aud", "vera", "eve", "ada"])
def test_others_propose_nothing(cast, award, who):
    with pytest.raises(Refused):
        propose(award(cast.ada), Deed.SUSPEND, reason="Why.", by=getattr(cast, who), at=LATER)
    assert Proposal.objects.count() == 0


def test_nobody_touches_their_own(dee, pan, noor, award):
    certificate = award(dee)
    assert lifecycle.deeds_for(dee, certificate, LATER) == []

    with pytest.raises(Refused):
        propose(certificate, Deed.SUSPEND, reason="Why.", by=dee, at=LATER)
    proposal = propose(certificate, Deed.SUSPEND, reason="Why.", by=noor, at=LATER)
    with pytest.raises(Refused):
        confirm(proposal, by=dee, at=LATER)
    assert list(Proposal.objects.visible_to(dee)) == []
    assert list(Proposal.objects.waiting_for(pan)) == [proposal]


def test_who_taught_the_holder_does_not_confirm(ada, noor, dee, award):
    TeachingRelation.objects.create(
        teacher=dee, learner=ada, starts_on=LATER, declared_by=dee, declared_at=LATER
    )
    proposal = propose(award(ada), Deed.SUSPEND, reason="Why.", by=noor, at=LATER)

    with pytest.raises(Bound, match="Taught the applicant"):
        confirm(proposal, by=dee, at=LATER)


def test_an_interest_bars_too(ada, noor, pan, award):
    Interest.objects.create(person=pan, about=ada, declared_at=LATER)
    proposal = propose(award(ada), Deed.SUSPEND, reason="Why.", by=noor, at=LATER)

    with pytest.raises(Bound):
        confirm(proposal, by=pan, at=LATER)


def test_who_examined_the_case_does_not_confirm(ada, noor, award, cast):
    certificate = award(ada)
    both = make.person("both", Role.VERIFIER, Role.DECIDER)
    case = Application.objects.get(decisions__reference=certificate.decision)
    case.cast.create(person=both, role=Role.VERIFIER, since=LATER)
    proposal = propose(certificate, Deed.SUSPEND, reason="Why.", by=noor, at=LATER)

    with pytest.raises(Bound, match="Audited or verified"):
        confirm(proposal, by=both, at=LATER)
    with pytest.raises(Refused):
        refuse(proposal, reason=" ", by=both, at=LATER)
    assert refuse(proposal, reason="It is mine.", by=both, at=LATER).stage == Stage.REFUSED


def test_one_proposal_at_a_time_and_again_after_the_answer(ada, noor, dee, pan, award):
    certificate = award(ada)
    first = propose(certificate, Deed.SUSPEND, reason="Why.", by=noor, at=LATER)
    with pytest.raises(WaitsAlready):
        propose(certificate, Deed.WITHDRAW, reason="Why.", by=dee, at=LATER)
    take_back(first, by=noor, at=LATER)

    second = propose(certificate, Deed.WITHDRAW, reason="Why.", by=dee, at=LATER)
    with pytest.raises(Refused):
        take_back(second, by=pan, at=LATER)
    confirm(second, by=pan, at=LATER)
    with pytest.raises(Refused):
        confirm(second, by=pan, at=LATER)
    assert kinds(certificate) == ["issued", "withdrawn"]


@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_reason_is_asked_for(ada, noor, award, reason):
    with pytest.raises(Refused, match="Write a reason"):
        propose(award(ada), Deed.SUSPEND, reason=reason, by=noor, at=LATER)


def test_what_the_status_does_not_allow(ada, noor, award, do):
    certificate = award(ada)
    with pytest.raises(NotPossible):
        propose(certificate, Deed.REINSTATE, reason="Why.", by=noor, at=LATER)
    do(certificate, Deed.WITHDRAW)

    for deed in Deed:
        with pytest.raises(NotPossible):
            propose(certificate, deed, reason="Why.", by=noor, at=LATER)


def test_what_became_impossible_meanwhile_is_refused(ada, noor, dee, award):
    certificate = award(ada)
    proposal = propose(certificate, Deed.SUSPEND, reason="Why.", by=noor, at=LATER)
    late = LATER.replace(year=2029)

    with pytest.raises(NotPossible):
        confirm(proposal, by=dee, at=late)  # it has lapsed


def test_reinstating_keeps_the_end(ada, award, do):
    certificate = award(ada)
    do(certificate, Deed.SUSPEND)
    do(certificate, Deed.REINSTATE, at=LATER + HOUR)

    assert certificate.status(LATER) == Status.SUSPENDED
    assert certificate.status(LATER + HOUR) == Status.VALID
    assert certificate.stopped_at is None
    assert letters() == ["certificate_suspended", "certificate_reinstated"]


# --- Another name, a smaller scope ----------------------------------------------------------------
def test_a_corrected_name_is_a_new_certificate(ada, award, do):
    old = award(ada)
    new = do(old, Deed.REPLACE, change=Change(name="  Ada  Lovelace "))

    assert (new.replaces, new.holder, new.tier, new.term) == (old, ada, old.tier, 1)
    assert (new.awarded_on, new.expires_on) == (old.awarded_on, old.expires_on)
    assert new.number != old.number
    assert new.snapshot["holder"] == "Ada Lovelace"
    assert new.snapshot["number"] == new.number
    assert new.public_id in new.snapshot["check_url"]
    assert {**old.snapshot, "holder": "", "number": "", "check_url": ""} == {
        **new.snapshot,
        "holder": "",
        "number": "",
        "check_url": "",
    }
    assert (old.status(LATER), new.status(LATER)) == (Status.REPLACED, Status.VALID)
    assert old.snapshot["holder"] == "Ada Example"
    assert sorted(new.drawings.values_list("paper", flat=True)) == ["a4", "letter"]


def test_before_it_was_issued_the_old_one_stood_for_it(ada, award, do):
    old = award(ada)
    do(old, Deed.SUSPEND, at=LATER)
    do(old, Deed.REINSTATE, at=LATER + 2 * HOUR)
    new = do(old, Deed.REPLACE, at=LATER + 4 * HOUR, change=Change(name="Ada Right"))

    statuses = [new.status(LATER + n * HOUR) for n in (-1, 1, 3, 5)]

    assert statuses == [Status.VALID, Status.SUSPENDED, Status.VALID, Status.VALID]


@pytest.mark.parametrize("name", ["", "   ", "Ada Example", "x" * 201, "Ada\u202eelpmaxE"])
def test_a_name_that_cannot_stand_there(ada, noor, award, name):
    with pytest.raises(Refused):
        propose(
            award(ada), Deed.REPLACE, reason="Why.", by=noor, at=LATER, change=Change(name=name)
        )


def test_statements_fall_away_one_after_the_other(ada, award, do):
    old = award(ada)
    first, second = held(old)[:2]
    smaller = do(old, Deed.REDUCE, change=Change(Scope(without=(first,))))
    smallest = do(smaller, Deed.REDUCE, at=LATER + HOUR, change=Change(Scope(without=(second,))))

    assert smaller.snapshot["scope_detail"].startswith("71 concepts and 71 practices, ")
    assert smaller.snapshot["scope_detail"].endswith(f", without {first}")
    assert smallest.snapshot["without"] == [first, second]
    assert held(smallest) == held(old)[2:]
    assert [c.status(LATER + HOUR) for c in (old, smaller, smallest)] == [
        Status.REDUCED,
        Status.REDUCED,
        Status.VALID,
    ]
    assert smallest.expires_on == old.expires_on


def test_down_to_the_nested_certificate(ada, award, do):
    old = award(ada)
    new = do(old, Deed.REDUCE, change=Change(Scope(nested=True)))

    assert (new.tier.slug, new.expires_on) == ("current-concepts", None)
    assert new.snapshot["title"] == "Certificate of Concepts - Mentoring"
    assert new.snapshot["valid_until"] is None
    assert new.snapshot["scope_detail"].startswith("72 concepts, ")
    assert (old.status(LATER), new.status(LATER)) == (Status.REDUCED, Status.NO_END)


def test_a_suspension_ends_with_a_smaller_scope(ada, award, do):
    old = award(ada)
    do(old, Deed.SUSPEND)

    new = do(old, Deed.REDUCE, at=LATER + HOUR, change=Change(Scope(without=(held(old)[0],))))

    assert new.status(LATER + HOUR) == Status.VALID


@pytest.mark.parametrize(
    ("slug", "scope"),
    [
        ("current-practice", Scope()),
        ("current-practice", Scope(("M1.1",), nested=True)),
        ("current-practice", Scope(("X9.9",))),
        ("current-concepts", Scope(nested=True)),
    ],
)
def test_what_is_no_smaller_scope(ada, noor, award, slug, scope):
    with pytest.raises(NoSmallerScope):
        propose(award(ada, slug), Deed.REDUCE, reason="W.", by=noor, at=LATER, change=Change(scope))


def test_something_is_left(ada, noor, award):
    certificate = award(ada)
    award(ada, "current-concepts")
    for scope in (Scope(tuple(held(certificate))), Scope(nested=True)):
        with pytest.raises(NoSmallerScope):
            propose(certificate, Deed.REDUCE, reason="W.", by=noor, at=LATER, change=Change(scope))


def test_a_renewal_follows_what_took_its_place(ada, award, do):
    old = award(ada)
    new = do(old, Deed.REPLACE, change=Change(name="Ada Right"))

    after = award(ada, at=LATER.replace(year=2028, month=2), renews=old)

    assert (after.renews, after.term) == (new, 2)


def test_what_was_withdrawn_meanwhile_is_not_renewed(ada, award, do):
    old = award(ada)
    do(old, Deed.WITHDRAW)

    with pytest.raises(NotRenewable):
        award(ada, at=LATER.replace(year=2028, month=2), renews=old)
    assert Certificate.objects.count() == 1


# --- The holder -----------------------------------------------------------------------------------
def test_the_holder_gives_it_back_alone(ada, noor, award):
    certificate = award(ada)
    waiting = propose(certificate, Deed.SUSPEND, reason="Why.", by=noor, at=LATER)

    surrender(certificate, reason="", by=ada, at=LATER)

    waiting.refresh_from_db()
    assert certificate.status(LATER) == Status.SURRENDERED
    assert waiting.stage == Stage.VOID
    assert letters() == ["certificate_surrendered"]
    with pytest.raises(NotPossible):
        surrender(certificate, reason="", by=ada, at=LATER)


def test_nobody_else_gives_it_back(ada, dee, award):
    with pytest.raises(Refused):
        surrender(award(ada), reason="", by=dee, at=LATER)
    assert CertificateEvent.objects.filter(kind=Kind.SURRENDERED).exists() is False


# --- What rests on it -----------------------------------------------------------------------------
@pytest.mark.parametrize("deed", [Deed.SUSPEND, Deed.WITHDRAW, Deed.REDUCE])
def test_journey_is_on_hold_while_mentor_is_not_in_force(ada, award, do, deed):
    mentor, journey = award(ada), award(ada, "current-journey")
    do(mentor, deed, change=Change(Scope(nested=True)))

    journey.refresh_from_db()
    assert journey.status(LATER - HOUR) == Status.VALID
    assert journey.status(LATER) == Status.ON_HOLD
    assert journey.standing(LATER).since == LATER
    assert list(Certificate.objects.in_force(LATER.date()).filter(pk=journey.pk)) == []


def test_journey_comes_back_with_mentor(ada, award, do):
    mentor, journey = award(ada), award(ada, "current-journey")
    do(mentor, Deed.SUSPEND)
    do(mentor, Deed.REINSTATE, at=LATER + HOUR)

    journey.refresh_from_db()
    assert (journey.status(LATER), journey.status(LATER + HOUR)) == ("on_hold", "valid")
    assert journey.stopped_at is None
    assert kinds(journey) == ["issued", "base_stopped", "base_back"]


def test_a_new_mentor_certificate_brings_journey_back(ada, award, do):
    mentor, journey = award(ada), award(ada, "current-journey")
    do(mentor, Deed.WITHDRAW)
    award(ada, "2021-practice", at=LATER + HOUR)

    assert journey.status(LATER + HOUR) == Status.VALID
    assert prerequisite_met(journey.tier, ada, LATER + HOUR)


def test_a_corrected_or_smaller_mentor_certificate_carries_journey_on(ada, award, do):
    mentor, journey = award(ada), award(ada, "current-journey")
    new = do(mentor, Deed.REPLACE, change=Change(name="Ada Right"))
    do(new, Deed.REDUCE, at=LATER + HOUR, change=Change(Scope(without=("M1.1",))))

    assert kinds(journey) == ["issued"]


def test_journeys_own_suspension_outlives_mentors(ada, award, do):
    mentor, journey = award(ada), award(ada, "current-journey")
    do(journey, Deed.SUSPEND)
    do(mentor, Deed.SUSPEND, at=LATER + HOUR)
    do(mentor, Deed.REINSTATE, at=LATER + 2 * HOUR)

    journey.refresh_from_db()
    assert journey.status(LATER + 2 * HOUR) == Status.SUSPENDED
    assert journey.stopped_at == LATER


def test_somebody_elses_journey_is_left_alone(ada, eve, award, do):
    award(eve)
    theirs = award(eve, "current-journey")
    do(award(ada), Deed.WITHDRAW)

    assert theirs.status(LATER) == Status.VALID


# --- Letters --------------------------------------------------------------------------------------
def test_the_letter_says_what_was_done(ada, award, do):
    mentor, _journey = award(ada), award(ada, "current-journey")
    new = do(mentor, Deed.REPLACE, change=Change(name="Ada Right"))

    text = compose(Message.objects.get(kind="certificate_replaced")).body

    assert "Ada Right" in text
    assert mentor.number in text
    assert new.number in text
    do(new, Deed.SUSPEND, at=LATER + HOUR)
    text = compose(Message.objects.get(kind="certificate_suspended")).body
    assert "Journey Mentor rests on it, and holds only while it does." in text
    assert "The reason: A reason." in text


def test_a_proposal_shows_its_letter_before(ada, noor, award):
    proposal = propose(award(ada), Deed.WITHDRAW, reason="It was copied.", by=noor, at=LATER)
    letter = Message(kind="certificate_withdrawn", to=ada, context={"proposal": proposal.pk})

    assert "The reason: It was copied." in compose(letter).body
    assert Message.objects.filter(kind="certificate_withdrawn").exists() is False


# --- The table ------------------------------------------------------------------------------------
def test_every_deed_says_where_it_is_possible_and_what_happens():
    assert {move.source for move in FLOW} == {Stage.WAITING}
    assert {move.target for move in FLOW} == set(Stage) - {Stage.WAITING}
