"""The register, and exceptions that two people answer for: never for who judges."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.roles import Role
from applicants import declaring
from applicants.assigning import assign, candidates, teach
from applicants.flow import Stage
from applicants.impartiality import (
    About,
    NoException,
    answer_exception,
    ask_exception,
    close,
    note_threat,
    reopen,
    review,
)
from applicants.intake import interview_hosts
from applicants.models import PartException, Threat
from applicants.models.case import STAFF_PARTS, NotIndependent
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


@pytest.fixture
def case(cast):
    return make.application(cast)


def taught(person, cast, at):
    teach(teacher=person, learner=cast.ada, starts_on=date(2026, 1, 1), ends_on=None, provider="",
          by=person, at=at)  # fmt: skip


def ask(case, cast, at, *, role=Role.INTAKE_MANAGER, person=None, by=None):
    person, by = person or cast.ina, by or cast.noor
    return ask_exception(case, role, person=person, reason="Nobody else.", by=by, at=at)


def allow(asked, cast, at, *, by=None):
    return answer_exception(
        asked, granted=True, note="A third sits in.", review_on=DAY, by=by or cast.dee, at=at
    )


def test_two_people_allow_who_taught_the_applicant_to_hold_the_interview(cast, at):
    case = make.application(cast, at_stage=Stage.INTAKE)
    at += timedelta(days=1)
    taught(cast.ina, cast, at)
    assert interview_hosts(case, at=at) == []

    [asked] = ask(case, cast, at)
    assert interview_hosts(case, at=at) == []  # asking is not being allowed
    allow(asked, cast, at)

    assert interview_hosts(case, at=at) == [cast.ina]
    part = assign(case, Role.INTAKE_MANAGER, person=cast.ina, by=cast.noor, at=at)
    assert part.person == cast.ina
    threat = Threat.objects.get()
    assert (threat.exception, threat.owner, threat.application, threat.person) == (
        asked,
        cast.noor,
        case,
        cast.ina,
    )
    verbs = [e.verb for e in Event.objects.of_case(case.trail_case())]
    assert [verb for verb in verbs if verb.endswith(("_exception", "_threat"))] == [
        "ask_exception",
        "note_threat",
        "allow_exception",
    ]


def test_it_holds_for_this_part_in_this_case_and_for_what_was_asked(case, cast, at):
    taught(cast.ina, cast, at)
    [asked] = ask(case, cast, at)
    allow(asked, cast, at)
    on = at.date()

    assert case.bars(cast.ina, on, Role.INTAKE_MANAGER) == []
    assert [role for role in STAFF_PARTS if case.bars(cast.ina, on, role) == []] == [
        Role.INTAKE_MANAGER
    ]
    assert case.bars(cast.ina, on) != []
    other = make.application(cast, slug="2021-recognition")
    assert other.bars(cast.ina, on, Role.INTAKE_MANAGER) != []
    for person in (cast.ada, cast.ina):
        declaring.join(organisation="Elm", what="", starts_on=None, by=person, at=at)
    assert len(case.bars(cast.ina, on, Role.INTAKE_MANAGER)) == 1


@pytest.mark.parametrize("role", [role for role in STAFF_PARTS if role != Role.INTAKE_MANAGER])
def test_there_is_none_for_who_audits_verifies_or_decides(case, cast, at, role):
    taught(cast.aud, cast, at)

    with pytest.raises(NoException):
        ask(case, cast, at, role=role, person=cast.aud)
    assert PartException.objects.exists() is False


def test_there_is_none_from_family_an_interest_or_ones_own_case(case, cast, at):
    taught(cast.ina, cast, at)
    declaring.name_relative(name="Ada Example", email="", kin="other", by=cast.ina, at=at)

    for person in (cast.ina, cast.ada, cast.eve):
        with pytest.raises(Refused):
            ask(case, cast, at, person=person)
    assert PartException.objects.exists() is False


def test_one_person_asks_and_another_answers_who_has_nothing_to_do_with_it(case, cast, at):
    taught(cast.ina, cast, at)
    for by in (cast.dee, cast.ina, cast.eve):
        with pytest.raises(Refused):
            ask(case, cast, at, by=by)
    [asked] = ask(case, cast, at)
    with pytest.raises(Refused):
        ask(case, cast, at)
    for by in (cast.noor, cast.ina, cast.ada, cast.aud):
        with pytest.raises(Refused):
            allow(asked, cast, at, by=by)
    cast.ina.grants.create(role=Role.ADMINISTRATOR, starts_on=at.date())
    with pytest.raises(Refused):
        allow(asked, cast, at, by=cast.ina)

    allow(asked, cast, at)

    with pytest.raises(Refused):
        allow(asked, cast, at)


def test_refused_is_refused_and_can_be_asked_again(case, cast, at):
    taught(cast.ina, cast, at)
    [asked] = ask(case, cast, at)

    answer_exception(asked, granted=False, note="Wait for Ivy.", by=cast.dee, at=at)

    with pytest.raises(NotIndependent):
        assign(case, Role.INTAKE_MANAGER, person=cast.ina, by=cast.noor, at=at)
    assert Threat.objects.exists() is False
    ask(case, cast, at)
    assert PartException.objects.count() == 2


def test_an_answer_gives_its_reason_and_what_is_allowed_is_looked_at_again(case, cast, at):
    taught(cast.ina, cast, at)
    [asked] = ask(case, cast, at)

    for note, day in ((" ", DAY), ("Yes.", None), ("Yes.", at.date())):
        with pytest.raises(Refused):
            answer_exception(asked, granted=True, note=note, review_on=day, by=cast.dee, at=at)
    asked.refresh_from_db()
    assert (asked.answer, Threat.objects.count()) == ("", 0)
    assert [c.may_act for c in candidates(case, Role.INTAKE_MANAGER, at.date())] == [False]


# --- The register ---------------------------------------------------------------------------------
def note(cast, at, **other):
    facts = {
        "what": "A founder teaches.",
        "kind": "self_interest",
        "about": About(),
        "mitigation": "She takes no case.",
        "owner": cast.dee,
        "review_on": DAY,
        "by": cast.noor,
    }
    return note_threat(**{**facts, **other}, at=at)


def test_a_threat_is_looked_at_again_closed_and_opened(cast, at):
    threat = note(cast, at)
    review(threat, note="Still so.", mitigation="She left the board.", owner=cast.noor,
           review_on=DAY + timedelta(days=90), by=cast.dee, at=at)  # fmt: skip
    close(threat, note="She stopped teaching.", by=cast.noor, at=at)
    with pytest.raises(Refused):
        review(threat, note="x", mitigation="", owner=cast.noor, review_on=DAY, by=cast.dee, at=at)
    reopen(threat, note="She began again.", by=cast.dee, at=at)

    threat.refresh_from_db()
    assert (threat.stage, threat.owner, threat.mitigation) == (
        "open",
        cast.noor,
        "She left the board.",
    )
    assert [e.verb for e in Event.objects.about(threat)] == [
        "note_threat",
        "review_threat",
        "close",
        "reopen",
    ]
    assert [look.note for look in threat.reviews.all()][::-1] == [
        "Still so.",
        "She stopped teaching.",
        "She began again.",
    ]


def test_only_the_director_and_administrators_keep_it(cast, at):
    threat = note(cast, at)
    for by in (cast.aud, cast.ina, cast.eve, cast.pan):
        for deed in (
            lambda by: note(cast, at, by=by),
            lambda by: close(threat, note="x", by=by, at=at),
            lambda by: review(
                threat, note="x", mitigation="", owner=by, review_on=DAY, by=by, at=at
            ),
        ):
            with pytest.raises(Refused):
                deed(by)
    assert Threat.objects.open().count() == 1


@pytest.mark.parametrize("other", ["owner", "day"])
def test_an_entry_has_an_owner_who_works_here_and_a_day_to_come(cast, at, other):
    wrong = {"owner": cast.eve} if other == "owner" else {"review_on": at.date()}

    with pytest.raises(Refused):
        note(cast, at, **wrong)


def test_two_cases_of_two_people_do_not_mix(cast, at):
    mine, theirs = make.application(cast), make.application(replace(cast, ada=cast.eve))
    note(cast, at, about=About(Threat.Scope.CASE, mine))

    assert (mine.threats.count(), theirs.threats.count()) == (1, 0)
