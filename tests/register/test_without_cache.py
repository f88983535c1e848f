"""A dead or frozen Redis costs a moment, never a page."""

import pytest
from django.core.cache import cache as default
from django.test import override_settings

from imc_portal.cache import OpenRedisCache
from tests.register.conftest import certificate

# Nobody listens there.
DEAD = {
    "default": {
        "BACKEND": "imc_portal.cache.OpenRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
    }
}


@pytest.fixture
def dead():
    with override_settings(CACHES=DEAD):
        yield default


def test_every_move_of_a_dead_cache_is_that_of_an_empty_one(dead):
    assert isinstance(dead._connections["default"], OpenRedisCache)

    assert dead.get("a", 1) == 1
    assert dead.set("a", 2) is None
    assert dead.add("a", 2)
    assert not dead.delete("a")
    assert dead.get_many(["a", "b"]) == {}
    assert dead.set_many({"a": 1, "b": 2}) == ["a", "b"]
    with pytest.raises(ValueError):
        dead.incr("a")


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["/", ".json"])
def test_a_certificate_is_checked_without_a_cache(dead, client, bjorn, ending):
    issued = certificate(bjorn)

    assert client.get(f"/c/{issued.public_id}{ending}").status_code == 200


@pytest.mark.django_db
def test_the_api_stops_nobody_without_a_cache(dead, client, bjorn):
    issued = certificate(bjorn)
    rows = [{"number": issued.number, "name": bjorn.full_name}]

    one = client.get(f"/api/v1/certificates/{issued.public_id}")
    many = client.post("/api/v1/checks", rows, content_type="application/json")

    assert (one.status_code, many.status_code) == (200, 200)
    assert many.json()["rows"][0]["valid"]
