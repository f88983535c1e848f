"""Tiers cut down to a handful of statements, so that a whole walk takes a moment."""

import pytest

from tests import make

KEPT = ("M3.1", "M3.2", "J4.1")


@pytest.fixture
def small(db):
    """The catalogue is data: these certificates ask for one area each while the test runs."""
    make.small_catalogue(*KEPT)


@pytest.fixture
def sign_in_as(client, at):
    """The client as this person, second factor included; the clock stands at noon of the tests."""

    def as_person(person):
        client.cookies["session"] = make.session_for(person)
        return client

    return as_person
