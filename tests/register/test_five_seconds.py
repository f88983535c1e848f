"""What happens to a certificate is told alike, five seconds later, by everything that tells it.

`SURFACES` is the table: a new place that speaks about certificates is a line in it.
"""

import json
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as portal
from django.urls import reverse
from django.utils import timezone

from certificates import printing
from certificates.dates import body_day, end_of
from certificates.holding import agree
from certificates.models import Certificate, Visibility
from certificates.status import Kind, Status
from credentials import beat
from credentials.bits import is_set
from directory.services import follow
from register.finding import checked, public_certificates
from register.verdict import HEADINGS
from tests import make
from tests.register.conftest import certificate, happened
from tests.register.test_check import ALL, LATER, in_status

pytestmark = pytest.mark.django_db

IN_FORCE = {"valid", "no_end"}
REVOKED = {"withdrawn", "surrendered", "replaced", "reduced"}
STOPPED = {"suspended", "on_hold", *REVOKED}
FIVE_SECONDS, DAY = timedelta(seconds=5), timedelta(days=1)


def check_page(client, one):
    words = client.get(f"/c/{one.public_id}/").content.decode()
    return next(s.value for s, said in HEADINGS.items() if f"<h1>{said}</h1>" in words)


def found_by_number(client, one):
    answer = client.get("/check/", {"number": one.number, "name": "Þórsson"}, follow=True)
    return f"<h1>{HEADINGS[Status(one.status(timezone.now()))]}</h1>" in answer.content.decode()


def data(client, one):
    return client.get(f"/c/{one.public_id}.json").json()["status"]


def data_says_valid(client, one):
    return client.get(f"/c/{one.public_id}.json").json()["valid"]


def paper_recognised(client, one):
    found = client.get("/check/", {"paper": one.drawings.first().sha256}, follow=True)
    return f"<h1>{HEADINGS[Status(one.status(timezone.now()))]}</h1>" in found.content.decode()


def directory(client, one):
    entry = client.get(f"/directory/{one.holder.directory_entry.public_id}/")
    return f"/c/{one.public_id}/" in entry.content.decode()


def api(client, one):
    return client.get(f"/api/v1/certificates/{one.public_id}").json()["status"]


def api_list(client, one):
    row = {"number": one.number, "name": one.snapshot["holder"]}
    said = client.post("/api/v1/checks", [row], content_type="application/json").json()
    return said["rows"][0]["certificate"]["status"]


def api_directory(client, one):
    return one.public_id in client.get("/api/v1/directory").content.decode()


def revoked_in_list(client, one):
    address = reverse("credentials:status_list", args=[one.credential.status_list.number])
    said = json.loads(client.get(address).content)["credentialSubject"]["encodedList"]
    return is_set(said, one.credential.place)


def credential_served(client, one):
    """A credential that was handed out stays readable; the list says what it is worth."""
    served = json.loads(client.get(f"/c/{one.public_id}/credential.json").content)
    return served["credentialSubject"]["licenseNumber"] == one.number


def wallet(client, one):
    client.cookies["session"] = make.session_for(one.holder)
    page = client.get(reverse("certificates:certificate", args=[one.number])).content.decode()
    del client.cookies["session"]
    return str(Status(one.status(timezone.now())).label) in page


def downloads(client, one):
    """The papers, for the holder."""
    client.cookies["session"] = make.session_for(one.holder)
    found = set()
    for paper in ("a4", "letter"):
        answer = client.get(reverse("certificates:download", args=[one.number, paper]))
        found.add(b"".join(answer) == one.number.encode() or answer.status_code)
    del client.cookies["session"]
    return found


def listed_as_in_force(_client, one):
    today = body_day(timezone.now())
    return Certificate.objects.in_force(today).filter(pk=one.pk).exists()


# What tells it, and what it must tell in each status.
SURFACES = {
    "check page": (check_page, lambda status: "valid" if status in IN_FORCE else status),
    "check by number and name": (found_by_number, lambda _: True),
    "check by paper": (paper_recognised, lambda _: True),
    "data": (data, lambda status: status),
    "data, yes or no": (data_says_valid, lambda status: status in IN_FORCE),
    "directory": (directory, lambda status: status in IN_FORCE),
    "API": (api, lambda status: status),
    "API, a list": (api_list, lambda status: status),
    "API, directory": (api_directory, lambda status: status in IN_FORCE),
    "status list": (revoked_in_list, lambda status: status in REVOKED),
    "credential": (credential_served, lambda _: True),
    "wallet": (wallet, lambda _: True),
    "PDF": (downloads, lambda status: {404} if status in STOPPED else {True}),
    "lists of the portal": (listed_as_in_force, lambda status: status in IN_FORCE),
}


def told(client, one):
    fresh = Certificate.objects.get(pk=one.pk)
    return {name: ask(client, fresh) for name, (ask, _wanted) in SURFACES.items()}


def wanted(status):
    return {name: want(status) for name, (_ask, want) in SURFACES.items()}


