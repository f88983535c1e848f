"""What is signed is what is said: to the letter, or not at all."""

import hashlib
from copy import deepcopy

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from credentials.bits import SIZE, encoded, is_set
from credentials.linked_data import CONTEXTS, CREDENTIALS, FOLDER, Unsignable, demand_signable
from credentials.signing import base58, multikey, sign, unbase58, verifies
from tests.make import NOON

LIST = {
    "@context": [CREDENTIALS],
    "id": "https://portal.example.org/status/revocation/1",
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": "did:web:portal.example.org",
    "validFrom": "2026-09-01T12:00:00Z",
    "credentialSubject": {
        "id": "https://portal.example.org/status/revocation/1#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": encoded([]),
    },
}
METHOD = "did:web:portal.example.org#ed25519-2026-1"


@pytest.fixture(scope="module")
def key():
    return Ed25519PrivateKey.generate()


@pytest.mark.parametrize(("name", "digest"), CONTEXTS.values())
def test_the_contexts_are_those_that_the_world_knows(name, digest):
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


def test_a_signature_holds_for_the_document_and_for_no_other(key):
    signed = sign(LIST, key, METHOD, NOON)

    assert verifies(signed, key.public_key()) is True
    for path in ("id", "issuer", "validFrom"):
        assert verifies({**signed, path: signed[path] + "0"}, key.public_key()) is False
    other = deepcopy(signed)
    other["credentialSubject"]["encodedList"] = encoded([7])
    assert verifies(other, key.public_key()) is False
    assert verifies(signed, Ed25519PrivateKey.generate().public_key()) is False


def test_the_same_document_key_and_moment_give_the_same_bytes(key):
    assert sign(LIST, key, METHOD, NOON) == sign(deepcopy(LIST), key, METHOD, NOON)


@pytest.mark.parametrize("point", [*range(9), 11, 12, *range(14, 32), 127])
def test_control_characters_are_refused(point):
    with pytest.raises(Unsignable, match="control character"):
        demand_signable({**LIST, "name": f"Ada{chr(point)} Example"})


@pytest.mark.parametrize("point", [9, 10, 13])
def test_tabs_and_line_ends_are_agreed_on(point):
    demand_signable({**LIST, "name": f"Ada{chr(point)}Example"})


@pytest.mark.parametrize(
    "more",
    [
        {"tierOfOurs": "gold"},
        {"type": [*LIST["type"], "OursAlone"]},
        {"evidence": [{"id": "relative", "type": ["Evidence"]}]},
    ],
)
def test_what_the_signature_would_not_cover_is_refused(more):
    with pytest.raises(Unsignable):
        demand_signable({**LIST, **more})


def test_no_context_is_fetched():
    with pytest.raises(Unsignable, match="more"):
        demand_signable({**LIST, "@context": [CREDENTIALS, "https://example.org/more"]})


@given(st.binary(max_size=80))
def test_base58_comes_back(raw):
    assert unbase58(base58(raw)) == raw


def test_base58_is_everybodys():
    assert base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base58(b"\0\0\x28\x7f\xb4\xcd") == "11233QC4"


def test_a_public_key_begins_as_all_ed25519_keys_do(key):
    assert multikey(key.public_key()).startswith("z6Mk")


@given(st.sets(st.integers(0, SIZE - 1), max_size=20), st.integers(0, SIZE - 1))
def test_a_place_is_set_when_it_was_set(places, asked):
    assert is_set(encoded(places), asked) is (asked in places)
