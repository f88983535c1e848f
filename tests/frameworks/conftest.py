import pytest

from frameworks import services
from frameworks.models import Edition, Framework
from tests import make


@pytest.fixture
def published(db):
    """The shipped edition of the Mentor profile."""
    return Edition.objects.get(framework__key="mentor", label="2026.1")


@pytest.fixture
def draft(noor):
    mentor = Framework.objects.get(key="mentor")
    return services.draft(mentor, label="2027.1", by=noor, at=make.NOON)


@pytest.fixture
def admin(client, noor):
    client.cookies["session"] = make.session_for(noor)
    return client
