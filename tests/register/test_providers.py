"""The public pages of education providers, and those of whoever speaks for one."""

from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applicants import providing, recognising
from applicants.models import Application, Provider, ProviderRequest, RosterFile, RosterRow
from applicants.models.provider import listed
from applicants.provider_flow import Stage
from notices.models import Message
from tests import make
from tests.applicants.test_recognising import FACTS, ROSTER, UNTIL, asked, contact
from tests.make import NOON, session_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def kit(db):
    return contact("kit")


@pytest.fixture
def elm(noor):
    return recognised(noor)


def recognised(noor, **changes) -> Provider:
    one = asked(facts=replace(FACTS, **changes))
    recognising.confirm_address(one, at=NOON)
    recognising.declare(one, free=True, by=noor, at=NOON)
    recognising.acknowledge(one, by=noor, at=NOON)
    return recognising.recognise(one, until=UNTIL, by=noor, at=NOON)


def url(name, *args):
    return reverse(f"register:{name}", args=args)


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def as_person(client, user):
    client.cookies["session"] = session_for(user)
    return client


def filled(**other):
    said = {name: getattr(FACTS, name) for name in FACTS.__dataclass_fields__}
    lists = {"languages": ["en", "fr"], "areas": ["M1", "M2"]}
    return {**said, **lists, "token": str(uuid4()), "agree": "on", "fax": "", **other}


# --- For everybody ----------------------------------------------------------------------------
def test_each_state_stands_where_it_should(client, noor):
    elm = recognised(noor)
    ended = recognised(noor, name="Oak")
    providing.end_recognition(ended, why="Their secret.", by=noor, at=NOON)
    over = recognised(noor, name="Ash")
    Provider.objects.filter(pk=over.pk).update(
        recognised_from=date(2024, 1, 1), recognised_until=date(2026, 8, 31)
    )
    noted = Provider.objects.create(name="Yew")

    shown = words(client.get(url("providers")))

    assert [name in shown for name in ("Elm College", "Oak", "Ash", "Yew")] == [
        True, False, False, False
    ]  # fmt: skip
    pages = {p.name: client.get(url("provider", p.pk)) for p in (elm, ended, over, noted)}
    assert {name: page.status_code for name, page in pages.items()} == {
        "Elm College": 200, "Oak": 200, "Ash": 200, "Yew": 404
    }  # fmt: skip
    assert "from 1 September 2026 until 31 August 2028" in words(pages["Elm College"])
    assert "The source of education is not relevant" in words(pages["Elm College"])
    for name in ("Oak", "Ash"):
        assert "Not recognised any more" in words(pages[name])
        assert "Their secret." not in words(pages[name])
        assert "hello@elm.example" not in words(pages[name])


def test_what_is_between_us_and_the_provider_is_not_public(client, elm):
    shown = words(client.get(url("provider", elm.pk))) + words(client.get(url("providers")))

    assert [word in shown for word in ("Kit Elm", "kit@example.org", "Two people.")] == [False] * 3
    assert [word in shown for word in ("Twelve evenings.", "Captions.", "To the head.")] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Elm College", "Jardín"}),
        ("?q=twelve", {"Elm College"}),
        ("?q=JARD", {"Jardín"}),
        ("?country=Colombia", {"Jardín"}),
        ("?language=fr", {"Elm College"}),
        ("?area=M7", {"Jardín"}),
        ("?language=fr&area=M7", set()),
        ("?language=xx", {"Elm College", "Jardín"}),
        ("?page=2", set()),
    ],
)
def test_people_find_one_by_country_language_and_what_it_teaches(client, elm, noor, query, found):
    recognised(noor, name="Jardín", country="Colombia", languages=listed(["es"]),
               areas=listed(["M7"]), offer="Un año.")  # fmt: skip

    shown = words(client.get(url("providers") + query))

    assert {name for name in ("Elm College", "Jardín") if f"<bdi>{name}</bdi>" in shown} == found


def test_the_list_asks_the_database_the_same_for_one_and_for_many(
    client, elm, noor, django_assert_num_queries
):
    client.get(url("providers"))
    with django_assert_num_queries(6):
        client.get(url("providers"))
    for nth in range(5):
        recognised(noor, name=f"Elm {nth}")
    with django_assert_num_queries(6):
        client.get(url("providers"))


