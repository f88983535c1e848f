"""Every certificate gets one signed credential, whoever asks how often."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from jsonschema import Draft201909Validator

from certificates.models import Tier
from certificates.printing import draw_due
from certificates.services import happen
from certificates.status import Kind
from credentials import addresses, services
from credentials.bits import is_set
from credentials.documents import achievement_document
from credentials.keys import NoKey, make_key, retire_key, signer
from credentials.models import MOST_ATTEMPTS, Credential, SigningKey, StatusList
from credentials.registry import CERTIFICATE, KINDS
from credentials.signing import unbase58, verifies
from tests import make
from tests.credentials.conftest import HOST
from trail.models import Event

pytestmark = pytest.mark.django_db
SCHEMA = Draft201909Validator(
    json.loads((Path(__file__).parent / "achievement_schema.json").read_text(encoding="utf-8"))
)
TIERS = [
    "2021-recognition",
    "2021-concepts",
    "2021-practice",
    "2021-journey",
    "current-concepts",
    "current-practice",
    "current-journey",
]


@pytest.mark.parametrize("slug", TIERS)
def test_a_credential_of_every_tier_follows_the_published_schema(sealed, ada, slug):
    certificate, document = sealed(ada, slug)

    assert [error.message for error in SCHEMA.iter_errors(document)] == []
    subject = document["credentialSubject"]
    asked = certificate.edition.statements.filter(asked_by__tier=certificate.tier).distinct()
    assert len(subject["achievement"]["alignment"]) == asked.count() > 0
    known = {one["id"] for one in subject["achievement"]["resultDescription"]}
    assert {one["resultDescription"] for one in subject["result"]} == known
    assert ("validUntil" in document) is bool(certificate.expires_on)


def test_it_says_what_the_certificate_says(sealed, ada):
    certificate, document = sealed(ada)

    assert document["id"] == f"https://{HOST}/c/{certificate.public_id}"
    assert document["issuer"]["id"] == f"did:web:{HOST}"
    assert document["name"] == certificate.snapshot["title"]
    assert "not an ISO certification" in document["description"]
    subject = document["credentialSubject"]
    assert subject["licenseNumber"] == certificate.number
    assert subject["identifier"][0]["identityHash"] == "Ada Example"
    assert document["validUntil"] == "2028-09-02T03:59:59Z"  # the day's end in Toronto


def test_it_holds_neither_an_address_nor_what_the_person_wrote(sealed, ada):
    _certificate, document = sealed(ada)

    text = json.dumps(document)
    assert [word for word in (ada.email, "sha256$", make.WORDS[:40]) if word in text] == []


def test_a_french_certificate_has_a_french_credential(sealed, ada):
    ada.language = "fr-ca"
    ada.save()

    certificate, document = sealed(ada)

    assert document["name"] == certificate.tier.title_fr
    assert document["credentialSubject"]["achievement"]["inLanguage"] == "fr-CA"


def test_it_is_signed_with_the_published_key_over_the_stored_text(sealed, ada):
    certificate, document = sealed(ada)

    row = certificate.credential
    raw = unbase58(row.key.public[1:])[2:]

    assert verifies(document, Ed25519PublicKey.from_public_bytes(raw)) is True
    assert row.sha256 == hashlib.sha256(row.document.encode()).hexdigest()


def test_sealing_again_changes_nothing(sealed, ada, at):
    certificate, document = sealed(ada)

    services.seal(certificate.credential, at=at + timedelta(days=1))

    assert (services.owe(), services.seal_due(at + timedelta(days=1))) == (0, 0)
    assert json.loads(Credential.objects.get().document) == document


def test_places_are_unique_and_tell_no_order(award, ada, eve, at):
    award(ada), award(eve)
    services.owe()

    places = list(Credential.objects.order_by("pk").values_list("place", flat=True))
    assert len(set(places)) == 2
    assert abs(places[0] - places[1]) != 1


def test_a_list_that_is_half_full_is_followed_by_the_next(award, ada, eve, monkeypatch):
    monkeypatch.setattr(services, "FULL", 1)
    award(ada), award(eve)

    services.owe()

    assert list(StatusList.objects.values_list("number", flat=True)) == [1, 2]


# --- The list -----------------------------------------------------------------------------------
def _revoked(certificate):
    row = certificate.credential
    said = json.loads(StatusList.objects.get(pk=row.status_list_id).document)
    return is_set(said["credentialSubject"]["encodedList"], row.place)


@pytest.mark.parametrize("kind", [Kind.WITHDRAWN, Kind.SURRENDERED, Kind.REPLACED, Kind.REDUCED])
def test_what_ends_for_good_is_revoked(sealed, ada, at, kind):
    certificate, _document = sealed(ada)
    assert _revoked(certificate) is False

    make.happened(certificate, kind, at=at)
    services.seal_lists(at)

    assert _revoked(certificate) is True


def test_a_suspension_is_not_a_revocation(sealed, ada, at):
    certificate, _document = sealed(ada)

    happen(certificate, Kind.SUSPENDED, by=None, at=at, reason="")
    services.seal_lists(at)

    assert _revoked(certificate) is False


def test_a_list_is_signed_anew_when_it_changes_and_before_it_grows_old(sealed, ada, at):
    sealed(ada)

    assert services.seal_lists(at + timedelta(hours=1)) == 0
    assert services.seal_lists(at + services.RESEAL) == 1
    said = json.loads(StatusList.objects.get().document)
    assert said["validUntil"] == "2026-09-09T12:00:00Z"


# --- Keys ---------------------------------------------------------------------------------------
def test_without_a_key_nothing_is_signed_and_no_attempt_is_counted(award, ada, at, settings):
    settings.KEYS_FOR_TRYING = False
    certificate = award(ada)
    services.owe()

    assert services.seal_due(at) == 0
    row = Credential.objects.get()
    assert (row.attempts, row.sealed_at) == (0, None)
    assert "make_signing_key" in row.last_error

    assert draw_due(at) == 0
    assert [one.attempts for one in certificate.drawings.all()] == [0, 0]

    call_command("make_signing_key", verbosity=0)
    later = at + timedelta(minutes=2)
    assert services.seal_due(later) == 1


def test_a_new_key_signs_and_the_old_one_stays_published(sealed, ada, eve, at, client):
    first, _document = sealed(ada)
    make_key(at=at + timedelta(days=1))
    second, document = sealed(eve)

    assert first.credential.key != second.credential.key
    listed = client.get("/.well-known/did.json").json()
    assert len(listed["verificationMethod"]) == 2
    assert document["proof"][0]["verificationMethod"] == listed["assertionMethod"][1]


def test_a_retired_key_signs_nothing_new(key, at, settings):
    settings.KEYS_FOR_TRYING = False
    call_command("retire_signing_key", key.name, verbosity=0)

    with pytest.raises(NoKey):
        signer(at)
    assert Event.objects.filter(verb="retire_key").count() == 1
    with pytest.raises(CommandError):
        call_command("retire_signing_key", key.name)


def test_the_private_half_is_a_file_for_its_owner_alone(key, settings):
    path = Path(settings.KEYS_DIR) / f"{key.name}.pem"

    assert path.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE KEY" in path.read_bytes()


def test_a_file_that_holds_another_key_signs_nothing(key, at, settings):
    make_key(at=at + timedelta(days=1))
    folder = Path(settings.KEYS_DIR)
    newest = SigningKey.objects.current()
    (folder / f"{newest.name}.pem").write_bytes((folder / f"{key.name}.pem").read_bytes())

    with pytest.raises(NoKey, match="another key"):
        signer(at)


def test_a_file_without_a_row_is_never_written_over(key, at, settings):
    path = Path(settings.KEYS_DIR) / f"{key.name}.pem"
    before = path.read_bytes()
    SigningKey.objects.all().delete()

    assert make_key(at=at).name == "ed25519-2026-2"
    assert path.read_bytes() == before


def test_a_passphrase_guards_the_file(at, settings):
    settings.KEYS_PASSPHRASE = "a long one"
    key, private = signer(at)

    content = (Path(settings.KEYS_DIR) / f"{key.name}.pem").read_bytes()
    assert b"ENCRYPTED" in content
    assert signer(at)[1].private_bytes_raw() == private.private_bytes_raw()


def test_the_host_stays_once_a_real_credential_was_issued(award, ada, at, settings):
    settings.KEYS_FOR_TRYING = False
    make_key(at=at)
    award(ada)
    services.owe(), services.seal_due(at)
    assert [e.id for e in run_checks(databases=["default"]) if e.id == "credentials.E001"] == []

    settings.CREDENTIAL_HOST = "elsewhere.example.org"

    found = [e for e in run_checks(databases=["default"]) if e.id == "credentials.E001"]
    assert len(found) == 1
    assert f"did:web:{HOST}, and the settings now say did:web:elsewhere.example.org" in found[0].msg


def test_a_port_is_written_as_the_method_asks(settings):
    settings.CREDENTIAL_HOST = "localhost:8000"

    assert addresses.issuer() == "did:web:localhost%3A8000"


# --- What cannot be signed ----------------------------------------------------------------------
def test_what_cannot_be_signed_is_tried_three_times_and_stands_as_failed(
    award, ada, at, monkeypatch
):
    unsignable = replace(KINDS[CERTIFICATE], document=lambda _one: {**BROKEN})
    monkeypatch.setitem(KINDS, CERTIFICATE, unsignable)
    award(ada)
    services.owe()

    for _attempt in range(5):
        services.seal_due(at)

    row = Credential.objects.failed().get()
    assert (row.attempts, row.document) == (MOST_ATTEMPTS, "")
    assert "without a meaning" in row.last_error


BROKEN = {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x", "ours": "x"}


def test_an_achievement_stands_by_itself(ada):
    tier = Tier.objects.get(slug="current-practice")

    said = achievement_document(tier, tier.framework.edition_at(make.NOON))

    assert said["id"] == f"https://{HOST}/achievements/current-practice"
    assert said["creator"]["id"] == f"did:web:{HOST}"


def test_keys_are_told_to_the_trail(at):
    key = make_key(at=at)
    retire_key(key, at=at)

    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "make_key",
        "retire_key",
    ]
