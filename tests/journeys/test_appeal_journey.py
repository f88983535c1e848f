"""Declined, appealed, upheld by two of three, decided anew by somebody else: and a complaint that
ends in a suspension, which is lifted again."""

import uuid

import pytest

from accounts.models import Grant
from accounts.roles import Role
from appeals.complaining import Told, complain
from appeals.consequences import NotUpheld, propose_suspension
from appeals.models import Ground, Subject, Vote
from appeals.panels import acknowledge, admit, answer, answer_alone, vote
from appeals.services import appeal
from applicants.assigning import declare
from applicants.deciding import decide
from applicants.flow import Stage
from applicants.models import Outcome
from certificates.flow import Deed
from certificates.lifecycle import confirm, propose
from certificates.models import Certificate
from certificates.status import Status
from tests import make
from tests.journeys.telling import steps
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(db):
    make.small_catalogue("M3.1", "M3.2")


def test_declined_appeal_upheld_new_decision(cast):
    walk = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    walk.decision(Outcome.DECLINE)
    received = appeal(
        walk.decided, ground=Ground.EVIDENCE, text="M3.2.", by=cast.ada, at=walk.tomorrow()
    )
    tom, una = make.person("tom", Role.VERIFIER), make.person("una", Role.AUDITOR)

    acknowledge(received, by=cast.noor, at=walk.tomorrow())
    admit(received, reasons="", members=[tom, una], by=cast.pan, at=walk.tomorrow())
    for person, choice in ((cast.pan, Vote.DISMISS), (tom, Vote.UPHOLD), (una, Vote.UPHOLD)):
        vote(received, choice=choice, words="", by=person, at=walk.at)
    answer(received, reasons="M3.2 was overlooked.", by=cast.pan, at=walk.tomorrow())

    walk.case.refresh_from_db()
    dot = make.person("dot", Role.DECIDER)
    for person in (cast.dee, cast.pan, tom):  # neither who decided before, nor the panel
        Grant.objects.get_or_create(
            user=person, role=Role.DECIDER, defaults={"starts_on": walk.at.date()}
        )
        fresh = type(person).objects.get(pk=person.pk)
        with pytest.raises(Refused):
            decide(walk.case, outcome=Outcome.GRANT, reasons="Yes", by=fresh, at=walk.at)
    declare(walk.case, clear=True, note="", by=dot, at=walk.at)
    decide(walk.case, outcome=Outcome.GRANT, reasons="It carries it.", by=dot, at=walk.tomorrow())

    walk.case.refresh_from_db()
    assert steps(walk.case)[-6:] == [
        ("appeal", "received", "Ada"),
        ("acknowledge", "admission", "Noor"),
        ("admit", "panel", "Pan"),
        ("uphold", "upheld", "Pan"),
        ("reopen", "decision", "Pan"),
        ("certify", "certified", "Dot"),
    ]
    assert Certificate.objects.get().holder == cast.ada


def test_complaint_suspension_reinstated(cast):
    walk = make.certified(cast, slug="current-concepts")
    certificate = walk.certificate
    told = Told(Subject.HOLDER, "Spoke about me in public.", number=certificate.number)
    complaint = complain(told, token=uuid.uuid4(), by=None, at=walk.tomorrow())
    acknowledge(complaint, by=cast.noor, at=walk.at)
    admit(complaint, reasons="", members=[], by=cast.pan, at=walk.tomorrow())
    with pytest.raises(NotUpheld):
        propose_suspension(complaint, reason="x", by=cast.pan, at=walk.at)
    answer_alone(
        complaint, choice=Vote.UPHOLD, reasons="Two say so.", by=cast.pan, at=walk.tomorrow()
    )

    proposal = propose_suspension(
        complaint, reason="Confidence was broken.", by=cast.pan, at=walk.at
    )
    assert certificate.status(walk.at) in (Status.VALID, Status.NO_END)  # nothing happens yet
    with pytest.raises(Refused):
        confirm(proposal, by=cast.pan, at=walk.at)
    confirm(proposal, by=cast.dee, at=walk.tomorrow())
    certificate = Certificate.objects.get(pk=certificate.pk)
    assert certificate.status(walk.at) == Status.SUSPENDED
    again = propose(
        certificate, Deed.REINSTATE, reason="Amends were made.", by=cast.noor, at=walk.tomorrow()
    )
    confirm(again, by=cast.dee, at=walk.tomorrow())

    certificate = Certificate.objects.get(pk=certificate.pk)
    assert certificate.status(walk.at) in (Status.VALID, Status.NO_END)
    verbs = [e.verb for e in Event.objects.of_case(complaint.trail_case()).order_by("pk")]
    assert verbs == ["complain", "acknowledge", "admit", "vote", "uphold", "propose_suspension"]
    with pytest.raises(NotUpheld):  # once
        propose_suspension(complaint, reason="Again.", by=cast.pan, at=walk.at)


def test_the_holder_never_sees_the_complaint_about_them(cast, client):
    walk = make.certified(cast, slug="current-concepts")
    told = Told(Subject.HOLDER, "Spoke about me.", number=walk.certificate.number)
    complaint = complain(told, token=uuid.uuid4(), by=None, at=walk.at)
    client.cookies["session"] = make.session_for(cast.ada)

    assert client.get(complaint.url).status_code == 404
