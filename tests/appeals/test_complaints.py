"""Complaints: from anybody, kept from whom they are about, followed at a secret address."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Grant
from accounts.roles import Role
from appeals.complaining import Told, by_secret, complain, name_subject
from appeals.flow import Stage
from appeals.models import Complaint, Seat, Subject, Vote
from appeals.panels import acknowledge, admit, answer_alone
from appeals.telling import secretaries
from applicants.assigning import declare_interest
from applicants.declaring import join
from notices.models import Message
from notices.services import compose
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]
URL = "/complaints/new/"


@pytest.fixture(autouse=True)
def today():
    cache.clear()
    with time_machine.travel(make.NOON, tick=False):
        yield


def sent(**changes):
    empty = dict.fromkeys(("about_whom", "number", "name", "email", "fax"), "")
    said = {"token": str(uuid.uuid4()), "subject": "process", "text": "Nobody answers."}
    return {**empty, **said, **changes}


def told(by=None, **changes):
    said = {"subject": Subject.PROCESS, "text": "Nobody answers.", **changes}
    return complain(Told(**said), token=uuid.uuid4(), by=by, at=make.NOON)


def words(response):
    return " ".join(response.content.decode().split())


def test_anybody_complains_without_a_name_and_follows_it(client, cast):
    answer = client.post(URL, sent())

    complaint = Complaint.objects.get()
    assert answer.url == reverse("appeals:follow", args=[complaint.secret])
    assert (complaint.name, complaint.email, complaint.sender) == ("", "", None)
    page = client.get(answer.url)
    assert complaint.number in words(page)
    assert page["Cache-Control"] == "no-store, private"
    assert [m.to for m in Message.objects.all()] == [cast.noor]  # no letter but the secretary's


def test_the_same_form_twice_is_one_complaint(client, cast):
    once = sent()

    assert client.post(URL, once).url == client.post(URL, once).url
    assert Complaint.objects.count() == 1


def test_a_machine_leaves_nothing(client, cast):
    client.post(URL, sent(fax="buy"))

    assert Complaint.objects.count() == 0


def test_an_hour_holds_five(client, cast):
    for _ in range(5):
        client.post(URL, sent())
    page = client.post(URL, sent(text="Kept words"))

    assert Complaint.objects.count() == 5
    assert ("Try again in an hour." in words(page), "Kept words" in words(page)) == (True, True)


@pytest.mark.parametrize("secret", ["1", "1-", "x-y", "9999-abc", "¹-a"])
def test_nobody_finds_a_complaint_by_its_number(client, cast, secret):
    told()
    assert client.get(reverse("appeals:follow", args=[secret])).status_code == 404


def test_whoever_follows_it_adds_something_until_it_is_closed(client, cast):
    complaint = told()
    address = reverse("appeals:follow", args=[complaint.secret])

    client.post(address, {"text": "It happened twice."})

    assert "It happened twice." in words(client.get(address))
    assert by_secret(complaint.secret) == complaint


def test_a_letter_carries_the_address_where_there_is_one_to_write_to(cast):
    complaint = told(name="Bo", email="bo@example.org")

    message = Message.objects.get(kind="complaint_kept")
    body = compose(message).body
    assert (complaint.secret in body, complaint.number in body) == (True, True)
    assert complaint.secret not in repr(message.context)


@pytest.mark.parametrize(
    "said",
    [
        {"about_whom": "the administrator NOOR"},
        {"about_whom": "Nóór"},
        {"text": "It was Noor Example who said so."},
        {"text": "She wrote from noor@example.org."},
    ],
)
def test_whom_it_might_be_about_never_sees_it(client, cast, said):
    complaint = told(subject=Subject.STAFF, **said)
    Grant.objects.create(user=cast.noor, role=Role.PANEL_CHAIR, starts_on=make.NOON.date())
    noor = type(cast.noor).objects.get(pk=cast.noor.pk)
    client.cookies["session"] = make.session_for(noor)

    assert client.get(complaint.url).status_code == 404
    assert complaint.number not in words(client.get(reverse("appeals:list")))
    with pytest.raises(Refused):
        acknowledge(complaint, by=noor, at=make.NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Seat.objects.create(complaint=complaint, person=noor, since=make.NOON)
    assert secretaries(complaint, make.NOON.date()) == [cast.pan]
    told_of_it = {m.to for m in Message.objects.filter(kind="matter_to_acknowledge")}
    assert told_of_it == {cast.pan}


def test_a_panel_chair_acknowledges_what_the_secretary_may_not(cast):
    complaint = told(about_whom="Noor")

    acknowledge(complaint, by=cast.pan, at=make.NOON)

    assert complaint.stage == Stage.ADMISSION


def test_who_is_bound_to_whom_it_is_about_does_not_handle_it(cast):
    complaint = told()
    declare_interest(about=cast.aud, note="Cousin", by=cast.pan, at=make.NOON)
    name_subject(complaint, against=cast.aud, certificate=None, by=cast.noor, at=make.NOON)

    acknowledge(complaint, by=cast.noor, at=make.NOON)
    with pytest.raises(Refused):
        admit(complaint, reasons="", members=[], by=cast.pan, at=make.NOON)


def test_who_belongs_to_the_same_organisation_does_not_hear_it(cast):
    complaint = told()
    name_subject(complaint, against=cast.aud, certificate=None, by=cast.noor, at=make.NOON)
    assert complaint.bars(cast.pan, make.NOON.date()) == []

    for person in (cast.aud, cast.pan):
        join(organisation="Harbour Trust", what="Staff", starts_on=None, by=person, at=make.NOON)

    [reason] = complaint.bars(cast.pan, make.NOON.date())
    assert reason.startswith("Belongs, or belonged")


def test_a_complaint_goes_its_way_to_the_answer(cast, client):
    complaint = told(by=cast.eve, name="Eve", email=cast.eve.email)
    acknowledge(complaint, by=cast.noor, at=make.NOON)
    admit(complaint, reasons="", members=[], by=cast.pan, at=make.NOON)
    answer_alone(complaint, choice=Vote.UPHOLD, reasons="We were slow.", by=cast.pan, at=make.NOON)

    assert complaint.stage_label == "Upheld: we put it right"
    verbs = [event.verb for event in Event.objects.of_case(complaint.trail_case()).order_by("pk")]
    assert verbs == ["complain", "acknowledge", "admit", "vote", "uphold"]
    kinds = [m.kind for m in Message.objects.filter(to=cast.eve).order_by("pk")]
    assert kinds == [
        "complaint_kept",
        "matter_acknowledged",
        "matter_admitted",
        "complaint_decided",
    ]
    body = compose(Message.objects.get(kind="complaint_decided")).body
    assert "We were slow." in body
    client.cookies["session"] = make.session_for(cast.eve)
    assert "We were slow." in words(client.get(complaint.url))


def test_nothing_personal_stands_in_the_trail(cast):
    told(name="Bo Secret", email="bo@example.org", about_whom="Xi Hidden", text="Words")

    event = Event.objects.get(verb="complain")
    assert event.facts == {"subject": "process"}


@pytest.mark.parametrize("name", ["aud", "vera", "dee", "ina", "ada"])
def test_a_complaint_is_not_there_for_others(client, cast, name):
    complaint = told()
    client.cookies["session"] = make.session_for(getattr(cast, name))

    assert client.get(complaint.url).status_code == 404
    for deed in ("acknowledge", "admit", "note", "add"):
        address = reverse("appeals:do_in_complaint", args=[complaint.pk, deed])
        assert client.post(address, {"text": "x"}).status_code == 404


def test_the_contact_form_leads_to_the_complaint(client, cast):
    assert client.get("/contact/?topic=complaint").url == URL


def test_the_day_by_which_it_is_acknowledged_is_shown_and_late_after_it(client, cast):
    complaint = told()
    client.cookies["session"] = make.session_for(cast.noor)
    assert "by Tuesday 8 September 2026" in words(client.get(complaint.url))
    with time_machine.travel(make.NOON + timedelta(days=8), tick=False):
        client.cookies["session"] = make.session_for(cast.noor)
        assert "Late:" in words(client.get(complaint.url))


def test_the_page_says_when_nobody_is_left_to_hear_it(client, cast):
    complaint = told(subject=Subject.STAFF, about_whom="Pan")
    client.cookies["session"] = make.session_for(cast.noor)
    assert "No panel chair is left" in words(client.get(complaint.url))

    make.person("pia", Role.PANEL_CHAIR)

    assert "No panel chair is left" not in words(client.get(complaint.url))
