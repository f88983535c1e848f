"""A paper is recognised by its digest, a number together with a name, and guessing is slow."""

import json
import re
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine

from accounts.roles import Role
from certificates import printing
from certificates.lifecycle import Change, Deed, Scope, confirm, propose
from certificates.models import Certificate, Visibility
from certificates.papers import EarlierPaper
from certificates.printing import draw_anew, draw_due
from certificates.sharing import checks
from certificates.status import Kind
from credentials.services import credential_of, seal
from tests.make import person
from tests.register.conftest import certificate, happened
from tests.register.test_check import LATER, page, told

pytestmark = pytest.mark.django_db
SAME = "Your file is, to the byte, a paper that we issued for this certificate."


@pytest.fixture(autouse=True)
def today(monkeypatch):
    drawn = iter(range(100))
    monkeypatch.setattr(printing, "ATTACHMENTS", [])
    monkeypatch.setattr(printing, "render", lambda *_a, **_k: b"%%PDF %d" % next(drawn))
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def issued(bjorn):
    found = certificate(bjorn)
    draw_due(LATER)
    return found


def by_paper(client, digest):
    return client.get("/check/", {"paper": digest}, follow=True)


def test_both_papers_are_recognised(client, issued):
    for drawing in issued.drawings.all():
        with drawing.file.open("rb") as file:
            digest = sha256(file.read()).hexdigest()
        assert SAME in told(by_paper(client, digest))


def test_a_paper_that_was_drawn_anew_is_still_ours(client, issued):
    drawing = issued.drawings.first()
    before = drawing.sha256
    draw_anew(drawing)
    assert SAME in told(by_paper(client, before))
    draw_due(LATER)

    drawing.refresh_from_db()
    assert drawing.sha256 not in ("", before)
    assert SAME in told(by_paper(client, before))
    assert SAME in told(by_paper(client, drawing.sha256))
    draw_anew(drawing)
    draw_anew(drawing)  # what is owed already leaves nothing behind
    assert EarlierPaper.objects.count() == 2


@pytest.mark.parametrize("digest", ["0" * 64, "x", "0" * 63, "G" * 64, "0" * 64 + "\n", "\0", "%"])
def test_another_file_is_not_ours(client, issued, digest):
    missed = by_paper(client, digest)

    assert missed.status_code == 404
    assert "This file is not, to the byte, one that we issued." in missed.content.decode()


def test_the_paper_of_a_private_certificate_is_not_told_from_any_file(client, issued):
    digest = issued.drawings.first().sha256
    Certificate.objects.filter(pk=issued.pk).update(visibility=Visibility.PRIVATE)

    private, unknown = by_paper(client, digest), by_paper(client, "0" * 64)

    assert (private.status_code, private.content) == (unknown.status_code, unknown.content)


def test_the_paper_of_another_certificate_is_not_said_to_be_this_ones(client, issued, bjorn):
    other = certificate(bjorn, slug="current-concepts")

    assert SAME not in told(page(client, other, paper=issued.drawings.first().sha256))
    assert SAME not in told(page(client, issued, paper="nonsense"))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("", 302),
        ("Björn Þórsson", 302),
        ("þórsson BJORN", 302),
        ("Bjorn", 302),
        ("Bjorn Smith", 404),
        ("Smith", 404),
        ("Bj", 404),
    ],
)
def test_a_number_with_a_name(client, issued, name, status):
    assert client.get("/check/", {"number": issued.number, "name": name}).status_code == status


def test_a_wrong_name_is_answered_like_a_wrong_number(client, issued):
    asked = [issued.number, "IMC-2026-0000-00"]
    wrong = [client.get("/check/", {"number": n, "name": "Smith"}) for n in asked]

    first, second = (
        answer.content.decode().replace(number, "")
        for answer, number in zip(wrong, asked, strict=True)
    )
    assert first == second


@pytest.mark.parametrize("address", ["/c/nonsense/", "/c/nonsense.json", "/check/?paper=x"])
def test_guessing_addresses_is_slowed_down_and_finding_is_not(client, issued, address):
    for _ in range(30):
        assert client.get(address).status_code == 404

    assert client.get(address).status_code == 429
    assert page(client, issued).status_code == 200


def test_checks_are_counted_by_the_day_and_by_nothing_else(client, issued):
    for _ in range(3):
        page(client, issued)
    with time_machine.travel(LATER - timedelta(days=2), tick=False):
        client.get(f"/c/{issued.public_id}.json")
    client.get("/c/nonsense/")

    today = LATER.date()
    assert checks(issued, today) == [(today, 3), (today - timedelta(days=2), 1)]
    assert checks(issued, today + timedelta(days=31)) == []


def test_a_preview_names_the_holder_only_where_they_are_listed(client, bjorn):
    linked = told(page(client, certificate(bjorn)))
    listed = told(
        page(client, certificate(bjorn, slug="current-concepts", visibility=Visibility.DIRECTORY))
    )

    def previews(text):
        return " ".join(re.findall(r"<meta[^>]*>", text)) + " ".join(
            re.findall(r"(?s)ld\+json.*?</script>", text)
        )

    assert "Björn" not in previews(linked)
    assert "Björn" in previews(listed)
    for text in (linked, listed):
        assert re.search(r'og:image" content="https?://[^"]+/previews/\w+[.\w]*\.png"', text)


def test_linked_data_is_whole_whatever_the_words_are(client, bjorn):

    type(bjorn).objects.filter(pk=bjorn.pk).update(full_name='A "</script><b>` \\ & name')
    bjorn.refresh_from_db()
    text = told(page(client, certificate(bjorn, visibility=Visibility.DIRECTORY)))

    [said] = re.findall(r'(?s)<script type="application/ld\+json">(.*?)</script>', text)

    assert json.loads(said)["about"]["name"] == 'A "</script><b>` \\ & name'
    assert json.loads(said)["@type"] == "EducationalOccupationalCredential"


def test_a_credential_speaks_only_for_what_is_left(bjorn, settings, tmp_path):
    settings.SITE_URL, settings.CREDENTIAL_HOST = "https://portal.example.org", "portal.example.org"
    settings.KEYS_DIR, settings.KEYS_FOR_TRYING = str(tmp_path / "keys"), True
    old = certificate(bjorn)
    fay, sol = person("fay", Role.ADMINISTRATOR), person("sol", Role.DECIDER)
    change = Change(Scope(without=("M1.1", "M2.2")))
    asked = propose(old, Deed.REDUCE, reason="Why.", by=fay, at=LATER, change=change)
    new = confirm(asked, by=sol, at=LATER)

    said = json.loads(seal(credential_of(new), at=LATER).document)["credentialSubject"]

    codes = {one["targetCode"] for one in said["achievement"]["alignment"]}
    assert codes.isdisjoint({"M1.1", "M2.2"})
    assert len(codes) == 70
    assert "70" in {one.get("value") for one in said["result"]}


def test_a_smaller_scope_says_what_it_does_not_cover(client, bjorn, noor, dee):
    old = certificate(bjorn)
    happened(old, Kind.REDUCED, at=LATER)
    new = Certificate.objects.get(replaces=old)

    assert new.number in told(page(client, old))
    assert new.snapshot["title"] in told(page(client, new))
