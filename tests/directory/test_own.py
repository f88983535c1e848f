"""One's own entry: what is agreed to, what is changed, and leaving."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from certificates import services as certificates
from certificates.models import Certificate, Visibility
from certificates.status import Kind
from certificates.terms import LISTING, listing
from directory import terms
from directory.finding import Asked, search
from directory.models import Consent, Entry, Field
from directory.services import NotAgreed, Wish, edit, leave, switch_off_letters
from tests.directory.conftest import EVERYTHING, NOW, SAID, listed, signed_in
from tests.make import happened, person
from tests.register.conftest import certificate
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
MINE = "/directory/mine/"


def said(*certificates, shows=EVERYTHING, **changes) -> dict:
    return {
        "place": "Húsavík",
        "country": "IS",
        "language_1": "is",
        "language_2": "yo",
        "about": "Sheep.",
        "for_whom": "Rescuers.",
        "certificates": [one.pk for one in certificates],
        **{f"show_{name}": "on" for name in shows},
        "agreed": "on",
        **changes,
    }


def seen() -> list[str]:
    return [person.name for person in search(Asked(), at=NOW).rows]


# --- Coming in --------------------------------------------------------------------------------
def test_nothing_is_chosen_for_anybody(client, bjorn, held):
    page = signed_in(client, bjorn).get(MINE).content.decode()

    assert " checked" not in page
    assert 'value="Akureyri"' in page
    assert '<option value="IS" selected>' in page
    assert Entry.objects.count() == 0


def test_an_entry_is_made(client, bjorn, held):
    response = signed_in(client, bjorn).post(MINE, said(held))

    assert (response.status_code, response["Location"]) == (302, MINE)
    [shown] = search(Asked(), at=NOW).rows
    assert (shown.name, shown.place, shown.country) == ("Björn Þórsson", "Húsavík", "IS")
    assert (shown.languages, shown.about, shown.for_whom) == (("is", "yo"), "Sheep.", "Rescuers.")
    assert (shown.offers, shown.volunteers, shown.takes_letters) == (True, True, True)
    held.refresh_from_db()
    assert held.visibility == Visibility.DIRECTORY


def test_the_consent_is_kept_word_for_word(bjorn, held):
    with translation.override("en"):
        entry = listed(person("zoe"), shows=["name", "languages"])

    kept = entry.consents.get()
    assert (kept.version, kept.fields, kept.agreed_at) == (
        terms.VERSION,
        ["name", "languages"],
        NOW,
    )
    assert kept.words.split("\n")[1:] == [
        "- the certificates I list",
        "- my name, as it stands on the certificate",
        "- my languages",
    ]


def test_without_the_tick_nothing_is_shown_and_what_was_typed_is_kept(client, bjorn, held):
    form = said(held)
    del form["agreed"]

    page = signed_in(client, bjorn).post(MINE, form).content.decode()

    assert "Tick that you agree" in page
    assert "Húsavík" in page
    assert (Entry.objects.count(), Consent.objects.count(), seen()) == (0, 0, [])
    held.refresh_from_db()
    assert held.visibility == Visibility.LINK


def test_a_draft_needs_no_consent_and_shows_nothing(client, bjorn, held):
    form = said()
    del form["agreed"]

    assert signed_in(client, bjorn).post(MINE, form).status_code == 302

    assert Entry.objects.get().about == "Sheep."
    assert seen() == []
    assert Consent.objects.count() == 0
    preview = client.get(f"{MINE}preview/").content.decode()
    assert "You are not in the directory now." in preview
    assert "Sheep." in preview


def test_the_wallet_lists_name_and_place_and_no_more(bjorn, held):
    certificates.show(held, Visibility.DIRECTORY, by=bjorn, at=NOW)

    [shown] = search(Asked(), at=NOW).rows
    assert (shown.name, shown.where) == ("Björn Þórsson", "Akureyri, Iceland")
    assert (shown.languages, shown.about, shown.offers, shown.takes_letters) == (
        (),
        "",
        False,
        False,
    )
    kept = Entry.objects.get().consents.get()
    assert (kept.version, kept.words) == (LISTING, listing())


# --- Changing it ------------------------------------------------------------------------------
def test_less_needs_no_new_consent_and_more_does(bjorn):
    entry = listed(bjorn, shows=["name", "place"])
    held = [Certificate.objects.get()]
    less = Wish(**SAID, shows=["name"], certificates=held)
    more = Wish(**SAID, shows=["name", "about"], certificates=held)

    edit(less, agreed=False, by=bjorn, at=NOW)
    assert entry.consents.count() == 1
    with pytest.raises(NotAgreed):
        edit(more, agreed=False, by=bjorn, at=NOW)
    assert search(Asked(), at=NOW).rows[0].about == ""
    edit(more, agreed=True, by=bjorn, at=NOW)

    assert search(Asked(), at=NOW).rows[0].about == SAID["about"]
    assert [kept.ended_at for kept in entry.consents.all()] == [NOW, None]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"country": "XX"}, "Select a valid choice"),
        ({"language_1": "klingon"}, "Select a valid choice"),
        ({"about": "x" * 1001}, "at most 1000 characters"),
        ({"certificates": [999999]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_explained_and_kept(client, bjorn, held, changes, error):
    page = signed_in(client, bjorn).post(MINE, said(held, **changes)).content.decode()

    assert error in page
    assert "Húsavík" in page
    assert Entry.objects.count() == 0


def test_nobody_lists_a_certificate_of_somebody_else(client, bjorn, held):
    eve = person("eve")
    certificate(eve, slug="current-concepts")

    page = signed_in(client, eve).post(MINE, said(held)).content.decode()

    assert "Select a valid choice" in page
    assert seen() == []


def test_languages_are_told_once(client, bjorn, held):
    signed_in(client, bjorn).post(MINE, said(held, language_3="is"))

    assert Entry.objects.get().languages == ["is", "yo"]


def test_what_is_not_one_of_the_switches_is_dropped(bjorn):
    assert listed(bjorn, shows=["name", "phone"]).shows == ["name"]


# --- Leaving ----------------------------------------------------------------------------------
def test_leaving_holds_at_once(client, bjorn, entry):
    response = signed_in(client, bjorn).post(f"{MINE}leave/")

    assert response["Location"] == MINE
    assert client.get(f"/directory/{entry.public_id}/").status_code == 404
    assert seen() == []
    entry.refresh_from_db()
    assert (entry.listed_since, entry.tags, entry.about) == (None, "", SAID["about"])
    assert entry.consents.get().ended_at == NOW
    assert Certificate.objects.get().visibility == Visibility.LINK
    assert Event.objects.about(entry).last().verb == "leave_directory"


def test_leaving_twice_or_never_having_been_there_is_the_same(client, bjorn, entry):
    client = signed_in(client, bjorn)

    assert client.post(f"{MINE}leave/").status_code == 302
    assert client.post(f"{MINE}leave/").status_code == 302
    eve = signed_in(client, person("eve"))
    assert eve.post(f"{MINE}leave/").status_code == 302
    assert Entry.objects.filter(person__full_name="Eve Example").exists() is False


@pytest.mark.parametrize("chosen", [Visibility.LINK, Visibility.PRIVATE])
def test_taking_the_last_certificate_out_of_the_wallet_is_leaving(bjorn, entry, chosen):
    certificates.show(Certificate.objects.get(), chosen, by=bjorn, at=NOW)

    assert seen() == []
    assert entry.consents.get().ended_at == NOW


def test_coming_back_through_the_wallet_shows_the_basics_only(bjorn, entry):
    leave(entry, by=bjorn, at=NOW)

    certificates.show(Certificate.objects.get(), Visibility.DIRECTORY, by=bjorn, at=NOW)

    [shown] = search(Asked(), at=NOW).rows
    assert (shown.name, shown.about, shown.takes_letters) == ("Björn Þórsson", "", False)


def test_unticking_every_certificate_is_leaving(client, bjorn, entry):
    signed_in(client, bjorn).post(MINE, said())

    assert seen() == []
    assert entry.consents.get().ended_at == NOW


def test_one_that_has_lapsed_keeps_its_choice_until_they_leave(bjorn):
    lapsed = certificate(bjorn, at=NOW - timedelta(days=800), visibility=Visibility.DIRECTORY)
    other = certificate(bjorn, slug="current-concepts")

    edit(Wish(**SAID, shows=["name"], certificates=[other]), agreed=True, by=bjorn, at=NOW)
    assert Certificate.objects.get(pk=lapsed.pk).visibility == Visibility.DIRECTORY
    edit(Wish(**SAID, shows=["name"], certificates=[]), agreed=True, by=bjorn, at=NOW)
    assert Certificate.objects.get(pk=lapsed.pk).visibility == Visibility.LINK


@pytest.mark.parametrize("deed", [leave, switch_off_letters])
def test_nobody_does_it_for_another(entry, deed):
    with pytest.raises(Refused):
        deed(entry, by=person("eve"), at=NOW)

    assert seen() == ["Björn Þórsson"]


# --- The page ---------------------------------------------------------------------------------
def test_the_page_says_where_one_stands(client, bjorn, entry):
    page = signed_in(client, bjorn).get(MINE).content.decode()

    assert "In the directory" in page
    assert "What you agreed to on 1 October 2026" in page
    assert page.count(" checked") == len(Field) + 1  # every switch and the certificate


def test_a_suspended_certificate_is_not_offered(client, bjorn, entry):
    happened(Certificate.objects.get(), Kind.SUSPENDED, at=NOW)

    page = signed_in(client, bjorn).get(MINE).content.decode()

    assert "The directory names people with a valid certificate" in page


def test_preview_shows_what_the_public_sees(client, bjorn):
    entry = listed(bjorn, shows=["name", "letters"])

    preview = signed_in(client, bjorn).get(f"{MINE}preview/").content.decode()

    assert "So everybody sees your entry now." in preview
    assert SAID["about"] not in preview
    assert reverse("directory:write", args=[entry.public_id]) not in preview


def test_the_wallet_leads_to_the_entry(client, bjorn, held):
    assert MINE in signed_in(client, bjorn).get(reverse("certificates:wallet")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_many(client, bjorn, count, django_assert_num_queries):
    listed(bjorn)
    for slug in ("current-concepts", "2021-recognition")[: count - 1]:
        certificate(bjorn, slug=slug)
    client = signed_in(client, bjorn)

    with django_assert_num_queries(8):
        client.get(MINE)
