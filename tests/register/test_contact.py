"""Writing to us: kept once, acknowledged, and answered by an administrator."""

import uuid
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from appeals.dates import working_days_after
from appeals.models import Complaint
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose, drain
from register import services
from register.models import Enquiry, Topic
from tests.make import NOON, session_for
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db

URL = "/contact/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False):
        yield


def message(**changes) -> dict:
    return {
        "token": str(uuid.uuid4()),
        "topic": "choosing",
        "name": "Wulandari",
        "email": "wulandari@example.org",
        "text": "Which one is for me?",
        "fax": "",
        **changes,
    }


def signed_in(client, user):
    client.cookies["session"] = session_for(user)
    return client


def enquiry(**changes) -> Enquiry:
    return services.receive(
        changes.pop("topic", Topic.CHOOSING),
        **{
            "token": uuid.uuid4(),
            "name": "Wulandari",
            "email": "wulandari@example.org",
            "text": "Which one is for me?",
            "by": None,
            "at": NOON,
            **changes,
        },
    )


# --- Sending ----------------------------------------------------------------------------------
def test_message_is_kept_and_thanked_for(client):
    response = client.post(URL, message())

    assert (response.status_code, response["Location"]) == (302, "/contact/thanks/")
    kept = Enquiry.objects.get()
    assert (kept.topic, kept.name, kept.text, kept.received_at, kept.sender) == (
        "choosing", "Wulandari", "Which one is for me?", NOON, None
    )  # fmt: skip
    assert client.get(response["Location"]).status_code == 200


def test_message_is_recorded_without_its_words(client):
    client.post(URL, message())

    event = Event.objects.about(Enquiry.objects.get()).get()
    assert (event.verb, event.facts) == ("receive", {"topic": "choosing"})


def test_double_click_is_one_message_and_one_letter(client):
    twice = message()

    client.post(URL, twice)
    client.post(URL, twice)

    assert Enquiry.objects.count() == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"topic": ""}, "This field is required."),
        ({"topic": "gossip"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
        ({"name": "See https://spam.example"}, "Write your name only, without addresses."),
        ({"name": "\u202eevil"}, "This contains an invisible character."),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"text": "x" * 5001}, "Ensure this value has at most 5000 characters"),
        ({"text": "\0"}, "Null characters are not allowed."),
    ],
)
def test_bad_message_is_explained_and_kept_on_the_page(client, changes, error):
    sent = message(**{"text": "Keep these words", **changes})

    response = client.post(URL, sent)

    shown = unescape(response.content.decode())
    assert response.status_code == 200
    assert error in shown
    assert sent["token"] in shown
    assert sent["text"][:16].strip("\0") in shown
    assert Enquiry.objects.count() == 0


def test_missing_token_is_refused(client):
    assert client.post(URL, message(token="")).status_code == 200
    assert Enquiry.objects.count() == 0


def test_machine_is_thanked_and_forgotten(client):
    response = client.post(URL, message(fax="555"))

    assert response["Location"] == "/contact/thanks/"
    assert (Enquiry.objects.count(), Message.objects.count()) == (0, 0)


def test_sixth_message_of_an_hour_waits(client):
    for _ in range(5):
        assert client.post(URL, message()).status_code == 302

    response = client.post(URL, message(text="The sixth"))

    assert "You wrote several times this hour." in response.content.decode()
    assert "The sixth" in response.content.decode()
    assert Enquiry.objects.count() == 5
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert client.post(URL, message()).status_code == 302


def test_signed_in_person_is_known(client, ada):
    shown = signed_in(client, ada).get(URL).content.decode()

    assert 'value="Ada Example"' in shown
    assert f'value="{ada.email}"' in shown


def test_signed_in_message_has_its_sender(client, ada):
    signed_in(client, ada).post(URL, message(name=ada.full_name, email=ada.email))

    assert Enquiry.objects.get().sender == ada
    assert (Message.objects.get().to, Message.objects.get().address) == (ada, "")


def test_signed_in_person_can_name_another_address(client, ada):
    signed_in(client, ada).post(URL, message())

    assert Enquiry.objects.get().sender == ada
    assert (Message.objects.get().to, Message.objects.get().address) == (
        None, "wulandari@example.org"
    )  # fmt: skip


def test_topic_can_come_with_the_link(client):
    shown = client.get(URL, {"topic": "privacy"}).content.decode()

    assert '<option value="privacy" selected>' in shown


def test_a_complaint_goes_the_way_of_complaints(client):
    answer = client.post(URL, message(topic="complaint"))

    kept = Complaint.objects.get()
    assert (kept.text, kept.email) == ("Which one is for me?", "wulandari@example.org")
    assert answer.url == f"/complaints/follow/{kept.secret}/"
    assert Enquiry.objects.count() == 0


# --- Letters ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("topic", "kind"),
    [(topic, services.LETTERS.get(topic, "enquiry_received")) for topic in Topic],
)
def test_every_topic_is_acknowledged(topic, kind):
    enquiry(topic=topic)

    owed = Message.objects.get()
    assert owed.kind == kind
    assert drain(NOON) == 1
    assert mail.outbox[0].to == ["wulandari@example.org"]
    assert "{" not in mail.outbox[0].body


