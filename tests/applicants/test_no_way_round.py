"""What a grant rests on cannot be passed by: no role, no page, no administration gets round it."""

from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, User
from accounts.roles import GRANTED, Role
from applicants import services
from applicants.assigning import declare
from applicants.deciding import GroundMissing, decide
from applicants.flow import Stage
from applicants.models import Application, Decision, Outcome
from certificates.models import Certificate, Drawing
from notices.models import Message
from portfolios.models import Finding
from tests import make
from trail.flow import Refused

pytestmark = pytest.mark.django_db


def at_decision(on):
    """As nobody can: past the table of moves, straight into the row."""
    Application.objects.filter(pk=on.case.pk).update(stage=Stage.DECISION)
    on.case.refresh_from_db()
    return on


def without_audit(cast):
    return at_decision(make.walk(cast, to=Stage.AUDIT, slug="current-concepts"))


def with_a_failed_statement(cast):
    on = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    Finding.objects.filter(pk=Finding.objects.first().pk).update(mastery=0, comment="Nothing.")
    return on


def without_verification(cast):
    return at_decision(make.walk(cast, to=Stage.VERIFICATION, slug="current-practice"))


def with_a_lapsed_prerequisite(cast):
    held = make.certified(cast, "current-practice")
    on = make.walk(cast, to=Stage.DECISION, slug="current-journey", at=held.at)
    on.at += make.timedelta(days=800)
    return on


def after_withdrawal(cast):
    on = make.walk(cast, to=Stage.DECISION, slug="current-concepts")
    services.withdraw(on.case, by=cast.ada, at=on.at)
    on.case.refresh_from_db()
    return on


BROKEN = [
    without_audit,
    with_a_failed_statement,
    without_verification,
    with_a_lapsed_prerequisite,
    after_withdrawal,
]


def traces(cast):
    """What a certificate would leave behind: itself with its number, its paper, its letter."""
    return (
        Certificate.objects.count(),
        Drawing.objects.count(),
        Message.objects.filter(to=cast.ada).count(),
        Decision.objects.count(),
    )


@pytest.mark.parametrize("broken", BROKEN)
def test_nothing_is_issued_on_a_record_that_does_not_carry_it(cast, small, client, broken):
    on = broken(cast)
    root = make.person("root", Role.DECIDER, is_superuser=True, is_staff=True)
    for person in (cast.dee, root):
        declare(on.case, clear=True, note="", by=person, at=on.at)
    before = traces(cast)

    for person in (cast.dee, root):
        with pytest.raises(Refused):
            decide(on.case, outcome=Outcome.GRANT, reasons="It shall.", by=person, at=on.at)
        client.force_login(person)
        for extra in ({}, {"read": "0" * 64}, {"override": "1", "force": "on"}):
            said = {"outcome": "grant", "reasons": "It shall.", "independent": "on", **extra}
            with time_machine.travel(on.at, tick=False):
                client.post(reverse("applicants:decide", args=[on.case.pk]), said)

    assert traces(cast) == before
    on.case.refresh_from_db()
    assert on.case.stage != Stage.CERTIFIED


@pytest.mark.parametrize("role", [*GRANTED, "superuser"])
def test_a_ground_that_fails_stops_every_role(cast, small, role):
    on = with_a_failed_statement(cast)
    person = make.person("max", Role.DECIDER)
    if role == "superuser":
        User.objects.filter(pk=person.pk).update(is_superuser=True, is_staff=True)
    else:
        Grant.objects.get_or_create(
            user=person, role=role, defaults={"starts_on": timezone.localdate()}
        )
    person = User.objects.get(pk=person.pk)
    declare(on.case, clear=True, note="", by=person, at=on.at)

    with pytest.raises(GroundMissing, match="Not found to be met"):
        decide(on.case, outcome=Outcome.GRANT, reasons="It shall.", by=person, at=on.at)


@pytest.mark.parametrize("verb", ["add", "change", "delete", "changelist"])
@pytest.mark.parametrize(
    "model", ["applicants_application", "applicants_decision", "certificates_certificate"]
)
def test_the_administration_writes_none_of_it_in_bulk_or_singly(cast, small, client, model, verb):
    on = with_a_failed_statement(cast)
    root = make.person("root", Role.ADMINISTRATOR, is_superuser=True, is_staff=True)
    client.force_login(root)
    parts = [on.case.pk] if verb in ("change", "delete") else []
    said = {
        "action": "delete_selected",
        "_selected_action": [on.case.pk],
        "stage": "certified",
        "outcome": "grant",
        "reasons": "It shall.",
        "post": "yes",
    }
    before = traces(cast)

    answer = client.post(reverse(f"admin:{model}_{verb}", args=parts), said)

    assert answer.status_code in (302, 403, 200)
    assert traces(cast) == before
    on.case.refresh_from_db()
    assert on.case.stage == Stage.DECISION


def test_the_database_refuses_a_certificate_without_a_decision(cast, small):
    on = make.certified(cast, "current-concepts")
    certificate = on.certificate
    certificate.pk, certificate.number = None, "IMC-2026-0000-00"
    certificate.decision = uuid4()  # nobody decided that

    with (
        pytest.raises(DatabaseError, match="needs a granting decision"),
        transaction.atomic(),
    ):
        certificate.save(force_insert=True)
