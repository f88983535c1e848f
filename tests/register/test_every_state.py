"""Every state of a certificate, told alike by the page, the data, the directory, the wallet, the
papers and the credential's list, from the moment on at which it began."""

import json

import pytest
import time_machine
from django.urls import reverse

from certificates import printing
from certificates.holding import agree
from certificates.models import Certificate, Visibility
from certificates.status import Status
from credentials import services as credentials
from credentials.bits import is_set
from credentials.models import StatusList
from directory.models import Entry
from tests import make
from tests.register.test_check import LATER, in_status

pytestmark = pytest.mark.django_db

IN_FORCE = {"valid", "no_end"}
# Where another certificate of the same person stands in the place of this one.
SHOWN = {*IN_FORCE, "replaced", "reduced"}
REVOKED = {"withdrawn", "surrendered", "replaced", "reduced"}
STOPPED = {"suspended", "on_hold", *REVOKED}


@pytest.fixture(autouse=True)
def today(settings, tmp_path, monkeypatch):
    settings.SITE_URL, settings.CREDENTIAL_HOST = "https://portal.example.org", "portal.example.org"
    settings.KEYS_DIR, settings.KEYS_FOR_TRYING = str(tmp_path / "keys"), True
    monkeypatch.setattr(printing, "render", lambda said, **_: said["number"].encode())
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture(params=[status.value for status in Status])
def state(request):
    return request.param


@pytest.fixture
def certificate(bjorn, state):
    found = in_status(bjorn, state, Visibility.DIRECTORY)
    credentials.owe()
    printing.draw_due(LATER)
    credentials.seal_lists(LATER)
    found.refresh_from_db()
    return found


def test_page_and_data_and_status_agree(client, certificate, state):
    page = client.get(f"/c/{certificate.public_id}/").content.decode()
    data = client.get(f"/c/{certificate.public_id}.json").json()

    assert certificate.status(LATER) == state
    assert (data["status"], data["valid"]) == (state, state in IN_FORCE)
    assert f"<h1>{data['meaning']}</h1>" in page
    assert ("application/ld+json" in page) is (state in IN_FORCE)
    assert ('name="robots"' in page) is (state not in IN_FORCE)
    assert "not an ISO certification" in data["note"]


def test_only_what_is_in_force_is_listed(client, certificate, state):
    entry = Entry.objects.get(person=certificate.holder)
    own = f"/directory/{entry.public_id}/"

    assert (own in client.get("/directory/").content.decode()) is (state in SHOWN)
    assert (client.get(own).status_code == 200) is (state in SHOWN)
    assert (certificate.public_id in client.get(own).content.decode()) is (state in IN_FORCE)
    in_force = Certificate.objects.in_force(LATER.date()).filter(pk=certificate.pk).exists()
    assert in_force is (state in IN_FORCE)


def test_the_list_revokes_what_ended_for_good(client, certificate, state):
    row = certificate.credential
    said = json.loads(StatusList.objects.get(pk=row.status_list_id).document)
    served = client.get(f"/c/{certificate.public_id}/credential.json")

    assert is_set(said["credentialSubject"]["encodedList"], row.place) is (state in REVOKED)
    licence = json.loads(served.content)["credentialSubject"]["licenseNumber"]
    assert licence == certificate.number


def test_the_wallet_offers_what_still_proves_something(client, certificate, bjorn, state):
    client.cookies["session"] = make.session_for(bjorn)
    agree(certificate, by=bjorn, at=LATER)
    page = client.get(reverse("certificates:certificate", args=[certificate.number]))
    words = page.content.decode()
    paper = client.get(reverse("certificates:download", args=[certificate.number, "a4"]))
    if state not in STOPPED:
        assert b"".join(paper.streaming_content) == certificate.number.encode()

    assert str(Status(state).label) in words
    assert paper.status_code == (404 if state in STOPPED else 200)
    assert ("nothing to download" in words) is (state in STOPPED)
    assert ("linkedin.com" in words) is (state in IN_FORCE)


def test_its_paper_is_recognised_whatever_became_of_it(client, certificate, state):
    digest = certificate.drawings.first().sha256

    found = client.get("/check/", {"paper": digest}, follow=True).content.decode()

    assert "Your file is, to the byte, a paper that we issued" in found
    assert client.get(f"/c/{certificate.public_id}.json").json()["status"] == state


def test_what_took_its_place_is_named_where_it_is_public(client, certificate, state):
    after = Certificate.objects.filter(replaces=certificate).first()
    shown = client.get(f"/c/{certificate.public_id}.json").json()["replaced_by"]

    assert (after is not None) is (state in {"replaced", "reduced"})
    assert shown == (after.number if after else None)
    if after:
        Certificate.objects.filter(pk=after.pk).update(visibility=Visibility.PRIVATE)
        assert client.get(f"/c/{certificate.public_id}.json").json()["replaced_by"] is None


@pytest.mark.parametrize("ending", ["/", ".json"])
def test_private_is_missing_to_the_byte(client, certificate, ending):
    Certificate.objects.filter(pk=certificate.pk).update(visibility=Visibility.PRIVATE)

    private = client.get(f"/c/{certificate.public_id}{ending}")
    missing = client.get(f"/c/{'x' * len(certificate.public_id)}{ending}")

    assert (private.status_code, private.content) == (missing.status_code, missing.content)
    assert dict(private.headers) == dict(missing.headers)
    assert private.status_code == 404
