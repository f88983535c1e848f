"""What holders do with their own: agree, be listed, ask for a name, give back."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from certificates import holding, printing, terms
from certificates.holding import NotYours, agree, agreed, ask_for_name, decline_name, share_log
from certificates.lifecycle import Change, Deed, confirm, propose, refuse
from certificates.models import Certificate, Visibility
from certificates.services import show
from certificates.status import Kind, Status
from certificates.wishes import NameRequest, What
from notices.models import Message
from notices.services import compose
from tests import make
from trail.flow import Refused

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(days=30)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(LATER, tick=False):
        yield


def url(name, *args):
    return reverse(f"certificates:{name}", args=args)


def words(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def downloads(client, address):
    response = client.get(address)
    return b"".join(response.streaming_content) == b"%PDF-1.7 paper"


@pytest.fixture
def certificate(ada, award):
    return award(ada)


# --- The terms ------------------------------------------------------------------------------------
def test_the_terms_are_kept_word_for_word_and_once(ada, certificate):
    assert agreed(certificate) is False

    first = agree(certificate, by=ada, at=LATER)

    assert agree(certificate, by=ada, at=LATER + timedelta(days=1)) == first
    assert (first.version, first.words) == (terms.TERMS, "\n".join(terms.terms()))
    assert agreed(certificate) is True


def test_new_terms_are_asked_for_anew(ada, certificate, monkeypatch):
    agree(certificate, by=ada, at=LATER)
    monkeypatch.setattr(holding, "TERMS", "2030-01")
    assert agreed(certificate) is False

    agree(certificate, by=ada, at=LATER + timedelta(days=1))

    versions = certificate.agreements.values_list("version", "ended_at")
    assert list(versions) == [("2026-11", LATER + timedelta(days=1)), ("2030-01", None)]


def test_nobody_agrees_for_somebody_else(noor, certificate):
    with pytest.raises(NotYours):
        agree(certificate, by=noor, at=LATER)


def test_papers_come_after_the_terms(sign_in_as, ada, noor, certificate, monkeypatch):
    monkeypatch.setattr(printing, "ATTACHMENTS", [])
    monkeypatch.setattr(printing, "render", lambda *_a, **_k: b"%PDF-1.7 paper")
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    printing.draw_due(LATER)
    client, number = sign_in_as(ada), certificate.number
    paper, own = url("download", number, "a4"), url("certificate", number)
    assert terms.terms()[0] in words(client.get(own))
    assert paper not in words(client.get(own))
    assert client.get(paper).url == own

    assert "Tick that you agree." in words(client.post(url("agree", number), follow=True))
    assert paper in words(client.post(url("agree", number), {"agree": "1"}, follow=True))

    assert downloads(client, paper)
    assert "You agreed to the terms of use." in words(client.get(own))
    assert downloads(sign_in_as(noor), paper)  # who has to send it by other means


# --- Being listed ---------------------------------------------------------------------------------
def test_the_consent_to_be_listed_is_kept_and_ends_at_once(ada, certificate):
    for n, visibility in enumerate(
        [Visibility.DIRECTORY, Visibility.DIRECTORY, Visibility.LINK, Visibility.DIRECTORY]
    ):
        show(certificate, visibility, by=ada, at=LATER + timedelta(days=n))

    kept = certificate.agreements.filter(what=What.LISTING).values_list("version", "ended_at")
    assert list(kept) == [(terms.LISTING, LATER + timedelta(days=2)), (terms.LISTING, None)]
    assert certificate.agreements.first().words == terms.listing()
    assert [entry.text for entry in share_log(certificate)][:2] == [
        "You listed it in the public directory.",
        "You showed it to whoever has the link or the number.",
    ]


# --- The name -------------------------------------------------------------------------------------
def test_from_the_request_to_the_corrected_certificate(sign_in_as, ada, noor, dee, certificate):
    number = certificate.number
    client = sign_in_as(ada)
    asked = {"name": " Ada  Lovelace ", "why": "I married."}
    assert "You get a letter" in words(client.post(url("name", number), asked, follow=True))
    again = client.post(url("name", number), asked)
    assert "You have asked already." in words(again)

    client = sign_in_as(noor)
    assert "Ada Lovelace" in words(client.get(url("records")))
    assert "I married." in words(client.get(url("record", number)))
    form = words(client.get(url("propose", number, "replace")))
    assert 'value="Ada Lovelace"' in form
    client.post(url("propose", number, "replace"), {"name": "Ada Lovelace", "reason": "Passport."})
    request = NameRequest.objects.get()
    assert (request.answered_by, request.proposal.deed) == (noor, Deed.REPLACE)
    confirm(request.proposal, by=dee, at=LATER + timedelta(hours=1))

    new = Certificate.objects.get(replaces=certificate)
    assert new.snapshot["holder"] == "Ada Lovelace"
    page = words(sign_in_as(ada).get(url("certificate", number)))
    assert new.number in page
    assert number in words(sign_in_as(ada).get(url("certificate", new.number)))


def test_a_request_that_is_not_followed_is_answered(sign_in_as, ada, noor, certificate):
    asked = ask_for_name(certificate, name="Ada B", why="I like it.", by=ada, at=LATER)
    client = sign_in_as(noor)
    refused = client.post(url("decline_name", asked.pk), {"reason": " "}, follow=True)
    assert "Write a reason." in words(refused)

    done = client.post(url("decline_name", asked.pk), {"reason": "Show a passport."}, follow=True)

    assert "The holder gets a letter." in words(done)
    assert (
        "Why: Show a passport." in compose(Message.objects.get(kind="name_request_answered")).body
    )
    with pytest.raises(Refused):
        decline_name(asked, why="Again.", by=noor, at=LATER)
    assert ask_for_name(certificate, name="Ada C", why="New.", by=ada, at=LATER).pk != asked.pk


def test_a_refused_correction_is_told_to_who_asked_for_it(ada, noor, dee, certificate):
    ask_for_name(certificate, name="Ada B", why="I like it.", by=ada, at=LATER)
    proposal = propose(
        certificate, Deed.REPLACE, reason="Asked.", by=noor, at=LATER, change=Change(name="Ada B")
    )

    refuse(proposal, reason="There is no proof.", by=dee, at=LATER)

    letter = compose(Message.objects.get(kind="name_request_answered")).body
    assert "Why: There is no proof." in letter


@pytest.mark.parametrize("name", ["Ada Example", " ", "A\u202eda"])
def test_names_that_cannot_be_asked_for(ada, certificate, name):
    with pytest.raises(Refused):
        ask_for_name(certificate, name=name, why="Why.", by=ada, at=LATER)


def test_only_the_holder_asks_and_never_answers(cast, award):
    own = award(cast.dee)
    with pytest.raises(NotYours):
        ask_for_name(own, name="Dee B", why="Why.", by=cast.noor, at=LATER)
    asked = ask_for_name(own, name="Dee B", why="Why.", by=cast.dee, at=LATER)

    for person in (cast.dee, cast.aud, cast.eve):
        with pytest.raises(Refused):
            decline_name(asked, why="No.", by=person, at=LATER)
    assert list(NameRequest.objects.visible_to(cast.dee)) == []


def test_a_withdrawn_certificate_gets_no_other_name(ada, certificate):
    make.happened(certificate, Kind.WITHDRAWN, at=LATER)

    with pytest.raises(Refused):
        ask_for_name(certificate, name="Ada B", why="Why.", by=ada, at=LATER)


# --- Giving back ----------------------------------------------------------------------------------
def test_giving_back_is_asked_for_twice(sign_in_as, ada, certificate):
    client, address = sign_in_as(ada), url("give_back", certificate.number)
    assert "for good" in words(client.get(address))
    assert "Nothing has happened yet." in words(client.post(address, {"reason": ""}))
    assert certificate.status(LATER) == Status.VALID

    done = words(client.post(address, {"sure": "1"}, follow=True))

    assert "You have given the certificate back." in done
    assert certificate.status(LATER) == Status.SURRENDERED
    assert address not in done
    assert "cannot be done" in words(client.post(address, {"sure": "1"}))


@pytest.mark.parametrize("name", ["agree", "name", "give_back"])
def test_strangers_find_nothing(sign_in_as, eve, noor, certificate, name):
    for person in (eve, noor):
        assert sign_in_as(person).post(url(name, certificate.number)).status_code == 404
    assert User.objects.get(pk=certificate.holder_id).certificates.count() == 1
