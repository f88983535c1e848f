"""Many hands issue, sign, draw and write at once, and are killed at random. For the test and the
bench: what is left must be one of each."""

import os
import signal
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from random import Random
from time import sleep

from django.db import DatabaseError, connection

from accounts.models import User
from applicants.flow import Stage
from applicants.models import Application, Decision, Outcome
from certificates import printing
from certificates.models import Certificate, Facet, Tier
from certificates.services import Award, issue
from credentials import services as credentials
from notices.services import drain

HANDS = 10
FORK = get_context("fork")
LEASE = timedelta(minutes=10)  # longer than any


def decisions(count: int, tier: Tier, at: datetime) -> list[uuid.UUID]:
    """Granting decisions, each in a case of its own person."""
    edition = tier.framework.edition_at(at)
    people = User.objects.bulk_create(
        User(email=f"storm{n}@example.org", full_name=f"Person {n}") for n in range(count)
    )
    cases = Application.objects.bulk_create(
        Application(
            applicant=person,
            tier=tier,
            edition=edition,
            opened_at=at,
            stage=Stage.CERTIFIED,
            stage_since=at,
        )
        for person in people
    )
    rows = Decision.objects.bulk_create(
        Decision(application=case, outcome=Outcome.GRANT, reasons="Yes.", by=people[0], at=at)
        for case in cases
    )
    return [row.reference for row in rows]


def storm(references: list[uuid.UUID], *, kills: int, at: datetime, seed: int = 7) -> int:
    """Ten hands on every decision; returns how many were killed on the way."""
    dice, killed = Random(seed), 0
    connection.close()  # nobody inherits it
    hands = [_start(references, at, n) for n in range(HANDS)]
    while any(hand.is_alive() for hand in hands):
        sleep(dice.uniform(0.02, 0.3))
        alive = [n for n, hand in enumerate(hands) if hand.is_alive()]
        if alive and killed < kills:
            n, killed = dice.choice(alive), killed + 1
            with suppress(ProcessLookupError):
                os.kill(hands[n].pid or 0, signal.SIGKILL)
            hands[n].join()
            hands[n] = _start(references, at + LEASE * killed, 100 + killed)
    for hand in hands:
        hand.join()
    finish(at + LEASE * (kills + 2))
    return killed


def finish(at: datetime) -> None:
    """The leases of the dead have run out: whoever comes next does what is left."""
    _until_nothing(credentials.owe)
    for later in (at, at + LEASE, at + 2 * LEASE):
        _until_nothing(lambda now=later: credentials.seal_due(now))
        _until_nothing(lambda now=later: printing.draw_due(now))
        _until_nothing(lambda now=later: drain(now, limit=50))
    credentials.seal_lists(at)


def _until_nothing(work: Callable[[], int]) -> None:
    while work():
        pass


def _start(references: list[uuid.UUID], at: datetime, seed: int) -> BaseProcess:
    hand = FORK.Process(target=_work, args=[references, at, seed], daemon=True)
    hand.start()
    return hand


def _work(references: list[uuid.UUID], at: datetime, seed: int) -> None:
    connection.connection = None
    dice = Random(seed)
    mine = dice.sample(references, len(references))
    tier = Tier.objects.get(slug="current-concepts")
    edition = tier.framework.edition_at(at)
    if edition is None:
        raise LookupError
    for reference in mine:
        holder = User.objects.get(applications__decisions__reference=reference)
        scope = dict.fromkeys(Facet, 1)
        with suppress(DatabaseError):
            issue(Award(tier, holder, edition, reference, scope, None), at=at)
        if dice.random() < 0.2:
            credentials.owe(limit=5)
            credentials.seal_due(at, limit=1)
            printing.draw_due(at, limit=1)
            drain(at, limit=1)
    connection.close()


def issued() -> dict[str, int]:
    """What there is of everything, by certificate."""
    found = Certificate.objects.all()
    numbers = set(found.values_list("number", flat=True))
    places = found.values_list("credential__status_list", "credential__place")
    return {
        "certificates": found.count(),
        "decisions": found.values("decision").distinct().count(),
        "numbers": len(numbers),
        "places": len(set(places)),
    }
