"""Stage × verb × role × relation: exactly the allowed cells succeed, and all others change nothing.

Who somebody is to a case is worked out here anew, from one small table, and held against what the
portal does: by the services, by the bare move as from a shell, and by what a browser can send.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Grant, User
from accounts.roles import GRANTED, Role
from applicants import assigning, deciding, services
from applicants.declaring import declare_year
from applicants.flow import FLOWS, RESTS_AT, Stage
from applicants.models import Application, Outcome
from applicants.models.qualification import QUALIFIED
from certificates.models import Certificate, Route
from notices.models import Message
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
SLUGS = {
    Route.VERBAL_AUDIT: "2021-recognition",
    Route.WRITTEN_AUDIT: "current-concepts",
    Route.VERIFICATION: "current-practice",
}
VERBS = sorted({move.verb for flow in FLOWS.values() for move in flow})
ROLES = [None, *(role for role in GRANTED if role != Role.ASSESSOR)]
# Whatever else they hold: who is this to the case, and takes its part alone.
PART_OF = {
    "own case": Role.APPLICANT,
    "took it in": Role.INTAKE_MANAGER,
    "audited it": Role.AUDITOR,
    "verified it": Role.VERIFIER,
}
# Nobody's part is free but these two, and only for who is bound to nobody.
FREE = {Role.DECIDER, Role.PANEL_CHAIR}


def allowed(case, verb, role, relation):
    """The one table of who may do what."""
    move = next((m for m in case.flow if (m.source, m.verb) == (case.stage, verb)), None)
    if move is None or verb == f"resume_{other_rest(case)}":
        return False
    if relation in PART_OF:
        return move.role == PART_OF[relation]
    if relation == "stranger, undeclared":
        return move.role == role == Role.PANEL_CHAIR
    return relation == "stranger" and move.role == role and role in FREE


def other_rest(case):
    """A resting case does not wake up where it never was."""
    return next((stage for stage in RESTS_AT if stage != case.dormant_from), "")


# --- The world ------------------------------------------------------------------------------------
@dataclass
class Stop:
    """A case that has come to one stage, and who everybody is to it."""

    walk: make.Walk
    people: dict[str, User]

    @property
    def case(self):
        return Application.objects.get(pk=self.walk.case.pk)


@contextmanager
def undone():
    """Whatever happens in here did not happen."""
    sid = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(sid)


def begin(cast, route):
    """Everybody's part is given at the start, so that each relation holds at every stage."""
    walk = make.walk(cast, to=Stage.SELF_ASSESSMENT, slug=SLUGS[route])
    people = {
        "own case": cast.ada,
        "taught the applicant": make.person("tess"),
        "took it in": cast.ina,
        "audited it": cast.aud,
        "stranger": cast.eve,
        "stranger, undeclared": make.person("una"),
    }
    walk.assign(Role.INTAKE_MANAGER, cast.ina)
    walk.assign(Role.AUDITOR, cast.aud)
    if route == Route.VERIFICATION:
        walk.assign(Role.VERIFIER, cast.vera)
        people["verified it"] = cast.vera
    tess = people["taught the applicant"]
    assigning.teach(teacher=tess, learner=cast.ada, starts_on=date(2020, 1, 1), ends_on=None,
                    provider="", by=cast.ada, at=walk.at)  # fmt: skip
    for person in people.values():
        for role in QUALIFIED:
            make.qualify(person, role, at=walk.at)
        declare_year(note="", by=person, at=walk.at)
    for person in (tess, cast.eve):  # she says that nothing binds her, and is barred all the same
        assigning.declare(walk.case, clear=True, note="", by=person, at=walk.at)
    return Stop(walk, people)


def stops(cast, route) -> Iterator[Stop]:
    """The case at every stage of its route, and at every end."""
    stop = begin(cast, route)
    for stage in stop.case.path:
        yield stop
        for side in sides(stop, cast):
            with undone():
                side(stop)
                yield stop
        stop.walk.case.refresh_from_db()
        make.STEPS[stage](stop.walk)
    yield stop


def sides(stop, cast) -> list[Callable[[Stop], None]]:
    """The ends and rests that lead off the way at this stage."""
    case, at = stop.case, stop.walk.at
    if case.stage == Stage.INTAKE:
        return [
            lambda _: case.move("redirect", by=cast.ina, at=at),
            lambda _: stop.case.move("refer", by=cast.ina, at=at),
            lambda _: services.withdraw(stop.case, by=cast.ada, at=at),
        ]
    if case.stage == Stage.DECISION:
        return [lambda there: declined(there, cast)]
    rests = case.stage in RESTS_AT
    return [lambda _: services.rest(stop.case, at=at)] if rests else []


def declined(stop, cast):
    stop.walk.assign(Role.DECIDER, cast.dee)
    stop.decision = deciding.decide(
        stop.case, outcome=Outcome.DECLINE, reasons="Not yet.", by=cast.dee, at=stop.walk.at
    )


@contextmanager
def holding(stop, role):
    """For a while all of them hold one more role, and everybody is told anew who they are."""
    with undone():
        Grant.objects.bulk_create(
            Grant(user=person, role=role, starts_on=date(2020, 1, 1))
            for person in stop.people.values()
            if role and role not in person.roles
        )
        yield {relation: User.objects.get(pk=who.pk) for relation, who in stop.people.items()}


def state(stop):
    """Everything that a step could leave behind."""
    case = stop.case
    return (
        Application.objects.filter(pk=case.pk).values().get(),
        list(case.cast.order_by("pk").values()),
        list(case.decisions.values()),
        [table.objects.count() for table in (Event, Message, Certificate)],
    )


# --- By the services, and from a shell ------------------------------------------------------------
def bare_move(case, verb, somebody, at):
    case.move(verb, by=somebody, at=at)


