"""The API does what its OpenAPI description says, asked in every way that this allows and in some
that it does not. In this process, over the real middleware, the same each time."""

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from accounts import limits
from certificates.models import Visibility
from register.api.describing import document
from tests.register.conftest import certificate
from tests.register.test_check import LATER

pytestmark = pytest.mark.django_db
CONFIG = SchemathesisConfig.from_dict({"generation": {"mode": "all", "deterministic": True}})
schema = schemathesis.openapi.from_dict(document("en"), config=CONFIG)
schema.app = get_wsgi_application()


@schemathesis.serializer("text/csv")
def as_it_is(_context, value):
    return (
        value.encode("utf-8", "replace") if isinstance(value, str) else bytes(str(value), "utf-8")
    )


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test client does it: the end of a request leaves the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def statuses():
    """What was answered to one call, however often it was made: well, too."""
    seen = set()
    yield seen
    assert 200 in seen


@pytest.fixture
def leads(bjorn, monkeypatch):
    """What the examples of the description stand for here. Nobody is slowed down."""
    monkeypatch.setattr(limits, "used_up", lambda *_: False)
    monkeypatch.setattr(limits, "spend", lambda *_: True)
    issued = certificate(bjorn, visibility=Visibility.DIRECTORY)
    return {
        "mWqLz0PfYtR5vB2A": bjorn.directory_entry.public_id,
        "x3Kd81mWqLz0PfYtR5vB2A": issued.public_id,
        "IMC-2026-7F3K-Q9": issued.number,
        "Ada Example": bjorn.full_name,
    }


def led(part, leads):
    if isinstance(part, dict):
        return {name: led(value, leads) for name, value in part.items()}
    if isinstance(part, list):
        return [led(value, leads) for value in part]
    return leads.get(part, part) if isinstance(part, str) else part


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_api_is_as_it_is_described(case, leads, statuses):
    case.path_parameters = led(case.path_parameters, leads)
    case.query, case.body = led(case.query, leads), led(case.body, leads)
    with time_machine.travel(LATER, tick=False):
        answer = case.call()
    statuses.add(answer.status_code)
    # No description of a text can say what a table is, and every number is a text.
    table = case.operation.path.endswith("/table")
    excluded = [positive_data_acceptance, negative_data_rejection] if table else []
    case.validate_response(answer, excluded_checks=excluded)
    assert "set-cookie" not in answer.headers
