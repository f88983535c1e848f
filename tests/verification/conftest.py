"""One case at the verification for the whole of each module: walking there takes a while."""

import copy

import pytest
from django.db import transaction

from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application
from tests import make


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    """Ada's case with Vera assigned and declared. Each test works inside a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        way = make.walk(make.cast(), to=Stage.VERIFICATION)
        way.assign(Role.VERIFIER, way.cast.vera)
        yield way
        transaction.set_rollback(True)


@pytest.fixture
def on(walked, db):
    """The same case, fresh from the database."""
    case = Application.objects.get(pk=walked.case.pk)
    return make.Walk(case, copy.copy(walked.cast), walked.at)
