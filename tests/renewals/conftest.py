"""A certificate with its file, and the walk that led to it."""

from datetime import timedelta

import pytest

from applicants.flow import Stage
from certificates.dates import end_of
from tests import make

SOME = ("M1.1", "M2.1", "M3.1", "M4.1", "M5.1", "M6.1", "M7.1", "M8.1", "M9.1")


@pytest.fixture
def small(cast):
    """One statement an area, so that a whole walk takes a moment."""
    make.small_catalogue(*SOME)
    return cast


@pytest.fixture
def held(small):
    """Ada's Mentor certificate."""
    return make.certified(small)


@pytest.fixture
def certificate(held):
    return held.certificate


@pytest.fixture
def renew(small):
    """Renew this certificate up to a stage, begun so many days before its end."""

    def go(certificate, *, to=Stage.CERTIFIED, before=60):
        begun = end_of(certificate.ends_on) - timedelta(days=before)
        return make.walk(small, to=to, slug=certificate.tier.slug, at=begun, renews=certificate)

    return go
