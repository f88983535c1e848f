"""Asking for more before deciding, and the letter that is read before it leaves."""

import html

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.models import Grant
from accounts.roles import Role
from applicants import asking_more, deciding
from applicants.flow import ROUNDS, Stage
from applicants.models import Application, Decision, MoreAsked, Outcome, Particular, Whose
from applicants.reading import LetterChanged, letter_of
from certificates.models import Certificate, Drawing
from notices.models import LetterText, Message
from notices.services import drain
from portfolios.models import EntryState
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(cast, small):
    on = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    on.assign(Role.DECIDER, cast.dee)
    return on


def named(walk, *codes):
    found = {a.statement.code: a.statement for a in walk.case.asked()}
    return {found[code]: "" for code in codes or sorted(found)[:1]}


def ask(walk, **changes):
    said = {
        "whose": Whose.APPLICANT,
        "statements": named(walk),
        "why": "Say what came of it.",
        "by": walk.cast.dee,
        "at": walk.at,
    }
    return asking_more.ask_for_more(walk.case, **{**said, **changes})


def sent(person):
    return [m for m in mail.outbox if m.to == [person.email]]


def all_sent(at):
    while drain(at + make.timedelta(days=400)):
        pass


# --- Asking ------------------------------------------------------------------------------------
def test_named_entries_open_again_with_a_day_and_a_letter(walk, cast):
    code = next(iter(named(walk))).code

    asked = ask(walk, statements=dict.fromkeys(named(walk), "Which mentee was it?"))

    assert (walk.case.stage, walk.case.rounds) == (Stage.PORTFOLIO, 1)
    assert walk.case.due_on == asked.due_on == walk.at.date() + make.timedelta(days=30)
    back = walk.case.portfolio.entries.filter(state=EntryState.TO_IMPROVE)
    assert {(e.statement.code, e.advice) for e in back} == {(code, "Which mentee was it?")}
    event = Event.objects.about(walk.case).last()
    assert (event.verb, event.facts) == ("ask_more", {"more": asked.pk, "statements": [code]})
    all_sent(walk.at)
    letter = sent(cast.ada)[-1]
    assert letter.subject == "One more thing before we decide"
    assert code in letter.body
    assert "Say what came of it." in letter.body


def test_the_case_comes_back_to_the_same_decider_who_is_told(walk, cast):
    ask(walk)
    walk.portfolio()
    walk.audit()

    assert walk.case.stage == Stage.DECISION
    tasks = Message.objects.filter(to=cast.dee, kind="staff_task_assigned")
    assert tasks.filter(key__contains=":audit:").count() == 1
    walk.decision()
    assert walk.case.stage == Stage.CERTIFIED


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"why": " \n"}, Refused),
        ({"statements": {}}, asking_more.NothingNamed),
        ({"whose": Whose.VERIFIER}, Refused),
    ],
)
def test_more_is_asked_of_somebody_there_about_something_with_words(walk, change, refusal):
    with pytest.raises(refusal):
        ask(walk, **change)

    walk.case.refresh_from_db()
    assert (walk.case.stage, MoreAsked.objects.count()) == (Stage.DECISION, 0)


def test_a_foreign_statement_is_refused(walk):
    foreign = make.tier("current-journey").framework.editions.first().statements.first()

    with pytest.raises(Refused):
        ask(walk, statements={foreign: ""})
    assert MoreAsked.objects.count() == 0


def test_more_is_asked_as_often_as_rounds_are_left(walk):
    Application.objects.filter(pk=walk.case.pk).update(rounds=ROUNDS)
    walk.case.refresh_from_db()

    assert asking_more.may_be_asked(walk.case) == []
    with pytest.raises(asking_more.NoRoundLeft):
        ask(walk)


def test_what_was_spoken_has_no_rounds(cast, at):
    on = make.walk(cast, to=Stage.INTAKE, slug="2021-recognition")
    Application.objects.filter(pk=on.case.pk).update(stage=Stage.DECISION)
    on.case.refresh_from_db()

    assert asking_more.may_be_asked(on.case) == []


@pytest.mark.parametrize("name", ["ada", "ina", "aud", "noor", "pan", "eve"])
def test_nobody_else_asks_for_more(walk, cast, name):
    person = getattr(cast, name)
    Grant.objects.get_or_create(
        user=person, role=Role.DECIDER, defaults={"starts_on": walk.at.date()}
    )

    with pytest.raises(Refused):
        ask(walk, by=person)


