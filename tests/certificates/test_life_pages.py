"""The staff's pages about the life of a certificate."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from certificates.flow import BY_TWO, Deed
from certificates.lifecycle import Change, Scope, propose
from certificates.models import Certificate
from certificates.proposals import Proposal
from certificates.status import Kind, Status
from tests import make

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


@pytest.fixture
def waiting(ada, noor, award):
    return propose(award(ada), Deed.SUSPEND, reason="It was copied.", by=noor, at=LATER)


def test_from_the_record_to_the_confirmation(sign_in_as, ada, noor, dee, award):
    certificate = award(ada)
    client = sign_in_as(noor)
    page = words(client.get(url("record", certificate.number)))
    assert url("propose", certificate.number, "suspend") in page
    assert url("propose", certificate.number, "reinstate") not in page

    sent = client.post(url("propose", certificate.number, "suspend"), {"reason": "It was copied."})
    made = Proposal.objects.get()
    assert sent.url == url("proposal", made.pk)
    page = words(client.get(sent.url))
    assert "The reason: It was copied." in page
    assert url("take_back", made.pk) in page
    assert url("confirm", made.pk) not in page

    client = sign_in_as(dee)
    assert "Your turn" in words(client.get(url("records")))
    assert url("proposal", made.pk) in words(client.get(reverse("worklist")))
    assert "1 proposal waits for your answer" in words(client.get(reverse("home")))
    assert url("confirm", made.pk) in words(client.get(url("proposal", made.pk)))
    done = client.post(url("confirm", made.pk), follow=True)

    assert "Suspended" in words(done)
    assert certificate.status(LATER) == Status.SUSPENDED
    page = words(client.get(url("record", certificate.number)))
    assert "proposed by <bdi>Noor Example</bdi>, confirmed by <bdi>Dee Example</bdi>" in page
    assert url("propose", certificate.number, "reinstate") in page


def test_refusing_needs_words_and_keeps_everything(sign_in_as, dee, waiting):
    client = sign_in_as(dee)

    assert "Write a reason" in words(client.post(url("refuse", waiting.pk), {"reason": " "}))
    client.post(url("refuse", waiting.pk), {"reason": "Too little."})

    assert waiting.certificate.status(LATER) == Status.VALID
    assert "Too little." in words(client.get(url("record", waiting.certificate.number)))
    assert "Too little." in words(client.get(url("proposal", waiting.pk)))
    again = client.post(url("refuse", waiting.pk), {"reason": "Again."}, follow=True)
    assert "That cannot be done now" in words(again)


def test_taking_back(sign_in_as, noor, dee, waiting):
    refused = sign_in_as(dee).post(url("take_back", waiting.pk), follow=True)
    assert "Only this role can do that" in words(refused)

    sign_in_as(noor).post(url("take_back", waiting.pk))

    assert list(Proposal.objects.waiting()) == []


def test_who_is_bound_reads_why(sign_in_as, dee, ada, waiting):
    dee.interests.create(about=ada, declared_at=LATER)

    page = words(sign_in_as(dee).get(url("proposal", waiting.pk)))

    assert "Has declared an interest in the applicant." in page
    assert url("confirm", waiting.pk) not in page
    done = sign_in_as(dee).post(url("confirm", waiting.pk), follow=True)
    assert "You cannot confirm this" in words(done)


@pytest.mark.parametrize("deed", BY_TWO)
def test_each_deed_has_its_page_and_its_letter(sign_in_as, ada, noor, pan, award, deed):
    certificate = award(ada)
    if deed == Deed.REINSTATE:
        make.happened(certificate, Kind.SUSPENDED, at=LATER)
    asked = {"reason": "A good reason.", "scope": "named", "without": ["M1.1"], "name": "Ada Right"}
    client = sign_in_as(noor)
    assert str(deed.label) in words(client.get(url("propose", certificate.number, deed)))

    page = words(client.post(url("propose", certificate.number, deed), asked, follow=True))

    assert "A good reason." in page
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        sign_in_as(pan).post(url("confirm", Proposal.objects.waiting().get().pk))
    assert Proposal.objects.waiting().exists() is False
    after = Certificate.objects.filter(replaces=certificate).first()
    if after:
        assert after.number in words(client.get(url("record", certificate.number)))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"scope": "named"}, "Tick at least one statement."),
        ({"scope": "named", "without": ["X1"]}, "Select a valid choice."),
        ({}, "Choose what falls away."),
        ({"scope": "nested", "reason": " "}, "Write a reason."),
    ],
)
def test_what_is_missing_is_said(sign_in_as, ada, noor, award, asked, said):
    page = sign_in_as(noor).post(
        url("propose", award(ada).number, "reduce"), {"reason": "Why.", **asked}
    )

    assert said in words(page)
    assert Proposal.objects.count() == 0


def test_what_became_impossible_is_said_on_the_page(sign_in_as, noor, waiting):
    page = sign_in_as(noor).post(
        url("propose", waiting.certificate.number, "withdraw"), {"reason": "Why."}
    )

    assert "Something is proposed about this certificate already." in words(page)


@pytest.mark.parametrize("who", ["ina", "aud", "vera", "eve", "ada"])
def test_records_are_not_there_for_others(client, sign_in_as, cast, waiting, who):
    number = waiting.certificate.number
    sign_in_as(getattr(cast, who))

    for address in (
        url("records"),
        url("record", number),
        url("propose", number, "suspend"),
        url("proposal", waiting.pk),
    ):
        assert client.get(address).status_code == 404, address
    for verb in ("confirm", "refuse", "take_back"):
        assert client.post(url(verb, waiting.pk)).status_code == 404


def test_nobody_opens_their_own_record(sign_in_as, dee, noor, award):
    own = award(dee)
    proposal = propose(own, Deed.SUSPEND, reason="Why.", by=noor, at=LATER)
    client = sign_in_as(dee)

    assert client.get(url("record", own.number)).status_code == 404
    assert client.get(url("proposal", proposal.pk)).status_code == 404
    assert own.number not in words(client.get(url("records")))


def test_surrender_is_nobodys_to_propose(sign_in_as, noor, ada, award):
    assert sign_in_as(noor).get(url("propose", award(ada).number, "surrender")).status_code == 404


def test_certificates_are_found_by_number_and_name(sign_in_as, noor, ada, eve, award):
    mine, other = award(ada), award(eve)
    client = sign_in_as(noor)

    for asked in (mine.number.lower(), "ada exam"):
        page = words(client.get(url("records"), {"q": asked}))
        assert (mine.number in page, other.number in page) == (True, False)
    assert "No certificate found" in words(client.get(url("records"), {"q": "nobody"}))


@pytest.mark.parametrize("several", [1, 3])
def test_the_list_asks_the_same_questions_however_long(
    sign_in_as, noor, ada, award, several, django_assert_num_queries
):
    for slug in ["current-practice", "2021-recognition", "2021-practice"][:several]:
        propose(award(ada, slug), Deed.SUSPEND, reason="Why.", by=noor, at=LATER)
    client = sign_in_as(noor)

    with django_assert_num_queries(11):
        client.get(url("records"))


def test_a_smaller_scope_down_to_what_is_nested(sign_in_as, ada, noor, award):
    certificate = award(ada)
    asked = {"reason": "Why.", "scope": "nested"}

    page = sign_in_as(noor).post(url("propose", certificate.number, "reduce"), asked, follow=True)

    assert "What is left is the Certificate of Concepts - Mentoring." in words(page)
    assert Change(Scope(nested=True)).scope.nested is Proposal.objects.get().nested