def test_letter_to_a_stranger_greets_them_by_name():
    enquiry()

    words = compose(Message.objects.get()).body

    assert "Hello Wulandari" in words
    assert "we answer within 5 working days" in words.lower()


def test_letter_to_a_member_greets_them_as_they_like(ada):
    enquiry(name=ada.full_name, email=ada.email, by=ada)

    assert "Hello Ada," in compose(Message.objects.get()).body


def test_complaint_has_a_number_and_a_day(client):
    client.post(URL, message(topic="complaint"))

    words = compose(Message.objects.get()).body

    assert f"Your complaint number is {Complaint.objects.get().number}." in words
    assert "you hear from us by 8 September 2026" in words


def test_scholarship_letter_says_how_things_stand():
    enquiry(topic=Topic.SCHOLARSHIP)

    words = compose(Message.objects.get()).body

    assert "No fund is open at present." in words
    assert "You will hear from us by 8 September 2026." in words


def test_letter_about_a_removed_message_is_dropped():
    enquiry()
    owed = Message.objects.get()
    Enquiry.objects.all().delete()

    with pytest.raises(Obsolete):
        compose(owed)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 1), 5, date(2026, 9, 8)),
        (date(2026, 9, 4), 1, date(2026, 9, 7)),
        (date(2026, 9, 5), 1, date(2026, 9, 7)),
        (date(2026, 9, 1), 0, date(2026, 9, 1)),
    ],
)
def test_working_days_leave_out_weekends(day, count, expected):
    assert working_days_after(day, count) == expected


# --- Answering --------------------------------------------------------------------------------
def test_administrator_reads_the_unanswered_first(client, noor):
    old = enquiry(name="First")
    new = enquiry(name="Second", at=NOON + timedelta(hours=1))
    done = enquiry(name="Done", at=NOON - timedelta(days=2))
    services.answer(done, note="Told them", by=noor, at=NOON)

    assert list(Enquiry.objects.visible_to(noor).waiting_first()) == [old, new, done]
    shown = signed_in(client, noor).get("/enquiries/").content.decode()
    assert shown.index("First") < shown.index("Second") < shown.index("Told them")
    assert "2 messages wait for an answer." in shown


def test_empty_list_says_what_will_be_here(client, noor):
    assert "Nothing waits" in signed_in(client, noor).get("/enquiries/").content.decode()


@pytest.mark.parametrize("who", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
def test_nobody_else_reads_them(client, cast, who):
    kept = enquiry()
    signed_in(client, getattr(cast, who))

    answers = [
        client.get("/enquiries/"),
        client.post(reverse("register:answer", args=[kept.pk]), {"note": "x"}),
    ]

    assert [response.status_code for response in answers] == [404, 404]
    assert "Wulandari" not in "".join(response.content.decode() for response in answers)
    with pytest.raises(Refused, match="Only an administrator"):
        services.answer(kept, note="x", by=getattr(cast, who), at=NOON)


def test_visitor_is_asked_to_sign_in(client):
    assert client.get("/enquiries/").status_code == 302


def test_answered_message_says_by_whom(client, noor):
    kept = enquiry()

    response = signed_in(client, noor).post(
        reverse("register:answer", args=[kept.pk]), {"note": "Sent the handbook"}
    )

    assert response["Location"] == "/enquiries/"
    kept.refresh_from_db()
    assert (kept.answered_by, kept.answered_at, kept.answer_note) == (
        noor, NOON, "Sent the handbook"
    )  # fmt: skip
    assert Event.objects.about(kept).order_by("-pk")[0].verb == "answer"


def test_message_is_answered_once(client, noor):
    kept = enquiry()
    services.answer(kept, note="First", by=noor, at=NOON)

    response = signed_in(client, noor).post(
        reverse("register:answer", args=[kept.pk]), {"note": "Second"}, follow=True
    )

    assert "Somebody has answered this message already." in response.content.decode()
    kept.refresh_from_db()
    assert kept.answer_note == "First"


def test_answer_without_a_note_is_asked_for(client, noor):
    kept = enquiry()

    response = signed_in(client, noor).post(reverse("register:answer", args=[kept.pk]), {})

    assert "This field is required." in response.content.decode()
    kept.refresh_from_db()
    assert kept.answered_at is None


def test_list_takes_the_same_queries_for_one_and_three(client, noor, django_assert_num_queries):
    signed_in(client, noor).get("/enquiries/")  # the first visit also writes the session
    enquiry()
    with django_assert_num_queries(QUERIES):
        client.get("/enquiries/")
    enquiry()
    enquiry()

    with django_assert_num_queries(QUERIES):
        client.get("/enquiries/")


QUERIES = 7


# --- Constraints ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [{"topic": "gossip"}, {"answered_at": datetime(2026, 9, 2, tzinfo=UTC)}],
)
def test_database_refuses_impossible_messages(changes):
    kept = enquiry()

    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=kept.pk).update(**changes)
