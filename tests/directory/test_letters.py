"""Writing to somebody in the directory, from the form to the mail, and keeping misuse out."""

import uuid
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from certificates.models import Certificate
from certificates.status import Kind
from directory import writing
from directory.models import Approach, Barred, Entry
from directory.services import leave
from notices.models import Copy, Message
from notices.services import drain
from tests.directory.conftest import NOW, listed, signed_in
from tests.make import happened, person
from trail.flow import Refused

pytestmark = pytest.mark.django_db
ROS = "rosalind@example.org"


def letter(**changes) -> dict:
    return {
        "token": str(uuid.uuid4()),
        "name": "Rosalind",
        "email": ROS,
        "text": "I teach in a small school.\n\nWould you talk with me about {issuer_name}?",
        "fax": "",
        **changes,
    }


def write_to(entry: Entry) -> str:
    return reverse("directory:write", args=[entry.public_id])


def written(entry, **changes) -> Approach:
    said = {"name": "Rosalind", "email": ROS, "text": "Would you talk with me?", **changes}
    return writing.write(entry, writing.Words(**said), token=uuid.uuid4(), at=NOW)


@pytest.fixture
def came(entry) -> Approach:
    """A letter that reached Björn."""
    return writing.confirm(written(entry), at=NOW)


def confirm_at(approach) -> str:
    return reverse("directory:confirm", args=[approach.key])


# --- From the form to the mail ----------------------------------------------------------------
def test_a_letter_goes_the_whole_way(client, entry, bjorn):
    response = client.post(write_to(entry), letter())
    assert response["Location"] == reverse("directory:sent", args=[entry.public_id])
    assert client.get(response["Location"]).status_code == 200

    drain(NOW)
    [asked] = mail.outbox
    approach = Approach.objects.get()
    assert (asked.to, asked.subject) == ([ROS], "Shall we send your letter on?")
    assert confirm_at(approach) in asked.body
    assert "small school" not in asked.body  # nobody sends their words to strangers through us
    assert bjorn.email not in asked.body

    page = client.get(confirm_at(approach)).content.decode()
    assert "I teach in a small school." in page
    assert len(mail.outbox) == 1
    assert client.post(confirm_at(approach))["Location"] == confirm_at(approach)
    assert "Your letter is on its way" in client.get(confirm_at(approach)).content.decode()

    drain(NOW)
    sent = mail.outbox[1]
    assert (sent.to, sent.reply_to) == ([bjorn.email], [ROS])
    words = f"{sent.subject} {sent.body} {sent.alternatives[0][0]}"
    assert ROS not in words
    assert "I teach in a small school." in words
    assert "{issuer_name}" in words  # the writer's words are never filled in
    assert reverse("directory:letter", args=[approach.pk]) in words
    assert Copy.objects.count() == 0


def test_neither_page_shows_an_address(client, entry, bjorn, came):
    pages = [
        client.get(f"/directory/{entry.public_id}/"),
        client.get(write_to(entry)),
        signed_in(client, bjorn).get(reverse("directory:letter", args=[came.pk])),
        client.get("/directory/mine/"),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assert [ROS in page.content.decode() for page in pages] == [False] * 4
    assert bjorn.email not in pages[0].content.decode()


def test_writer_is_told_that_the_answer_goes_to_them(client, entry):
    page = unescape(client.get(write_to(entry)).content.decode())

    assert "their answer goes to your address, and each of you sees the other’s" in page


def test_confirming_twice_sends_one_letter(client, entry):
    approach = written(entry)

    for _ in range(2):
        assert client.post(confirm_at(approach)).status_code == 302

    assert Message.objects.filter(kind="approach_forwarded").count() == 1


def test_double_click_is_one_letter(client, entry):
    twice = letter()

    client.post(write_to(entry), twice)
    client.post(write_to(entry), twice)

    assert Approach.objects.count() == 1
    assert Message.objects.filter(kind="approach_confirm").count() == 1


def test_writer_hears_in_their_language(client, entry):
    client.cookies["django_language"] = "fr-ca"
    client.post(write_to(entry), letter(), headers={"Accept-Language": "fr-ca"})

    drain(NOW)

    assert mail.outbox[0].subject.startswith("Faut-il transmettre votre lettre")


# --- Who takes none ---------------------------------------------------------------------------
def test_who_switched_letters_off_has_no_form(client, bjorn):
    entry = listed(bjorn, shows=["name"])

    assert client.get(write_to(entry)).status_code == 404
    assert client.post(write_to(entry), letter()).status_code == 404
    with pytest.raises(writing.TakesNoLetters):
        written(entry)


def left(entry):
    leave(entry, by=entry.person, at=NOW)


def suspended(entry):
    happened(Certificate.objects.get(), Kind.SUSPENDED, at=NOW)


def blocked(entry):
    Barred.objects.create(entry=entry, email=ROS, at=NOW, by=entry.person)


def barred(entry):
    Barred.objects.create(entry=None, email=ROS, at=NOW, by=entry.person)


@pytest.mark.parametrize("deed", [left, suspended, blocked, barred])
def test_a_letter_that_waits_is_not_sent_on_after(client, entry, deed):
    approach = written(entry)
    deed(entry)

    page = client.post(confirm_at(approach)).content.decode()

    assert "This person takes no letters here any more. Yours was not sent on." in page
    assert Message.objects.filter(kind="approach_forwarded").count() == 0


@pytest.mark.parametrize("deed", [left, blocked])
def test_a_letter_is_held_back_even_at_the_last_moment(entry, came, deed):
    deed(entry)

    drain(NOW)

    assert [sent.to for sent in mail.outbox] == []


# --- Keeping misuse out -----------------------------------------------------------------------
def test_machine_is_thanked_and_forgotten(client, entry):
    response = client.post(write_to(entry), letter(fax="555"))

    assert response["Location"] == reverse("directory:sent", args=[entry.public_id])
    assert Approach.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "See https://spam.example"}, "Write your name only, without addresses."),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"email": "a@example.org\nBcc: b@example.org"}, "Enter a valid email address."),
        ({"text": "Hi"}, "Write a few more words"),
        ({"text": "x" * 3001}, "at most 3000 characters"),
    ],
)
def test_bad_letter_is_explained_and_kept_on_the_page(client, entry, changes, error):
    page = unescape(client.post(write_to(entry), letter(**changes)).content.decode())

    assert error in page
    assert changes.get("text", "I teach in a small school.")[:20] in page
    assert Approach.objects.count() == 0


