"""The wallet: one's own, and nobody else's."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from certificates import printing
from certificates.holding import agree
from certificates.models import Visibility
from certificates.papers import Drawing
from certificates.status import Kind
from tests import make
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(at):
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def drawn(ada, award, monkeypatch, at):
    monkeypatch.setattr(printing, "render", lambda *_a, **_k: b"%PDF-1.7 paper")
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    certificate = award(ada)
    printing.draw_due(at)
    agree(certificate, by=ada, at=at)
    return certificate


def url(name, *args):
    return reverse(f"certificates:{name}", args=args)


def words(response):
    return " ".join(response.content.decode().split())


def test_an_empty_wallet_says_what_will_be_in_it(sign_in_as, ada):
    assert "No certificate yet" in words(sign_in_as(ada).get(url("wallet")))


def test_the_wallet_holds_ones_own(sign_in_as, ada, eve, award):
    mine, theirs = award(ada), award(eve)

    page = words(sign_in_as(ada).get(url("wallet")))

    assert (mine.number in page, theirs.number in page) == (True, False)
    assert "Valid" in page
    assert reverse("register:certificate", args=[mine.public_id]) in page


@pytest.mark.parametrize("several", [1, 3])
def test_the_wallet_asks_the_database_no_more_for_more(
    sign_in_as, ada, award, several, django_assert_max_num_queries
):
    for n in range(several):
        award(ada, ["current-practice", "2021-recognition", "2021-practice"][n])
    client = sign_in_as(ada)

    with django_assert_max_num_queries(14):
        client.get(url("wallet"))


@pytest.mark.parametrize("kind", [None, *Kind])
def test_every_status_has_words(sign_in_as, ada, award, at, kind):
    certificate = award(ada)
    if kind:
        if kind == Kind.REINSTATED:
            make.happened(certificate, Kind.SUSPENDED, at=at)
        make.happened(certificate, kind, at=at)

    page = words(sign_in_as(ada).get(url("certificate", certificate.number)))

    assert str(certificate.status(at).label) in page


def test_a_lapsed_certificate_says_until_when_it_can_be_renewed(sign_in_as, ada, award, at):
    certificate = award(ada)
    with time_machine.travel(at + timedelta(days=740), tick=False):
        page = words(sign_in_as(ada).get(url("certificate", certificate.number)))

    assert "It ended on 1 September 2028. You can renew it until 30 November 2028." in page
    assert reverse("renewals:file", args=[certificate.number]) in page
    assert "Renew this certificate" in page


def test_what_renewal_asks_is_shown_from_the_first_day(sign_in_as, ada, award):
    page = words(sign_in_as(ada).get(url("certificate", award(ada).number)))

    assert ("Renewal opens on" in page, "Ethics declaration" in page) == (True, True)
    assert "Crisis readiness" not in page  # asked of Journey alone
    assert "Renew this certificate" not in page


def test_nobody_else_opens_a_certificate(sign_in_as, cast, drawn):
    for person in (cast.eve, cast.noor, cast.dee):
        for name in ("certificate", "files"):
            assert sign_in_as(person).get(url(name, drawn.number)).status_code == 404
        answer = sign_in_as(person).post(url("show", drawn.number), {"visibility": "private"})
        assert answer.status_code == 404


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_holder_downloads_and_so_do_administrators(sign_in_as, cast, drawn, paper):
    for person in (cast.ada, cast.noor):
        answer = sign_in_as(person).get(url("download", drawn.number, paper))
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 paper"
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == (
            f'attachment; filename="{drawn.number}-certificate-of-practice-mentor-{paper}.pdf"'
        )


def test_nobody_else_downloads_and_there_is_no_other_paper(sign_in_as, cast, drawn, client):
    for person in (cast.eve, cast.dee, cast.aud):
        assert sign_in_as(person).get(url("download", drawn.number, "a4")).status_code == 404
    assert sign_in_as(cast.ada).get(url("download", drawn.number, "a3")).status_code == 404
    client.cookies.clear()
    assert client.get(url("download", drawn.number, "a4")).status_code == 302


def test_papers_that_are_not_drawn_are_asked_for_again_until_they_are(
    sign_in_as, ada, award, monkeypatch, at
):
    certificate = award(ada)
    client = sign_in_as(ada)

    waiting = words(client.get(url("files", certificate.number)))
    assert ('hx-trigger="every 2s"' in waiting, "We are drawing the papers" in waiting) == (
        True,
        True,
    )
    assert client.get(url("download", certificate.number, "a4")).status_code == 404
    monkeypatch.setattr(printing, "render", lambda *_a, **_k: b"%PDF-1.7 paper")
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    printing.draw_due(at)
    agree(certificate, by=ada, at=at)
    ready = words(client.get(url("files", certificate.number)))
    assert ("hx-trigger" in ready, url("download", certificate.number, "a4") in ready) == (
        False,
        True,
    )


def test_papers_that_failed_are_said_kindly_and_asked_for_no_more(sign_in_as, ada, award):
    certificate = award(ada)
    Drawing.objects.update(attempts=3, last_error="ValueError('no font')")

    page = words(sign_in_as(ada).get(url("files", certificate.number)))

    assert "Your certificate is valid all the same" in page
    assert ("hx-trigger" in page, "no font" in page) == (False, False)


def test_being_listed_asks_for_consent_and_keeps_the_choice(sign_in_as, ada, award):
    certificate = award(ada)
    client, address = sign_in_as(ada), url("show", certificate.number)

    page = words(client.post(address, {"visibility": "directory"}))
    assert 'value="directory" id="id_visibility_directory" checked' in page
    certificate.refresh_from_db()
    assert certificate.visibility == Visibility.LINK
    client.post(address, {"visibility": "directory", "consent": "on", "number": "IMC-1"})

    certificate.refresh_from_db()
    assert certificate.visibility == Visibility.DIRECTORY
    assert client.get(address).status_code == 405


def test_looking_changes_nothing(sign_in_as, ada, drawn):
    before = Event.objects.count()
    client = sign_in_as(ada)

    for address in (url("wallet"), url("certificate", drawn.number), url("files", drawn.number)):
        assert client.get(address).status_code == 200
    assert Event.objects.count() == before


def test_the_catalogue_is_for_who_works_here(sign_in_as, cast):
    assert sign_in_as(cast.ada).get(url("catalogue")).status_code == 404
    page = words(sign_in_as(cast.aud).get(url("catalogue")))

    assert page.count('data-label="Concepts"') == 7
    assert "Sample, awaiting the body’s approval" in page
    assert make.tier().title in page