# --- Reasons for single statements ---------------------------------------------------------------
def test_a_refusal_may_give_reasons_for_single_statements(walk, cast, client):
    statement = next(iter(named(walk)))

    decision = deciding.decide(
        walk.case,
        outcome=Outcome.DECLINE,
        reasons="Not yet.",
        particulars={statement: "No example of your own."},
        by=cast.dee,
        at=walk.at,
    )

    assert [(p.statement, p.words) for p in decision.particulars.all()] == [
        (statement, "No example of your own.")
    ]
    client.force_login(cast.ada)
    with time_machine.travel(walk.at, tick=False):
        page = client.get(reverse("applicants:decision", args=[walk.case.pk])).content.decode()
    assert "No example of your own." in page


# --- The letter ----------------------------------------------------------------------------------
def decide(walk, outcome=Outcome.DECLINE, read=None):
    decision = deciding.decide(
        walk.case,
        outcome=outcome,
        reasons="The record says so.",
        by=walk.cast.dee,
        at=walk.at,
        read=read,
    )
    return deciding.letter_key(decision)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_what_is_read_is_exactly_what_is_sent(walk, cast, outcome, language):
    cast.ada.language = language
    cast.ada.save()

    shown = letter_of(lambda: decide(walk, outcome))

    assert (Decision.objects.count(), Certificate.objects.count(), Drawing.objects.count()) == (
        0,
        0,
        0,
    )
    assert not Message.objects.filter(key__startswith="decision:").exists()
    walk.case.refresh_from_db()
    assert walk.case.stage == Stage.DECISION
    decide(walk, outcome, shown.fingerprint)
    all_sent(walk.at)
    left = [m for m in sent(cast.ada) if m.subject == shown.subject]
    assert [m.body for m in left] == [shown.text]


def test_a_refusal_names_the_way_to_appeal_and_its_last_day(walk):
    shown = letter_of(lambda: decide(walk))

    assert reverse("appeals:appeal", args=[walk.case.pk]) in shown.text
    last = walk.at.date() + make.timedelta(days=30)
    assert f"{last.day} {last:%B %Y}" in shown.text


def test_a_letter_that_changed_does_not_leave(walk):
    shown = letter_of(lambda: decide(walk))
    LetterText.objects.filter(kind="decision_refused").update(subject="Other words")

    with pytest.raises(LetterChanged):
        decide(walk, read=shown.fingerprint)

    assert (Decision.objects.count(), Message.objects.filter(kind="decision_refused").count()) == (
        0,
        0,
    )


# --- The page ----------------------------------------------------------------------------------
@pytest.fixture
def desk(walk, client):
    client.force_login(walk.cast.dee)
    address = reverse("applicants:decide", args=[walk.case.pk])

    def send(**said):
        with time_machine.travel(walk.at, tick=False):
            return client.post(address, {"independent": "on", **said})

    return send


def test_the_page_shows_the_letter_first_and_records_on_the_second_step(desk, walk, cast):
    first = next(iter(named(walk)))
    said = {
        "outcome": "more",
        "whose": "applicant",
        "reasons": "Say what came of it.",
        "named": [first.pk],
        f"words-{first.pk}": "Which mentee?",
    }

    letter = desk(**said)

    assert "One more thing before we decide" in letter.content.decode()
    assert MoreAsked.objects.count() == 0
    fingerprint = letter.context["letter"].fingerprint
    changed = desk(**said, change="1")
    assert "Which mentee?" in changed.content.decode()
    done = desk(**said, read=fingerprint)
    assert done.headers["Location"] == reverse("worklist")
    assert Particular.objects.get().words == "Which mentee?"


def test_an_outdated_letter_is_shown_again(desk, walk):
    said = {"outcome": "decline", "reasons": "Not yet."}

    answer = desk(**said, read="0" * 64)

    assert "The letter has changed since you read it." in answer.content.decode()
    assert Decision.objects.count() == 0
    desk(**said, read=answer.context["letter"].fingerprint)
    assert Decision.objects.get().outcome == Outcome.DECLINE


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"outcome": "more"}, "Name at least one statement below."),
        ({"outcome": "decline", "named": True}, "Write a reason beside"),
        ({"outcome": "grant", "named": True}, "An award is of the whole."),
        ({"outcome": "more", "named": True, "whose": "verifier"}, "Nothing more can be asked"),
    ],
)
def test_the_form_keeps_what_was_written_and_says_what_is_wrong(desk, walk, said, error):
    if said.pop("named", False):
        said = {**said, "named": [next(iter(named(walk))).pk]}

    page = html.unescape(desk(**said, reasons="My own words").content.decode())

    assert error in page
    assert "My own words" in page
    assert Decision.objects.count() == MoreAsked.objects.count() == 0