@pytest.fixture(autouse=True)
def quick(settings, tmp_path, monkeypatch):
    settings.SITE_URL, settings.CREDENTIAL_HOST = "https://portal.example.org", "portal.example.org"
    settings.KEYS_DIR, settings.KEYS_FOR_TRYING = str(tmp_path / "keys"), True
    monkeypatch.setattr(printing, "render", lambda said, **_: said["number"].encode())
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)


@pytest.fixture
def one(bjorn):
    with time_machine.travel(LATER, tick=False):
        return ready(certificate(bjorn))


def ready(issued):
    Certificate.objects.filter(pk=issued.pk).update(visibility=Visibility.DIRECTORY)
    issued.refresh_from_db()
    follow(issued, LATER)
    beat.seal()
    printing.draw_due(LATER)
    agree(issued, by=issued.holder, at=LATER)
    return issued


CHANGES = [
    Kind.SUSPENDED,
    Kind.WITHDRAWN,
    Kind.SURRENDERED,
    Kind.REPLACED,
    Kind.REDUCED,
    Kind.BASE_STOPPED,
]
BECOMES = {Kind.BASE_STOPPED: "on_hold"}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_told_everywhere_five_seconds_later(client, one, kind):
    with time_machine.travel(LATER, tick=False):
        assert told(client, one) == wanted("valid")
        happened(one, kind, at=LATER)
    with time_machine.travel(LATER + FIVE_SECONDS, tick=False):
        beat.seal()

        assert told(client, one) == wanted(BECOMES.get(kind, kind.value))


def test_a_reinstated_certificate_is_whole_again_everywhere(client, one):
    with time_machine.travel(LATER, tick=False):
        happened(one, Kind.SUSPENDED, at=LATER)
        beat.seal()
    with time_machine.travel(LATER + FIVE_SECONDS, tick=False):
        happened(one, Kind.REINSTATED, at=LATER + FIVE_SECONDS)
        beat.seal()

        assert told(client, one) == wanted("valid")


def ends(client, one):
    """The last day, as each of them tells it."""
    data = client.get(f"/c/{one.public_id}.json").json()
    badge = json.loads(client.get(f"/c/{one.public_id}/credential.json").content)
    entry = client.get("/api/v1/directory").json()["people"][0]
    return {
        date.fromisoformat(data["valid_until"]),
        date.fromisoformat(
            client.get(f"/api/v1/certificates/{one.public_id}").json()["valid_until"]
        ),
        date.fromisoformat(entry["certificates"][0]["valid_until"]),
        body_day(datetime.fromisoformat(badge["validUntil"])),
        body_day(datetime.fromisoformat(badge["validUntil"]) + timedelta(seconds=1)) - DAY,
    }


def test_a_leave_moves_the_end_everywhere(client, one):
    with time_machine.travel(LATER, tick=False):
        assert ends(client, one) == {one.expires_on}
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        make.happened(one, Kind.EXTENDED, at=timezone.now())
    with time_machine.travel(LATER + timedelta(hours=1) + FIVE_SECONDS, tick=False):
        beat.seal()

        assert ends(client, one) == {one.expires_on + timedelta(days=30)}
        assert told(client, one) == wanted("valid")


def test_it_ends_at_midnight_of_the_body_to_the_second(client, one):
    midnight = end_of(one.expires_on)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        beat.seal()
        assert told(client, one)["check page"] == "valid"
        assert told(client, one)["data, yes or no"] is True
    with time_machine.travel(midnight, tick=False):
        beat.seal()
        assert told(client, one)["check page"] == "lapsed"
        assert told(client, one)["data, yes or no"] is False
        assert told(client, one)["directory"] is False


@pytest.mark.parametrize("status", ALL)
def test_every_status_is_told_alike(client, bjorn, status):
    with time_machine.travel(LATER, tick=False):
        found = ready(in_status(bjorn, status))

        assert told(client, found) == wanted(status)


@pytest.mark.parametrize("status", ALL)
def test_the_quick_question_reads_what_the_usual_one_reads(bjorn, status):
    """`register.asking` puts its rows together by hand."""
    with time_machine.travel(LATER, tick=False):
        found = ready(in_status(bjorn, status))
        everybody = [found, *Certificate.objects.exclude(pk=found.pk)]

    for each in everybody:
        quick, usual = checked(each.public_id), public_certificates().filter(pk=each.pk).first()
        assert (quick is None) is (usual is None)
        if quick:
            assert everything(quick) == everything(usual)


def everything(found):
    def columns(row):
        deferred = row.get_deferred_fields()
        fields = [f.attname for f in row._meta.concrete_fields if f.attname not in deferred]
        return {name: getattr(row, name) for name in fields}

    beside = ("credential", "renewed_by", "replaced_by")
    others = {name: getattr(found, name, None) for name in beside}
    return [
        columns(found),
        {name: columns(row) if row else None for name, row in others.items()},
        [columns(event) for event in found.events.all()],
        found.standing(LATER),
    ]


def test_the_clock_seals_lists_often_enough():
    every = portal.CELERY_BEAT_SCHEDULE["seal-credentials"]["schedule"]

    assert every < FIVE_SECONDS
