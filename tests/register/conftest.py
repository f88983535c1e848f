"""Certificates of every kind. How they are earned is tested elsewhere: here each rests on the
granting decision that the database asks for, and on nothing before it."""

from datetime import datetime

import pytest
from django.core.cache import cache

from accounts.models import User
from applicants.flow import Stage
from applicants.models import Application, Decision, Outcome
from applicants.services import apply
from certificates.models import Certificate, Facet, Tier, Visibility
from certificates.services import Award, issue
from certificates.status import Kind
from directory.services import follow
from tests import make
from tests.make import NOON, person


@pytest.fixture(autouse=True)
def forgotten():
    """Nobody has used up anything yet."""
    cache.clear()


def certificate(
    holder: User,
    *,
    slug: str = "current-practice",
    at: datetime = NOON,
    renews: Certificate | None = None,
    visibility: str = Visibility.LINK,
) -> Certificate:
    tier = Tier.objects.get(slug=slug)
    case = apply(tier, by=holder, at=at, renews=renews)
    decider = User.objects.filter(full_name="Dee Example").first() or person("dee")
    decision = Decision.objects.create(
        application=case, outcome=Outcome.GRANT, reasons="All is shown.", by=decider, at=at
    )
    Application.objects.filter(pk=case.pk).update(stage=Stage.CERTIFIED)
    award = Award(
        tier=tier,
        holder=holder,
        edition=case.edition,
        decision=decision.reference,
        scope={Facet.CONCEPT: 72, Facet.PRACTICE: 72},
        renews=renews,
    )
    issued = issue(award, at=at)
    Certificate.objects.filter(pk=issued.pk).update(visibility=visibility)
    issued.visibility = visibility
    if visibility == Visibility.DIRECTORY:
        follow(issued, at)  # as choosing it in the wallet does
    return issued


def happened(issued: Certificate, kind: Kind, *, at: datetime) -> None:
    """As the services of the certificate do it: by two people, or by the holder."""
    make.happened(issued, kind, at=at, reason="Their secret reason.")


@pytest.fixture
def bjorn(db) -> User:
    return person("bjorn", full_name="Björn Þórsson", city="Akureyri", country="Iceland")
