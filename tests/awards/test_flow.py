"""The tables of moves, without a database."""

import itertools

import pytest

from awards.flow import FINAL, FLOWS, JUDGES, PATHS, SEATS, Part, Process, Stage, owners

PROCESSES = pytest.mark.parametrize("process", list(Process))


@PROCESSES
def test_every_stage_has_somebody_whose_turn_it_is_or_is_final(process):
    stages = {m.source for m in FLOWS[process]} | {m.target for m in FLOWS[process]}

    assert {stage for stage in stages if not owners(process, stage)} == FINAL


@PROCESSES
def test_from_every_stage_a_decision_can_be_reached(process):
    reach = {Stage.AWARDED}
    for _ in FLOWS[process]:
        reach |= {m.source for m in FLOWS[process] if m.target in reach}

    assert {m.source for m in FLOWS[process]} <= reach


@PROCESSES
def test_the_path_is_walked_along_the_table(process):
    moves = {(m.source, m.target) for m in FLOWS[process]}
    path = (*PATHS[process], Stage.AWARDED)

    assert all(step in moves for step in itertools.pairwise(path))


@PROCESSES
def test_two_assessors_and_a_chair_are_three_parts(process):
    assert len({*SEATS[process], Part.CHAIR}) == 3
    assert set(SEATS[process]) < set(JUDGES)


@PROCESSES
def test_the_team_may_leave_wherever_the_bid_is_open(process):
    leaving = {m.source for m in FLOWS[process] if m.verb == "withdraw"}

    assert leaving == {m.source for m in FLOWS[process]}
