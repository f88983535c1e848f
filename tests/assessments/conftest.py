"""A case that waits for its self-assessment, and what is asked in it."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applicants.models import Application
from assessments import services
from assessments.services import Answer
from certificates.models import Facet
from tests import make

FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@pytest.fixture
def case(cast) -> Application:
    """Ada's case for Practice: 72 statements, concept and practice each."""
    return make.application(cast)


@pytest.fixture
def assessment(case, ada, at):
    return services.start(case, by=ada, at=at)


@pytest.fixture
def browse(client, settings):
    """A browser without JavaScript in which somebody is signed in."""

    def as_person(person):
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return as_person


@pytest.fixture
def queries():
    """How many statements reach the tables; the frames of transactions are not counted."""

    @contextmanager
    def exactly(expected):
        with CaptureQueriesContext(connection) as captured:
            yield
        told = [q["sql"] for q in captured if not q["sql"].startswith(FRAME)]
        assert len(told) == expected, "\n".join(told)

    return exactly


def statements(case) -> dict[str, int]:
    """The statements of the case by code."""
    return {asked.statement.code: asked.statement_id for asked in case.asked()}


def everything(case, level=3) -> dict[int, Answer]:
    answers: dict[int, dict[str, int]] = {}
    for asked in case.asked():
        answers.setdefault(asked.statement_id, {})[Facet(asked.facet).value] = level
    return {pk: Answer(**said) for pk, said in answers.items()}
