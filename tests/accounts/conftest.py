import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

PASSWORD = "seven calm herons wade"


@pytest.fixture(autouse=True)
def no_limits_from_other_tests():
    """allauth counts attempts in the cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def with_password():
    """Somebody who can sign in: a password, and an address that is confirmed."""

    def make_it_so(person, *, verified=True):
        person.set_password(PASSWORD)
        person.save()
        EmailAddress.objects.create(
            user=person, email=person.email, verified=verified, primary=True
        )
        return person

    return make_it_so