def test_missing_token_is_refused(client, entry):
    assert client.post(write_to(entry), letter(token="")).status_code == 200
    assert Approach.objects.count() == 0


def test_one_address_writes_three_letters_a_day(entry):
    for _ in range(writing.FROM_ONE):
        written(entry)

    with pytest.raises(Refused, match="You wrote several letters today"):
        written(entry, email=ROS.upper())
    written(entry, email="other@example.org")
    later = NOW + timedelta(days=1, minutes=1)
    again = writing.Words("Rosalind", ROS, "Once more.")
    assert writing.write(entry, again, token=uuid.uuid4(), at=later).pk


def test_one_entry_receives_ten_letters_a_day(entry):
    for n in range(writing.TO_ONE):
        written(entry, email=f"n{n}@example.org")

    with pytest.raises(Refused, match="received many letters today"):
        written(entry, email="one-more@example.org")


def test_sixth_letter_of_an_hour_from_one_computer_waits(client, entry):
    for n in range(5):
        assert client.post(write_to(entry), letter(email=f"n{n}@example.org")).status_code == 302

    response = client.post(write_to(entry), letter(text="The sixth letter of them all."))

    page = response.content.decode()
    assert "You wrote several letters this hour." in page
    assert "The sixth letter of them all." in page
    cache.clear()


def test_the_link_is_good_for_two_days(client, entry):
    approach = written(entry)

    with time_machine.travel(NOW + timedelta(days=2, minutes=1), tick=False):
        answer = client.post(confirm_at(approach))

    assert answer.status_code == 404
    assert "This link holds no more" in answer.content.decode()
    approach.refresh_from_db()
    assert approach.confirmed_at is None


# --- Reporting and blocking -------------------------------------------------------------------
def test_receiver_blocks_a_writer(client, bjorn, entry, came):
    client = signed_in(client, bjorn)

    for _ in range(2):
        client.post(reverse("directory:block", args=[came.pk]))

    with pytest.raises(writing.TakesNoLetters):
        writing.confirm(written(entry), at=NOW)
    assert Barred.objects.get().entry == entry
    other = listed(person("zoe"), slug="current-concepts")
    assert writing.confirm(written(other), at=NOW).confirmed_at


def test_receiver_takes_no_letters_at_all(client, bjorn, entry, came):
    signed_in(client, bjorn).post(reverse("directory:stop", args=[came.pk]))

    page = client.get(f"/directory/{entry.public_id}/").content.decode()
    assert "This person takes no letters through the portal." in page
    with pytest.raises(writing.TakesNoLetters):
        written(entry, email="other@example.org")