# --- Asking -----------------------------------------------------------------------------------
def test_a_provider_asks_and_confirms_by_the_letter(client, noor):
    answer = client.post(url("ask_recognition"), filled())
    one = ProviderRequest.objects.get()
    page = url("provider_request", one.secret)

    assert (answer.status_code, answer["Location"]) == (302, url("provider_asked"))
    assert recognising.facts_of(one) == FACTS
    assert client.get(page).status_code == 200
    one.refresh_from_db()
    assert one.stage == Stage.ADDRESS  # reading changes nothing
    client.post(page, {"verb": "confirm"})
    one.refresh_from_db()
    assert one.stage == Stage.RECEIVED


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "\u202eElm"}, "This contains an invisible character."),
        ({"languages": []}, "Choose at least one language."),
        ({"languages": ["xx"]}, "Select a valid choice."),
        ({"areas": ["Q9"]}, "Select a valid choice."),
        ({"contact_email": "x"}, "Enter a valid email address."),
        ({"website": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"agree": ""}, "Tick this when you agree to the conditions."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, changes, error):
    answer = client.post(url("ask_recognition"), filled(**changes))

    assert error in words(answer)
    assert "Every evening, three statements." in words(answer)
    assert ProviderRequest.objects.exists() is False


def test_machines_and_floods_are_stopped(client, noor):
    assert client.post(url("ask_recognition"), filled(fax="x")).status_code == 302
    assert ProviderRequest.objects.exists() is False

    for nth in range(7):
        client.post(url("ask_recognition"), filled(name=f"Elm {nth}"))
    assert ProviderRequest.objects.count() == 5


def test_more_is_answered_at_the_secret_address(client, noor):
    one = asked()
    recognising.confirm_address(one, at=NOON)
    recognising.declare(one, free=True, by=noor, at=NOON)
    recognising.acknowledge(one, by=noor, at=NOON)
    recognising.ask_more(one, text="Who teaches?", by=noor, at=NOON)
    page = url("provider_request", one.secret)

    assert "Who teaches?" in words(client.get(page))
    assert noor.full_name not in words(client.get(page))
    client.post(page, {"verb": "answer", "text": ""})
    client.post(page, {"verb": "answer", "text": "Two of us."})
    one.refresh_from_db()
    assert one.stage == Stage.REVIEW
    client.post(page, {"verb": "take_back"})
    client.post(page, {"verb": "take_back"})
    one.refresh_from_db()
    assert one.stage == Stage.TAKEN_BACK


def test_another_address_is_not_there_and_guessing_ends(client):
    answers = [client.get(url("provider_request", f"{n}-x")).status_code for n in range(32)]

    assert answers == [404] * 30 + [429] * 2


# --- Keeping it -------------------------------------------------------------------------------
def test_the_pages_of_a_provider_are_its_contacts(client, elm, kit, eve, noor):
    for who, there in ((eve, 404), (noor, 404), (kit, 200)):
        as_person(client, who)
        assert client.get(url("my_provider", elm.pk)).status_code == there
        assert client.get(url("edit_provider", elm.pk, "change")).status_code == there
        got = client.post(url("hand_in_roster", elm.pk), {}).status_code
        assert got == there
    assert client.get(url("my_providers"))["Location"] == url("my_provider", elm.pk)
    assert client.get(url("edit_provider", elm.pk, "first")).status_code == 404


def test_a_contact_changes_confirms_and_renews(client, elm, kit):
    as_person(client, kit)
    change = url("edit_provider", elm.pk, "change")

    client.post(change, filled(website="https://new.example/"))
    elm.refresh_from_db()
    assert elm.website == "https://new.example/"
    assert "Nothing is to be confirmed" in words(
        client.post(url("confirm_provider", elm.pk), follow=True)
    )
    client.post(change, filled(offer="A year."))
    assert elm.requests.get(kind="change").offer == "A year."
    again = client.post(url("edit_provider", elm.pk, "renewal"), filled())
    assert "being looked at already" in words(again)
    assert "Twelve evenings." in words(again)


