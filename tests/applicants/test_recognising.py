"""Education providers: asked for, looked at by somebody who is free of them, recognised for a time,
kept true by their contact, who learns nothing from us about applicants."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.roles import Role
from applicants import declaring, providing, recognising, rosters
from applicants.models import (
    Provider,
    ProviderNote,
    ProviderRequest,
    RosterFile,
    RosterRow,
    TeachingRelation,
)
from applicants.models.provider import listed
from applicants.provider_flow import FLOW, Hand, Kind, Stage
from applicants.provider_reminders import remind_of_providers
from applicants.recognising import Facts
from notices.letters import BUILDERS, Obsolete
from notices.models import Message
from notices.services import compose
from tests.make import NOON, person
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
UNTIL = date(2028, 8, 31)
FACTS = Facts(
    name="Elm College",
    country="Canada",
    website="https://elm.example/",
    offer="Twelve evenings.",
    languages=listed(["en", "fr"]),
    areas=listed(["M1", "M2"]),
    alignment="Every evening, three statements.",
    teachers="Two people.",
    support="Captions.",
    complaints="To the head.",
    public_email="hello@elm.example",
    contact_name="Kit Elm",
    contact_email="kit@example.org",
)


def asked(**other) -> ProviderRequest:
    facts = other.pop("facts", FACTS)
    return recognising.ask(facts, **{"token": uuid4(), "by": None, "at": NOON, **other})


@pytest.fixture
def kit(db):
    return contact("kit")


def contact(name):
    found = person(name)
    EmailAddress.objects.create(user=found, email=found.email, verified=True, primary=True)
    return found


@pytest.fixture
def reviewed(noor):
    one = asked()
    recognising.confirm_address(one, at=NOON)
    recognising.declare(one, free=True, by=noor, at=NOON)
    recognising.acknowledge(one, by=noor, at=NOON)
    return one


@pytest.fixture
def elm(reviewed, noor):
    return recognising.recognise(reviewed, until=UNTIL, by=noor, at=NOON)


def kinds():
    return sorted(
        Message.objects.filter(kind__startswith="provider").values_list("kind", flat=True)
    )


# --- Asking -----------------------------------------------------------------------------------
def test_a_request_from_a_stranger_waits_for_the_address(noor):
    one = asked()

    assert one.stage == Stage.ADDRESS
    assert list(ProviderRequest.objects.visible_to(noor)) == []
    assert kinds() == ["provider_confirm_address"]
    recognising.confirm_address(one, at=NOON)
    assert list(ProviderRequest.objects.visible_to(noor)) == [one]
    assert kinds() == ["provider_confirm_address", "provider_to_review"]


def test_who_is_signed_in_with_that_address_need_not_confirm_it(kit, noor):
    assert asked(by=kit).stage == Stage.RECEIVED
    assert asked(by=kit, facts=replace(FACTS, contact_email="x@example.org")).stage == Stage.ADDRESS


def test_a_double_click_is_one_request():
    token = uuid4()

    assert asked(token=token) == asked(token=token)
    assert kinds() == ["provider_confirm_address"]
    assert Event.objects.filter(verb="ask_recognition").count() == 1


def test_requests_whose_address_nobody_confirms_are_let_go(noor):
    one = asked()

    assert recognising.forget_unconfirmed(NOON + 14 * DAY) == 0
    assert recognising.forget_unconfirmed(NOON + 15 * DAY) == 1
    one.refresh_from_db()
    assert one.stage == Stage.TAKEN_BACK
    with pytest.raises(Refused):
        recognising.confirm_address(one, at=NOON)


@pytest.mark.parametrize("secret", ["", "1", "1-", "x-y", "²-a", "1-" + "0" * 40])
def test_nobody_finds_a_request_by_guessing(secret):
    asked()

    assert recognising.by_secret(secret) is None


# --- Looking at it ----------------------------------------------------------------------------
def test_nobody_acts_on_it_before_saying_that_nothing_binds_them(noor):
    one = asked()
    recognising.confirm_address(one, at=NOON)

    with pytest.raises(Refused, match="First say whether anything binds you"):
        recognising.acknowledge(one, by=noor, at=NOON)


@pytest.mark.parametrize("tie", ["belongs", "says", "contact", "teaches"])
def test_who_is_bound_takes_no_part(noor, tie):
    facts = replace(FACTS, public_email=noor.email) if tie == "contact" else FACTS
    provider = Provider.objects.create(name="Elm College")
    one = asked(facts=facts, kind=Kind.RENEWAL, provider=provider)
    if tie == "belongs":
        declaring.join(organisation="ELM college", what="", starts_on=None, by=noor, at=NOON)
    if tie == "says":
        recognising.declare(one, free=False, by=noor, at=NOON)
    if tie == "teaches":
        RosterRow.objects.create(
            provider=provider, learner_email="a@example.org", teacher_email=noor.email,
            starts_on=NOON.date(), added_by=noor, added_at=NOON,
        )  # fmt: skip

    assert one.acts_as(noor) == frozenset()
    with pytest.raises(Refused):
        recognising.acknowledge(one, by=noor, at=NOON)
    if tie != "says":
        with pytest.raises(Refused, match="You belong to this provider"):
            recognising.declare(one, free=True, by=noor, at=NOON)


@pytest.mark.parametrize("who", ["ada", "ina", "aud", "dee", "pan", "eve"])
def test_only_administrators_act_on_it(reviewed, cast, who):
    me = getattr(cast, who)

    assert reviewed.acts_as(me) == frozenset()
    assert list(ProviderRequest.objects.visible_to(me)) == []
    with pytest.raises(Refused):
        recognising.refuse(reviewed, reasons="No.", by=me, at=NOON)
    with pytest.raises(Refused):
        recognising.declare(reviewed, free=True, by=me, at=NOON)


def test_more_is_asked_and_answered(reviewed, noor):
    recognising.ask_more(reviewed, text="Who teaches?", by=noor, at=NOON)
    assert reviewed.stage == Stage.MORE
    with pytest.raises(Refused):
        recognising.recognise(reviewed, until=UNTIL, by=noor, at=NOON)

    recognising.answer(reviewed, text="Two of us.", by=None, at=NOON)

    assert reviewed.stage == Stage.REVIEW
    said = ProviderNote.objects.values_list("text", "ours")
    assert list(said) == [("Who teaches?", True), ("Two of us.", False)]


def test_recognition_makes_the_entry_public_for_a_time(elm, reviewed, noor):
    assert (elm.recognised_from, elm.recognised_until) == (NOON.date(), UNTIL)
    assert (elm.offer, elm.conditions) == ("Twelve evenings.", reviewed.conditions)
    assert list(Provider.objects.recognised(NOON.date())) == [elm]
    assert list(Provider.objects.recognised(UNTIL + DAY)) == []
    assert kinds()[-2:] == ["provider_recognised", "provider_to_review"]
    event = Event.objects.about(reviewed).get(verb="recognise")
    assert (event.actor, event.facts) == (noor, {"of": elm.pk})


def test_one_noted_for_its_roster_becomes_the_recognised_one(reviewed, noor):
    noted = Provider.objects.create(name="ELM COLLEGE")

    elm = recognising.recognise(reviewed, until=UNTIL, by=noor, at=NOON)

    assert (elm.pk, elm.name) == (noted.pk, "Elm College")


@pytest.mark.parametrize("until", [None, NOON.date(), date(2031, 9, 2)])
def test_a_recognition_has_an_end_within_five_years(reviewed, noor, until):
    with pytest.raises(Refused, match="Choose a last day"):
        recognising.recognise(reviewed, until=until, by=noor, at=NOON)
    reviewed.refresh_from_db()
    assert (reviewed.stage, Provider.objects.count()) == (Stage.REVIEW, 0)


def test_a_refusal_has_reasons(reviewed, noor):
    with pytest.raises(Refused, match="at least one sentence"):
        recognising.refuse(reviewed, reasons=" ", by=noor, at=NOON)

    recognising.refuse(reviewed, reasons="Nothing relates to a statement.", by=noor, at=NOON)

    message = Message.objects.get(kind="provider_refused")
    assert "Nothing relates to a statement." in compose(message).body
    assert Provider.objects.exists() is False


def test_the_database_wants_reasons_and_a_time(reviewed):
    rows = ProviderRequest.objects.filter(pk=reviewed.pk)
    for columns in ({"stage": "refused"}, {"stage": "recognised"}, {"kind": "change"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**columns)


def test_every_stage_has_one_owner_and_reaches_the_end():
    owners = {stage: FLOW.waits_for(stage) - {Hand.CONTACT} for stage in Stage}

    assert {s for s in Stage if not FLOW.waits_for(s)} == {
        Stage.RECOGNISED, Stage.REFUSED, Stage.TAKEN_BACK
    }  # fmt: skip
    assert owners[Stage.MORE] == owners[Stage.ADDRESS] == frozenset()
    assert owners[Stage.RECEIVED] == owners[Stage.REVIEW] == {Hand.STAFF}


# --- Keeping it -------------------------------------------------------------------------------
def test_small_things_change_at_once_and_others_are_looked_at(elm, kit, noor):
    assert providing.edit(elm, replace(FACTS, website="https://new.example/"), token=uuid4(),
                          by=kit, at=NOON) is None  # fmt: skip
    elm.refresh_from_db()
    assert elm.website == "https://new.example/"

    wish = providing.edit(elm, replace(FACTS, offer="A year."), token=uuid4(), by=kit, at=NOON)

    elm.refresh_from_db()
    assert (wish.kind, wish.stage, elm.offer) == (Kind.CHANGE, Stage.RECEIVED, "Twelve evenings.")
    recognising.declare(wish, free=True, by=noor, at=NOON)
    recognising.acknowledge(wish, by=noor, at=NOON)
    recognising.recognise(wish, until=None, by=noor, at=NOON)
    elm.refresh_from_db()
    assert (elm.offer, elm.recognised_until) == ("A year.", UNTIL)


def test_one_request_of_a_provider_at_a_time(elm, kit):
    providing.edit(elm, replace(FACTS, offer="A year."), token=uuid4(), by=kit, at=NOON)

    with pytest.raises(Refused, match="being looked at already"):
        providing.renew(elm, FACTS, token=uuid4(), by=kit, at=NOON)


def test_a_renewal_goes_on_from_the_old_end(elm, kit, noor):
    wish = providing.renew(elm, FACTS, token=uuid4(), by=kit, at=NOON)
    recognising.declare(wish, free=True, by=noor, at=NOON)
    recognising.acknowledge(wish, by=noor, at=NOON)
    recognising.recognise(wish, until=date(2030, 8, 31), by=noor, at=NOON)

    elm.refresh_from_db()
    assert (wish.starts_on, wish.ends_on) == (UNTIL, date(2030, 8, 31))
    assert (elm.recognised_from, elm.recognised_until) == (NOON.date(), date(2030, 8, 31))


def test_only_the_contact_speaks_for_it(elm, eve):
    unconfirmed = person("kit")

    for who in (eve, unconfirmed):
        for deed in (
            lambda who=who: providing.edit(elm, FACTS, token=uuid4(), by=who, at=NOON),
            lambda who=who: providing.confirm_year(elm, by=who, at=NOON),
            lambda who=who: providing.hand_in(elm, table(), token=uuid4(), by=who, at=NOON),
        ):
            with pytest.raises(Refused, match="Only the contact"):
                deed()


def test_the_entry_is_confirmed_every_year(elm, kit):
    with pytest.raises(Refused, match="Nothing is to be confirmed"):
        providing.confirm_year(elm, by=kit, at=NOON + 300 * DAY)

    providing.confirm_year(elm, by=kit, at=NOON + 350 * DAY)

    assert elm.confirmed_on == (NOON + 350 * DAY).date()
    with pytest.raises(Refused):
        providing.confirm_year(elm, by=kit, at=NOON + 351 * DAY)


def test_reminders_come_once_and_only_while_they_hold(elm, kit):
    for day in (334, 335, 336, 340):
        remind_of_providers(NOON + day * DAY)
    due = Message.objects.get(kind="provider_year_due")
    compose(due)
    providing.confirm_year(elm, by=kit, at=NOON + 340 * DAY)
    with pytest.raises(Obsolete):
        BUILDERS["provider_year_due"](due)

    for day in (-61, -60, -59):
        remind_of_providers(NOON.replace(year=2028, month=8, day=31) + day * DAY)
    assert Message.objects.filter(kind="provider_ending").count() == 1


def test_a_recognition_ends_with_reasons(elm, noor, kit):
    with pytest.raises(Refused, match="at least one sentence"):
        providing.end_recognition(elm, why=" ", by=noor, at=NOON)
    with pytest.raises(Refused, match="Only an administrator"):
        providing.end_recognition(elm, why="It.", by=kit, at=NOON)

    providing.end_recognition(elm, why="It promised certificates.", by=noor, at=NOON + DAY)

    assert list(Provider.objects.recognised((NOON + DAY).date())) == []
    assert list(Provider.objects.public((NOON + DAY).date())) == [elm]
    assert "It promised certificates." in compose(Message.objects.get(kind="provider_ended")).body
    with pytest.raises(Refused, match="not recognised now"):
        providing.end_recognition(elm, why="Again.", by=noor, at=NOON + DAY)


# --- Rosters ----------------------------------------------------------------------------------
ROSTER = "learner_email,teacher_email,from\nada@example.org,aud@example.org,2026-01-01\n"


def table(content=ROSTER):
    return rosters.read_alone("roster.csv", content.encode())


def test_a_roster_is_held_until_one_of_us_takes_it_in(elm, kit, cast):
    for who in (cast.ada, cast.aud):
        EmailAddress.objects.create(user=who, email=who.email, verified=True, primary=True)
    token = uuid4()
    file = providing.hand_in(elm, table(), token=token, by=kit, at=NOON)
    assert providing.hand_in(elm, table(), token=token, by=kit, at=NOON) == file
    assert TeachingRelation.objects.exists() is False
    with pytest.raises(Refused, match="Only an administrator"):
        providing.take_in(file, by=kit, at=NOON)

    providing.take_in(file, by=cast.noor, at=NOON)

    file.refresh_from_db()
    assert (file.answer, bytes(file.content), file.rows) == ("taken", b"", 1)
    assert TeachingRelation.objects.get().learner == cast.ada
    with pytest.raises(Refused, match="answered this roster already"):
        providing.take_in(file, by=cast.noor, at=NOON)


def test_a_roster_goes_back_with_a_sentence(elm, kit, noor):
    file = providing.hand_in(elm, table(), token=uuid4(), by=kit, at=NOON)

    providing.send_back(file, why="Say until when.", by=noor, at=NOON)

    letter = compose(Message.objects.get(kind="provider_roster_answered"))
    assert "Say until when." in letter.body
    assert RosterRow.objects.exists() is False


def test_a_crooked_roster_and_too_many_are_refused(elm, kit):
    with pytest.raises(Refused, match="has faults"):
        providing.hand_in(elm, table("x,y\n1,2\n"), token=uuid4(), by=kit, at=NOON)
    for _nth in range(providing.MOST_WAITING):
        providing.hand_in(elm, table(), token=uuid4(), by=kit, at=NOON)
    with pytest.raises(Refused, match="Several rosters"):
        providing.hand_in(elm, table(), token=uuid4(), by=kit, at=NOON)
    assert RosterFile.objects.count() == providing.MOST_WAITING


def test_what_the_contact_is_told_is_the_same_whoever_has_an_account(elm, kit, cast):
    """A provider must not learn who is here: the same table reads the same."""
    before = table()
    for who in (cast.ada, cast.aud):
        EmailAddress.objects.create(user=who, email=who.email, verified=True, primary=True)

    assert table() == before
    assert set(rosters.Read.__dataclass_fields__) == {
        "name", "content", "rows", "problems", "notes"
    }  # fmt: skip


def test_an_administrator_who_is_the_contact_is_only_that(noor, elm):
    EmailAddress.objects.create(user=noor, email=noor.email, verified=True, primary=True)
    Provider.objects.filter(pk=elm.pk).update(contact_email=noor.email)
    elm.refresh_from_db()
    facts = replace(FACTS, offer="Mine.", contact_email=noor.email)

    wish = providing.edit(elm, facts, token=uuid4(), by=noor, at=NOON)

    assert wish.acts_as(noor) == {Hand.CONTACT}
    second = person("ned", Role.ADMINISTRATOR)
    assert wish.acts_as(second) == {Hand.STAFF}
    with pytest.raises(Refused, match="Somebody else ends it"):
        providing.end_recognition(elm, why="No.", by=noor, at=NOON)