def decide(case, verb, somebody, at):
    outcome = Outcome.GRANT if verb == "certify" else Outcome.DECLINE
    deciding.decide(case, outcome=outcome, reasons="It is so.", by=somebody, at=at)


def set_aside(case, _verb, somebody, at):
    decision = case.decisions.first()
    if decision is None:
        raise Refused
    deciding.set_aside(decision, by=somebody, at=at)


def withdraw(case, _verb, somebody, at):
    services.withdraw(case, by=somebody, at=at)


SERVICES = {"certify": decide, "decline": decide, "reopen": set_aside, "withdraw": withdraw}


def cells(stop):
    """The cells at this stop that do not come out as the table says, and how many there are."""
    wrong, seen, before = {}, 0, state(stop)
    case = stop.case
    for role in ROLES:
        with holding(stop, role) as people:
            for (relation, somebody), verb in product(people.items(), VERBS):
                may = allowed(case, verb, role, relation)
                deeds = {"shell": (bare_move, may and verb not in DECISIONS)}
                if verb in SERVICES:
                    deeds["service"] = (SERVICES[verb], may)
                for name, (deed, expected) in deeds.items():
                    done = succeeds(deed, case, verb, somebody, stop.walk.at)
                    case = stop.case if done else case
                    seen += 1
                    if done != expected:
                        wrong[case.stage, verb, role, relation, name] = done
    if state(stop) != before:
        wrong[case.stage, "something was left behind"] = True
    return wrong, seen


# No bare move makes a decision, or unmakes one: only its service does.
DECISIONS = {"certify", "decline", "reopen"}


def succeeds(deed, case, verb, somebody, at):
    """Was it let through? What was refused is not undone here: nothing may be left of it."""
    sid = transaction.savepoint()
    try:
        deed(case, verb, somebody, at)
    except Refused:
        transaction.savepoint_commit(sid)
        return False
    transaction.savepoint_rollback(sid)
    return True


@pytest.mark.parametrize("route", Route)
def test_exactly_the_allowed_cells_succeed(small, cast, route):
    wrong, seen, stages = {}, 0, set()
    for stop in stops(cast, route):
        found, count = cells(stop)
        wrong, seen = wrong | found, seen + count
        stages.add(stop.case.stage)

    assert wrong == {}
    assert stages == {stage for move in FLOWS[route] for stage in (move.source, move.target)}
    assert seen > 5_000


# --- By what a browser can send -------------------------------------------------------------------
# Every page of a case that makes a step, by the stage whose step it is; the first line anywhere.
PAGES = {
    "": ["applicants:withdraw", "applicants:decide"],
    Stage.SELF_ASSESSMENT: ["assessments:send"],
    Stage.INTAKE: ["applicants:talk"],
    Stage.PORTFOLIO: ["portfolios:send"],
    Stage.AUDIT: ["portfolios:close"],
    Stage.VERIFICATION: ["verification:record", "verification:send_back"],
    Stage.DECISION: ["applicants:take"],
    Stage.DORMANT: ["applicants:resume"],
}
EVERYTHING = {
    "outcome": "grant",
    "reasons": "It is so.",
    "independent": "on",
    "result": "pass",
    "comment": "Clear.",
    "why": "It is so.",
    "sign": "1",
    "recommendation": "award",
    "stage": "certified",
}
# Roles that open pages to who has no part; the others open none without one.
OPENING = (None, Role.DECIDER, Role.ADMINISTRATOR)


def steps(stop):
    """(stage, verb, role, relation) of whatever a request made happen at this stop."""
    made = set()
    before = stop.case
    pages = PAGES[""] + PAGES.get(before.stage, [])
    for role in OPENING:
        with holding(stop, role) as people:
            clients = {relation: client_of(person) for relation, person in people.items()}
            for (relation, client), page in product(clients.items(), pages):
                with undone():
                    insist(client, reverse(page, args=[before.pk]))
                    made |= {(verb, role, relation) for verb in verbs_between(before, stop.case)}
    return made


def insist(client, address):
    """Send everything, and once more with what was shown first: a decision's letter is read."""
    shown = client.post(address, EVERYTHING).text
    if found := re.search(r'name="read" value="(\w+)"', shown):
        client.post(address, EVERYTHING | {"read": found[1]})


def verbs_between(before, after):
    """The verbs that lead from one stage to the other; a jump that no verb makes shows as such."""
    if after.stage == before.stage:
        return []
    found = [m.verb for m in before.flow if (m.source, m.target) == (before.stage, after.stage)]
    return found or [f"jumped to {after.stage}"]


def client_of(person):
    client = Client(raise_request_exception=False)
    client.cookies["session"] = make.session_for(person)
    return client


def test_whatever_a_browser_sends_only_the_allowed_steps_happen(small, cast):
    made, wrong = set(), set()
    for stop in stops(cast, Route.VERIFICATION):
        case = stop.case
        for person in stop.people.values():
            Authenticator.objects.get_or_create(user=person, type="totp", data={"secret": "x"})
        with time_machine.travel(stop.walk.at, tick=False):
            found = steps(stop)
        made |= {(str(case.stage), verb) for verb, _, _ in found}
        wrong |= {
            (str(case.stage), *step)
            for step in found
            if not any(allowed(case, verb, *step[1:]) for verb in same_way(case, step[0]))
        }

    assert wrong == set()
    assert {("self_assessment", "withdraw"), ("decision", "certify")} <= made
    assert ("dormant", "resume_self_assessment") in made


def same_way(case, verb):
    """Two verbs can lead the same way: what happened was one of them."""
    targets = {m.target for m in case.flow if (m.source, m.verb) == (case.stage, verb)}
    return {m.verb for m in case.flow if m.source == case.stage and m.target in targets}
