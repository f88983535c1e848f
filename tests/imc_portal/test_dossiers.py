"""The dossier: whole, sealed, without third parties, for those who answer for the case alone."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pypdf
import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from applicants.assigning import declare
from applicants.flow import Stage
from applicants.models import Outcome
from imc_portal.dossiers import making, services
from imc_portal.models import Dossier, Step
from tests import make
from trail.flow import Refused
from trail.models import Event, Sight
from trail.publishing import publish_head

pytestmark = pytest.mark.django_db
KEPT = ("M3.1", "M3.2", "J4.1")


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    """A small case with everything in it, up to the refusal."""
    with django_db_blocker.unblock(), transaction.atomic():
        make.small_catalogue(*KEPT)
        cast = make.cast()
        way = make.walk(cast, to=Stage.DECISION)
        way.decision(Outcome.DECLINE)
        publish_head(way.at)
        yield way
        transaction.set_rollback(True)


@pytest.fixture
def cast(walked, db):
    return walked.cast


@pytest.fixture
def made(walked, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    dossier = services.ask(walked.case, by=cast.dee, at=walked.at)
    assert making.make_due(walked.at) == 1
    dossier.refresh_from_db()
    return dossier


def text_of(dossier):
    with dossier.pdf.open("rb") as file:
        reader = pypdf.PdfReader(io.BytesIO(file.read()))
    return [page.extract_text() for page in reader.pages]


def box_of(dossier):
    with dossier.box.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def signed_in(client, person):
    client.cookies["session"] = make.session_for(person)
    return client


def test_the_pages_tell_the_whole_chain(made, cast):
    pages = text_of(made)
    words = " ".join(" ".join(pages).split())

    assert made.pages == len(pages) > 5
    assert "Dossier of Ada Example" in pages[0]
    assert "Contents" in pages[1]
    assert f"1 / {len(pages)}" in pages[0]
    for said in (
        "Aud Example",
        "Vera Example",
        "Dee Example",
        "The record carries it.",
        "I met a mentee who had lost heart.",
        "Confirmed",
        "each as it was written",
    ):
        assert said in words


def test_the_contents_name_the_page_on_which_each_part_begins(made):
    pages = text_of(made)
    begins = next(n for n, page in enumerate(pages, start=1) if "Head of the whole chain" in page)

    numbers = {int(w) for w in pages[1].split() if w.isdigit() and len(w) < 4}  # not the year
    assert begins in numbers
    assert numbers <= set(range(1, len(pages) + 1))


def test_third_parties_are_left_out(made, cast):
    box = box_of(made)
    everything = " ".join(text_of(made)) + box.read("case.json").decode()

    for person in (cast.aud, cast.vera, cast.dee, cast.ina, cast.noor, cast.ada):
        assert person.email not in everything
    assert "Applicant and verifier" not in everything  # who was present
    assert "A." in everything  # the alias of a mentee


def test_every_file_in_the_box_is_sealed(made):
    box = box_of(made)
    manifest = box.read("manifest.csv")
    rows = list(csv.DictReader(io.StringIO(manifest.decode())))

    assert {row["file"] for row in rows} == set(box.namelist()) - {
        "manifest.csv",
        "MANIFEST.sha256",
    }
    for row in rows:
        content = box.read(row["file"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            int(row["bytes"]),
            row["sha256"],
        )
    assert box.read("MANIFEST.sha256").decode().split()[0] == hashlib.sha256(manifest).hexdigest()
    with made.box.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == made.box_sha256


def test_the_links_in_the_data_can_be_checked_by_anybody(made, walked):
    data = json.loads(box_of(made).read("case.json"))
    link = data["trail"]["events"][3]
    event = Event.objects.get(pk=link["link"])

    assert data["trail"]["unaltered"] is True
    assert (link["hash"], link["previous"]) == (event.hash, event.previous)
    assert event.link() == event.hash


@pytest.mark.parametrize("name", ["eve", "ada", "aud", "vera", "ina", "noor"])
def test_nobody_else_asks_for_it(walked, cast, client, name):
    """An administrator who has declared nothing keeps the case, and reads no entries."""
    person = getattr(cast, name)
    with pytest.raises(Refused):
        services.ask(walked.case, by=person, at=walked.at)
    for page in ("dossier", "dossier_state"):
        address = reverse(page, args=[walked.case.pk])
        assert signed_in(client, person).get(address).status_code == 404
    assert Dossier.objects.count() == 0


def test_an_administrator_who_declared_may(walked, cast):
    declare(walked.case, clear=True, note="", by=cast.noor, at=walked.at)

    assert services.ask(walked.case, by=cast.noor, at=walked.at).step == Step.ASKED


def test_asking_twice_is_one_dossier(walked, cast):
    first = services.ask(walked.case, by=cast.dee, at=walked.at)

    assert services.ask(walked.case, by=cast.dee, at=walked.at) == first


def test_the_page_shows_how_far_it_is_and_hands_it_out(walked, cast, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = walked.case.pk
    with time_machine.travel(walked.at, tick=False):
        browser = signed_in(client, cast.dee)
        browser.post(reverse("ask_dossier", args=[case]))
        waiting = browser.get(reverse("dossier_state", args=[case])).content.decode()
        making.make_due(walked.at)
        ready = browser.get(reverse("dossier", args=[case])).content.decode()
        answer = browser.post(reverse("take_dossier", args=[case, "zip"]))
        content = b"".join(answer.streaming_content)

    assert ("being made" in waiting, "every 2s" in waiting) == (True, True)
    assert ("is ready" in ready, "every 2s" in ready) == (True, False)
    dossier = Dossier.objects.get()
    assert hashlib.sha256(content).hexdigest() == dossier.box_sha256
    event = Event.objects.get(verb="take_dossier")
    assert (event.actor, event.case, event.facts["sha256"]) == (
        cast.dee,
        walked.case.trail_case(),
        dossier.box_sha256,
    )
    assert Sight.objects.filter(person=cast.dee, what="dossier").count() == 1


def test_a_failure_is_seen_tried_again_and_given_up_after_three(walked, cast, client, monkeypatch):
    dossier = services.ask(walked.case, by=cast.dee, at=walked.at)

    def broken(*_):
        raise OSError("no room left")

    with monkeypatch.context() as patch:
        patch.setattr(making, "render", broken)
        for n in range(4):
            making.make_due(walked.at + timedelta(minutes=n))
    dossier.refresh_from_db()

    assert (dossier.failed, dossier.attempts) == (True, 3)
    assert "no room left" in dossier.last_error
    page = signed_in(client, cast.dee).get(reverse("dossier", args=[walked.case.pk]))
    assert "could not be made" in page.content.decode()
    services.ask(walked.case, by=cast.dee, at=walked.at)
    dossier.refresh_from_db()
    assert (dossier.failed, dossier.attempts) == (False, 0)


def test_the_files_go_after_two_weeks_and_the_hash_stays(made, walked, cast):
    path = made.pdf.path
    assert making.sweep(walked.at + timedelta(days=13)) == 0

    assert making.sweep(walked.at + timedelta(days=15)) == 1

    made.refresh_from_db()
    assert (made.is_there, made.pdf.name, len(made.pdf_sha256)) == (False, "", 64)
    with pytest.raises(FileNotFoundError), open(path, "rb"):  # noqa: PTH123
        pass
    with pytest.raises(Refused):
        services.take_away(made, part="pdf", by=cast.dee, at=walked.at)
