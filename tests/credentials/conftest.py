"""Certificates with their credentials, signed under a real-looking host."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from certificates.status import Kind
from credentials import services
from credentials.documents import SCHEMA
from credentials.keys import signer
from credentials.linked_data import CONTEXTS, FOLDER
from credentials.models import Credential, SigningKey, StatusList
from tests import make
from tests.certificates.conftest import award  # noqa: F401 - a fixture of theirs

HOST = "portal.example.org"


@pytest.fixture(autouse=True)
def host(settings, tmp_path):
    settings.SITE_URL, settings.CREDENTIAL_HOST = f"https://{HOST}", HOST
    settings.KEYS_DIR, settings.KEYS_FOR_TRYING = str(tmp_path / "keys"), True
    return HOST


@pytest.fixture
def sealed(award, at):  # noqa: F811
    """A certificate of this person's, and its signed credential as a document."""

    def give(person, slug="current-practice"):
        certificate = award(person, slug, at=at)
        services.owe()
        services.seal_due(at)
        services.seal_lists(at)
        return certificate, json.loads(Credential.objects.get(certificate=certificate).document)

    return give


@pytest.fixture
def withdraw(at):
    def end(certificate):
        later = at + timedelta(minutes=1)
        make.happened(certificate, Kind.WITHDRAWN, at=later, reason="It was copied.")
        services.seal_lists(later)

    return end


@pytest.fixture
def shelf(client):
    """What the portal itself answers at the addresses that credentials name, and the contexts."""

    def everything():
        found = {
            address: json.loads((FOLDER / name).read_text(encoding="utf-8"))
            for address, (name, _digest) in CONTEXTS.items()
        }
        schema = Path(__file__).parent / "achievement_schema.json"
        found[SCHEMA] = json.loads(schema.read_text(encoding="utf-8"))
        found[f"https://{HOST}/.well-known/did.json"] = client.get("/.well-known/did.json").json()
        for row in StatusList.objects.all():
            path = f"/status/revocation/{row.number}"
            found[f"https://{HOST}{path}"] = json.loads(client.get(path).content)
        return found

    return everything


@pytest.fixture
def key(at):
    signer(at)
    return SigningKey.objects.get()