def test_a_contact_learns_nothing_about_applicants(client, elm, kit, cast):
    """Rows that were taken in, who has an account, who applied: none of it is on their pages."""
    secret = "hidden.learner@example.org"
    make.person("hidden.learner", full_name="Hidden Learner")
    RosterRow.objects.create(
        provider=elm, learner_email=secret, learner_name="Hidden Learner", added_at=NOON,
        teacher_email="aud@example.org", starts_on=NOON.date(), added_by=cast.noor,
    )  # fmt: skip
    as_person(client, kit)
    file = SimpleUploadedFile("mine.csv", ROSTER.encode())
    handed = client.post(
        url("hand_in_roster", elm.pk), {"token": str(uuid4()), "file": file}, follow=True
    )
    providing.take_in(RosterFile.objects.get(), by=cast.noor, at=NOON)

    shown = words(handed) + words(client.get(url("my_provider", elm.pk)))
    shown += words(client.get(url("edit_provider", elm.pk, "change")))
    shown += words(client.get(url("provider", elm.pk)))
    shown += "".join(str(m.context) for m in Message.objects.filter(to=kit))

    assert "Taken in" in shown
    for word in (secret, "Hidden Learner", "Both known", "ada@example.org", "account yet"):
        assert word not in shown
    assert client.get(reverse("applicants:provider", args=[elm.pk])).status_code == 404
    assert Application.objects.visible_to(kit).exists() is False


def test_faults_of_a_roster_are_told_and_nothing_is_held(client, elm, kit):
    as_person(client, kit)

    def send(content):
        file = SimpleUploadedFile("mine.csv", content)
        return client.post(url("hand_in_roster", elm.pk), {"token": str(uuid4()), "file": file})

    assert "Row 2" in words(send(b"learner_email,teacher_email,from\nx,y,z\n"))
    assert "larger than 1 MB" in words(send(b"x" * 1_100_000))
    assert "Choose a file." in words(
        client.post(url("hand_in_roster", elm.pk), {"token": str(uuid4())})
    )
    assert RosterFile.objects.exists() is False


# --- The staff's pages ------------------------------------------------------------------------
def test_the_staff_declares_reads_and_answers(client, noor, kit):
    one = asked(by=kit)
    page = reverse("applicants:provider_request", args=[one.pk])
    as_person(client, noor)

    def do(verb, **said):
        return words(
            client.post(reverse("applicants:provider_do", args=[one.pk, verb]), said, follow=True)
        )

    assert "Twelve evenings." not in words(client.get(page))  # not before it is said
    assert "Twelve evenings." in do("declare", free="yes")
    assert "Acknowledged." in do("acknowledge")
    assert "This field is required." in do("ask_more", text="")
    assert "Choose a last day" in do("recognise", until="2040-01-01")
    assert "Agreed." in do("recognise", until=str(UNTIL))
    assert Provider.objects.get().recognised_until == UNTIL
    assert client.post(reverse("applicants:provider_do", args=[one.pk, "x"])).status_code == 404
    listing = words(client.get(reverse("applicants:providers")))
    assert "Elm College" in listing


def test_somebody_bound_reads_nothing(client, noor, kit):
    one = asked(by=kit)
    as_person(client, noor)

    client.post(reverse("applicants:provider_do", args=[one.pk, "declare"]), {"free": "no"})

    shown = words(client.get(reverse("applicants:provider_request", args=[one.pk])))
    assert "Something binds you to this provider" in shown
    assert "Twelve evenings." not in shown


def test_the_staff_takes_in_sends_back_and_ends(client, elm, kit, noor):
    for _nth in range(2):
        providing.hand_in(
            elm, recognising_table(), token=uuid4(), by=kit, at=NOON + timedelta(hours=1)
        )
    first, second = RosterFile.objects.order_by("pk")
    as_person(client, noor)

    shown = client.get(reverse("applicants:roster_file", args=[first.pk]))
    assert "ada@example.org" in words(shown)
    assert RosterRow.objects.exists() is False
    client.post(reverse("applicants:roster_file", args=[first.pk]), {"take": "1"})
    client.post(
        reverse("applicants:roster_file", args=[second.pk]),
        {"send_back": "1", "reasons": "Twice the same."},
    )
    client.post(reverse("applicants:end_recognition", args=[elm.pk]), {"reasons": "It lied."})

    assert RosterRow.objects.count() == 1
    assert set(RosterFile.objects.values_list("answer", flat=True)) == {"taken", "returned"}
    elm.refresh_from_db()
    assert elm.ended_why == "It lied."


def recognising_table():
    return providing.rosters.read_alone("mine.csv", ROSTER.encode())
