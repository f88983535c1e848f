"""The people of a programme and its assessors, and the browser of each."""

import pytest
from django.test import Client

from tests.awards import walking


@pytest.fixture
def who(db):
    return walking.people()


@pytest.fixture
def browse():
    def as_person(person):
        client = Client()
        client.force_login(person)
        return client

    return as_person
