"""Whatever the case, whoever reads: there is an answer, and it leads somewhere."""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.urls import resolve

from accounts.roles import Role
from applicants import services
from applicants.flow import OWNER, ROUTES, Stage
from applicants.models import Decision
from certificates.models import Route, Tier
from imc_portal.case_facts import Facts, facts_of
from imc_portal.next_step import STEPS, next_step
from imc_portal.paths import path_of
from meetings.models import Kind, Meeting, State
from tests import make

pytestmark = pytest.mark.django_db

VIEWERS = ("ada", "ina", "aud", "vera", "dee", "noor", "pan", "eve")
PARTS = {
    Role.APPLICANT: "ada",
    Role.INTAKE_MANAGER: "ina",
    Role.AUDITOR: "aud",
    Role.VERIFIER: "vera",
    Role.DECIDER: "dee",
}


def case_on(route, people):
    """A case of this route; its stage is set in memory alone, to ask what would be said."""
    tier = Tier.objects.filter(route=route, requires="", offered=True).first()
    return services.apply(tier, by=people.ada, at=make.NOON)


def facts_at(stage, people, *, assigned, declared, meeting):
    cast = {role: getattr(people, name) for role, name in PARTS.items()}
    host = cast.get(OWNER.get(stage), people.ina)
    if not assigned:
        cast = {Role.APPLICANT: people.ada}
    met = None
    if meeting:
        starts = make.NOON + timedelta(days=3 if meeting == "booked" else -3)
        met = Meeting(
            pk=1,
            kind=Kind.VERIFICATION,
            host=host,
            guest=people.ada,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=75),
            state=State.BOOKED,
        )
    everybody = frozenset(person.pk for person in cast.values())
    return Facts(
        cast=cast,
        declared=everybody if declared else frozenset(),
        meeting=met,
        interview=1 if met and stage == Stage.INTAKE else None,
        asked=72,
        rated=3,
        ready=5,
        started=True,
        reads=frozenset({people.aud.pk}) if assigned and stage == Stage.AUDIT else frozenset(),
        decision=Decision(pk=1, at=make.NOON) if stage == Stage.DECLINED else None,
    )


def test_every_stage_has_an_answer():
    assert set(STEPS) == set(Stage)


@pytest.mark.parametrize("route", list(Route))
def test_every_stage_route_and_reader_gets_an_answer_that_leads_somewhere(route, cast):
    case = case_on(route, cast)
    stages = [*ROUTES[route], *(set(Stage) - set(OWNER)), Stage.DORMANT]
    said = 0

    for stage, name, assigned, declared, meeting, due in product(
        stages, VIEWERS, (True, False), (True, False), ("", "booked", "past"), (None, -2, 5)
    ):
        case.stage = stage
        case.due_on = make.NOON.date() + timedelta(days=due) if due else None
        facts = facts_at(stage, cast, assigned=assigned, declared=declared, meeting=meeting)
        step = next_step(case, getattr(cast, name), make.NOON, facts)
        assert step.heading
        assert step.text
        assert step.state in ("turn", "late", "waiting", "done")
        assert "%(" not in step.heading + step.text + step.whose
        assert bool(step.url) == bool(step.label)
        if step.state != "done":
            assert step.whose
            assert step.by_when
        if step.mine:
            assert resolve(step.url)
        said += 1

    assert said == len(stages) * 8 * 2 * 2 * 3 * 3


@pytest.mark.parametrize("stage", [s for s in Stage if OWNER.get(s)])
def test_a_stage_with_everybody_in_place_is_the_turn_of_its_owner_alone(stage, cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage = stage
    meeting = "past" if stage in (Stage.INTAKE, Stage.VERIFICATION) else ""
    facts = facts_at(stage, cast, assigned=True, declared=True, meeting=meeting)

    mine = [n for n in VIEWERS if next_step(case, getattr(cast, n), make.NOON, facts).mine]

    assert mine == [PARTS[OWNER[stage]]]


@pytest.mark.parametrize("stage", [Stage.AUDIT, Stage.VERIFICATION])
def test_a_part_that_nobody_holds_is_the_administrators_turn(stage, cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage = stage
    facts = facts_at(stage, cast, assigned=False, declared=False, meeting="")

    mine = [n for n in VIEWERS if next_step(case, getattr(cast, n), make.NOON, facts).mine]

    assert mine == ["noor"]


def test_a_decision_that_nobody_has_taken_is_a_deciders_or_the_administrators(cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage = Stage.DECISION
    facts = facts_at(Stage.DECISION, cast, assigned=False, declared=True, meeting="")

    mine = [n for n in VIEWERS if next_step(case, getattr(cast, n), make.NOON, facts).mine]

    assert mine == ["dee", "noor"]


def test_who_has_not_declared_declares_first(cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage = Stage.AUDIT
    facts = facts_at(Stage.AUDIT, cast, assigned=True, declared=False, meeting="")

    step = next_step(case, cast.aud, make.NOON, facts)

    assert step.heading == "Declare your interests in this case"


def test_by_when_is_the_end_of_the_bodys_day_on_the_readers_clock(cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage, case.due_on = Stage.PORTFOLIO, (make.NOON + timedelta(days=21)).date()
    cast.ada.time_zone = "Asia/Jakarta"
    facts = facts_at(Stage.PORTFOLIO, cast, assigned=True, declared=True, meeting="")

    step = next_step(case, cast.ada, make.NOON, facts)

    assert step.by_when == "Wednesday 23 September 2026, 10:59"
    assert step.note == "in 22 days, Jakarta time"


def test_what_is_past_its_day_is_late_in_words(cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage, case.due_on = Stage.PORTFOLIO, (make.NOON - timedelta(days=2)).date()
    facts = facts_at(Stage.PORTFOLIO, cast, assigned=True, declared=True, meeting="")

    step = next_step(case, cast.ada, make.NOON, facts)

    assert (step.state, step.note) == ("late", "2 days late, Toronto time")


def test_entries_that_came_back_are_named(cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage = Stage.PORTFOLIO
    facts = Facts(cast={}, declared=frozenset(), asked=72, to_improve=["M6.6", "M9.2"])

    step = next_step(case, cast.ada, make.NOON, facts)

    assert step.heading == "Improve 2 entries and send them again"
    assert step.text == (
        "Statements M6.6 and M9.2 need a little more. Everything else is safe and stays as it is."
    )


def test_an_open_appeal_waits_for_the_panel(cast):
    case = case_on(Route.VERIFICATION, cast)
    case.stage = Stage.DECLINED
    due = make.NOON.date() + timedelta(days=30)
    appeal = SimpleNamespace(stage="panel", is_open=True, answer_due_on=due)
    facts = Facts(cast={}, declared=frozenset(), appeal=appeal)

    step = next_step(case, cast.ada, make.NOON, facts)

    assert (step.whose, step.state) == ("The appeal panel", "waiting")


def test_facts_of_a_new_case_count_what_is_asked(cast):
    case = case_on(Route.VERIFICATION, cast)

    facts = facts_of(case)

    assert (facts.asked, facts.rated, facts.started) == (72, 0, False)


def test_the_path_is_the_route_and_says_where_the_case_is(cast):
    case = case_on(Route.VERBAL_AUDIT, cast)

    steps = path_of(case, case.history())

    assert [(step.label, step.state) for step in steps] == [
        ("Self-assessment", "now"),
        ("Interview", "todo"),
        ("Audit", "todo"),
        ("Decision", "todo"),
    ]