def test_report_reaches_the_administrators(client, bjorn, came):
    noor = person("noor", Role.ADMINISTRATOR)
    client = signed_in(client, bjorn)
    own = reverse("directory:letter", args=[came.pk])

    assert "Write in a sentence" in client.post(f"{own}report/", {"why": " "}).content.decode()
    assert client.post(f"{own}report/", {"why": "He sells watches."})["Location"] == own
    assert "You reported it on 1 October 2026." in client.get(own).content.decode()
    client.post(f"{own}report/", {"why": "Again."})
    came.refresh_from_db()
    assert came.report == "He sells watches."
    drain(NOW)

    told = [sent for sent in mail.outbox if sent.to == [noor.email]]
    assert [sent.subject for sent in told] == ["A letter from the directory was reported"]
    assert "watches" not in told[0].body
    page = signed_in(client, noor).get("/directory/reports/").content.decode()
    assert "He sells watches." in page
    assert ROS in page
    assert "/directory/reports/" in client.get("/enquiries/").content.decode()


def test_administrator_settles_and_bars_the_writer(client, bjorn, entry, came):
    noor = person("noor", Role.ADMINISTRATOR)
    writing.report(came, why="He sells watches.", by=bjorn, at=NOW)
    client = signed_in(client, noor)
    settle = reverse("directory:settle", args=[came.pk])

    assert "This field is required." in client.post(settle, {"note": ""}).content.decode()
    client.post(settle, {"note": "Wrote to him.", "bar": "on"})
    client.post(settle, {"note": "Again."})

    came.refresh_from_db()
    assert (came.settled_note, came.settled_by) == ("Wrote to him.", noor)
    other = listed(person("zoe"), slug="current-concepts")
    with pytest.raises(writing.TakesNoLetters):
        writing.confirm(written(other), at=NOW)
    assert "Settled by" in client.get("/directory/reports/").content.decode()


def test_nobody_settles_a_report_of_their_own(client):
    noor = person("noor", Role.ADMINISTRATOR)
    came = writing.confirm(written(listed(noor)), at=NOW)
    writing.report(came, why="Rude.", by=noor, at=NOW)

    settle = reverse("directory:settle", args=[came.pk])
    assert signed_in(client, noor).post(settle, {"note": "Fine."}).status_code == 404
    with pytest.raises(Refused):
        writing.settle(came, note="Fine.", bar=False, by=noor, at=NOW)


@pytest.mark.parametrize("verb", ["", "report/", "block/", "stop/"])
def test_strangers_meet_no_letter(client, entry, came, verb):
    eve = signed_in(client, person("eve"))
    address = reverse("directory:letter", args=[came.pk]) + verb

    answer = eve.post(address, {"why": "Mine."}) if verb else eve.get(address)

    assert answer.status_code == 404
    assert Barred.objects.count() == 0


def test_a_letter_that_nobody_confirmed_reaches_nobody(client, bjorn, entry):
    approach = written(entry)

    address = reverse("directory:letter", args=[approach.pk])
    assert signed_in(client, bjorn).get(address).status_code == 404
    assert "Rosalind" not in client.get("/directory/mine/").content.decode()


@pytest.mark.parametrize("deed", [writing.block, writing.stop_letters])
def test_services_listen_to_the_receiver_only(came, deed):
    with pytest.raises(Refused):
        deed(came, by=person("eve"), at=NOW)


# --- Forgetting -------------------------------------------------------------------------------
def test_letters_are_forgotten_in_time(entry, bjorn):
    fresh, stale = written(entry), written(entry)
    read = writing.confirm(written(entry), at=NOW)
    reported = writing.confirm(written(entry, email="x@example.org"), at=NOW)
    writing.report(reported, why="Rude.", by=bjorn, at=NOW)
    Approach.objects.filter(pk=stale.pk).update(written_at=NOW - timedelta(days=3))

    assert writing.sweep(NOW) == 1
    assert {*Approach.objects.all()} == {fresh, read, reported}
    assert writing.sweep(NOW + timedelta(days=181)) == 2
    assert [*Approach.objects.all()] == [reported]


# --- In the database --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "broken",
    [
        {"reported_at": NOW},
        {"confirmed_at": NOW, "settled_at": NOW},
        {"confirmed_at": NOW, "reported_at": NOW, "settled_at": NOW},
    ],
)
def test_a_letter_cannot_be_settled_before_it_came(entry, broken):
    approach = written(entry)

    with pytest.raises(IntegrityError), transaction.atomic():
        Approach.objects.filter(pk=approach.pk).update(**broken)
    assert Approach.objects.filter(pk=approach.pk).update(confirmed_at=NOW, reported_at=NOW) == 1


@pytest.mark.parametrize("everybody", [True, False])
def test_an_address_is_barred_once(entry, everybody):
    row = {"entry": None if everybody else entry, "email": ROS, "at": NOW, "by": entry.person}
    Barred.objects.create(**row)

    with pytest.raises(IntegrityError), transaction.atomic():
        Barred.objects.create(**row)
