"""People in the directory, brought there through the services."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from accounts.models import User
from certificates.models import Certificate
from directory.models import Entry, Field
from directory.services import Wish, edit
from tests.make import NOON, person, session_for
from tests.register.conftest import certificate

NOW = NOON + timedelta(days=30)
EVERYTHING = [field.value for field in Field]
# Words that stand nowhere else, so that a leak is seen.
SAID = {
    "place": "Zanzibarby",
    "country": "IS",
    "languages": ["sv", "yo"],
    "about": "I keep quagga sheep.",
    "for_whom": "Xylophonists.",
}


@pytest.fixture(autouse=True)
def today():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bjorn(db) -> User:
    return person("bjorn", full_name="Björn Þórsson", city="Akureyri", country="Iceland")


@pytest.fixture
def held(bjorn) -> Certificate:
    return certificate(bjorn)


def listed(who: User, *, slug="current-practice", shows=EVERYTHING, **said) -> Entry:
    """Somebody with a certificate who chose to be found."""
    issued = certificate(who, slug=slug)
    wish = Wish(**{**SAID, **said}, shows=shows, certificates=[issued])
    return edit(wish, agreed=True, by=who, at=NOW)


@pytest.fixture
def entry(bjorn) -> Entry:
    return listed(bjorn)


def signed_in(client, user):
    client.cookies["session"] = session_for(user)
    return client
