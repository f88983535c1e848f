"""Two verifiers from npm, which know nothing of ours, agree with us and refuse what was touched."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from credentials import services
from credentials.models import Credential
from credentials.signing import sign
from tests.credentials.test_sealing import TIERS
from tests.foreign import ask, needs_node
from tests.make import NOON

pytestmark = [pytest.mark.django_db, needs_node]
GOOD = {"signature": True, "standing": True, "schema": True}


@pytest.fixture
def at():
    """Foreign verifiers read the real clock."""
    return timezone.now() - timedelta(hours=1)


def verify(shelf, *documents):
    return ask("verify_credentials.js", {"shelf": shelf(), "credentials": list(documents)})


def test_credentials_of_every_tier_verify(award, ada, at, shelf):
    for slug in TIERS:
        award(ada, slug, at=at)
    services.owe(), services.seal_due(at), services.seal_lists(at)
    documents = [json.loads(row.document) for row in Credential.objects.all()]

    answers = verify(shelf, *documents)

    assert len(answers) == len(TIERS)
    for answer in answers:
        assert answer["bazaar"] == {"verified": True, "error": ""}
        assert {key: answer["wallet"][key] for key in GOOD} == GOOD, answer["wallet"]["error"]


def test_names_of_every_script_verify(award, cast, at, shelf):
    names = ["Nguyễn Thị Ánh", "عائشة بنت محمد", "王小明", "Zoë Ñandú 🌲", "O’Neill-Łukasiewicz"]
    people = [cast.ada, cast.eve, cast.aud, cast.vera, cast.pan]
    for person, name in zip(people, names, strict=True):
        person.full_name = name
        person.save()
        award(person, at=at)
    services.owe(), services.seal_due(at), services.seal_lists(at)
    documents = [json.loads(row.document) for row in Credential.objects.order_by("pk")]
    assert [d["credentialSubject"]["identifier"][0]["identityHash"] for d in documents] == names

    answers = verify(shelf, *documents)

    assert [answer["bazaar"]["verified"] for answer in answers] == [True] * 5


def test_a_revoked_credential_is_seen_to_be_revoked(sealed, withdraw, ada, shelf):
    certificate, document = sealed(ada)
    withdraw(certificate)

    (answer,) = verify(shelf, document)

    assert (answer["wallet"]["signature"], answer["wallet"]["standing"]) == (True, False)


def test_status_lists_verify_themselves(sealed, ada, shelf):
    sealed(ada)
    listed = shelf()["https://portal.example.org/status/revocation/1"]

    (answer,) = verify(shelf, listed)

    assert answer["bazaar"] == {"verified": True, "error": ""}


def tampered(document):
    """Ten ways to make more of a credential than it is."""

    def changed(change):
        other = deepcopy(document)
        change(other)
        return other

    subject = "credentialSubject"
    stranger = Ed25519PrivateKey.generate()
    method = document["proof"][0]["verificationMethod"]
    body = {key: value for key, value in document.items() if key != "proof"}
    elsewhere = {**body, "issuer": {**body["issuer"], "id": "did:web:evil.example"}}
    return {
        "name": changed(lambda d: d[subject]["identifier"][0].update(identityHash="Mallory")),
        "end": changed(lambda d: d.update(validUntil="2038-01-15T00:00:00Z")),
        "number": changed(lambda d: d[subject].update(licenseNumber="IMC-2026-0000-00")),
        "place in the list": changed(lambda d: d["credentialStatus"].update(statusListIndex="1")),
        "no status": changed(lambda d: d.pop("credentialStatus")),
        "another statement": changed(
            lambda d: d[subject]["achievement"]["alignment"][0].update(targetCode="M9.9")
        ),
        "an unknown term": changed(lambda d: d.update(level="Gold")),
        "another key": sign(body, stranger, method, NOON),
        "another issuer": sign(elsewhere, stranger, method, NOON),
        "no proof": body,
    }


def test_ten_tampered_credentials_are_refused(sealed, ada, shelf):
    _certificate, document = sealed(ada)
    cases = tampered(document)
    assert len(cases) == 10

    answers = verify(shelf, *cases.values())

    told = {
        name: (answer["bazaar"]["verified"], answer["wallet"]["signature"])
        for name, answer in zip(cases, answers, strict=True)
    }
    assert told == dict.fromkeys(cases, (False, False))


def test_an_ended_credential_is_genuine_and_no_longer_current(award, ada, shelf, at):
    long_ago = at - timedelta(days=800)
    award(ada, at=long_ago)
    services.owe(), services.seal_due(at), services.seal_lists(at)
    document = json.loads(Credential.objects.get().document)

    (answer,) = verify(shelf, document)

    assert (answer["wallet"]["signature"], answer["wallet"]["current"]) == (True, False)
