"""The table of the way, and that nothing but the table moves a case."""

from itertools import product

import pytest
from django.db import transaction

from accounts.roles import Role
from applicants.assigning import declare
from applicants.flow import FINAL, FLOWS, OWNER, RESTS_AT, ROUTES, Stage
from applicants.models import Application, CaseRole
from certificates.models import Route, Tier
from tests import make
from trail.flow import Refused

VERBS = sorted({move.verb for flow in FLOWS.values() for move in flow})
SLUGS = {
    Route.VERBAL_AUDIT: "2021-recognition",
    Route.WRITTEN_AUDIT: "current-concepts",
    Route.VERIFICATION: "current-practice",
}
# Who plays what in a case; the clock is nobody.
PARTS = {
    Role.APPLICANT: "ada",
    Role.INTAKE_MANAGER: "ina",
    Role.AUDITOR: "aud",
    Role.VERIFIER: "vera",
    Role.DECIDER: "dee",
    Role.ADMINISTRATOR: "noor",
    Role.PANEL_CHAIR: "pan",
}
EVERYBODY = [*PARTS.values(), "eve", ""]


def reachable(flow, start):
    seen, todo = set(), [start]
    while todo:
        here = todo.pop()
        seen.add(here)
        todo += [move.target for move in flow if move.source == here and move.target not in seen]
    return seen


def test_every_stage_has_one_owner_or_is_final():
    assert set(OWNER) | FINAL == set(Stage)
    assert set(OWNER) & FINAL == set()


@pytest.mark.parametrize("route", Route)
def test_every_stage_of_a_route_is_reached(route):
    expected = {*ROUTES[route], Stage.DORMANT, *FINAL}

    assert reachable(FLOWS[route], Stage.SELF_ASSESSMENT) == expected


@pytest.mark.parametrize("route", Route)
def test_every_stage_of_a_route_reaches_a_certificate_or_is_final(route):
    flow = FLOWS[route]
    ends = {
        stage: bool(reachable(flow, stage) & FINAL)
        for stage in reachable(flow, Stage.SELF_ASSESSMENT)
    }

    assert set(ends.values()) == {True}


@pytest.mark.parametrize("route", Route)
def test_open_stages_wait_for_their_owner_and_final_ones_for_nobody_but_the_panel(route):
    flow = FLOWS[route]
    for stage in (*ROUTES[route], Stage.DORMANT):
        assert OWNER[stage] in flow.waits_for(stage)
    for stage in FINAL - {Stage.DECLINED}:
        assert flow.waits_for(stage) == frozenset()
    assert flow.waits_for(Stage.DECLINED) == frozenset({Role.PANEL_CHAIR})


@pytest.mark.parametrize("route", Route)
def test_the_applicant_can_leave_wherever_the_case_is_open(route):
    leave = {move.source for move in FLOWS[route] if move.verb == "withdraw"}

    assert leave == {*ROUTES[route], Stage.DORMANT}


@pytest.mark.parametrize("route", Route)
def test_a_case_wakes_up_where_it_fell_asleep(route):
    flow = FLOWS[route]
    rest = {move.source for move in flow if move.verb == "rest"}
    wake = {move.target for move in flow if move.verb.startswith("resume_")}

    assert rest == wake == {stage for stage in RESTS_AT if stage in ROUTES[route]}


@pytest.mark.parametrize("route", Route)
def test_only_examiners_send_back_and_only_to_a_portfolio(route):
    back = {(m.source, m.target, m.role) for m in FLOWS[route] if m.verb == "send_back"}
    examined = {
        (stage, Stage.PORTFOLIO, OWNER[stage])
        for stage in (Stage.AUDIT, Stage.VERIFICATION)
        if stage in ROUTES[route] and Stage.PORTFOLIO in ROUTES[route]
    }

    assert back == examined


@pytest.fixture
def staffed(cast, at):
    """A case in which everybody has their part and has declared that nothing binds them."""

    def make_case(route):
        case = Application.objects.create(
            applicant=cast.ada,
            tier=Tier.objects.get(slug=SLUGS[route]),
            edition=Tier.objects.get(slug=SLUGS[route]).framework.edition_at(at),
            opened_at=at,
            stage=Stage.SELF_ASSESSMENT,
            stage_since=at,
        )
        for role, name in PARTS.items():
            person = getattr(cast, name)
            if role not in {Role.ADMINISTRATOR, Role.PANEL_CHAIR}:
                CaseRole.sign(case, person, role, at)
            if role != Role.APPLICANT:
                declare(case, clear=True, note="", by=person, at=at)
        return case

    return make_case


@pytest.mark.parametrize("route", Route)
def test_only_the_moves_of_the_table_succeed(route, staffed, cast, at):
    """Stage × verb × person, all of them, against the real `move`. Steps that speak of a decision
    need one, and a case wakes up to where it rested (here: the self-assessment)."""
    case = staffed(route)
    stages = [*ROUTES[route], Stage.DORMANT, *FINAL]
    done = set()
    for stage in stages:
        from_where = RESTS_AT[0] if stage == Stage.DORMANT else ""
        Application.objects.filter(pk=case.pk).update(stage=stage, dormant_from=from_where)
        for verb, name in product(VERBS, EVERYBODY):
            case.refresh_from_db()
            if tries(case, verb, getattr(cast, name, None), at):
                done.add((stage, verb, name))

    assert done == {
        (move.source, move.verb, "" if move.role == Role.CLOCK else PARTS[Role(move.role)])
        for move in FLOWS[route]
        if move.verb not in {"certify", "decline", f"resume_{Stage.PORTFOLIO}"}
    }


def tries(case, verb, by, at):
    """Whether the move succeeds; it is undone at once."""
    also = {"dormant_from": case.stage} if verb == "rest" else None
    mark = transaction.savepoint()
    try:
        case.move(verb, by=by, at=at, also=also)
    except Refused:
        return False
    else:
        return True
    finally:
        transaction.savepoint_rollback(mark)


def test_the_pages_offer_what_the_table_allows(cast, at):
    case = make.application(cast)

    assert [move.verb for move in case.moves_for(cast.ada)] == ["complete", "withdraw"]
    assert case.moves_for(cast.eve) == []
