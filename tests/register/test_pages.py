"""The body's pages: all of them, the home page, and the live catalogue."""

import re
from html import unescape

import pytest
from django.urls import reverse

from certificates.models import Tier
from notices.models import BodyFact
from register.models import Page
from register.pages import LIVE, address

pytestmark = pytest.mark.django_db

TEXTS = [
    "how-it-works", "self-assessment-help", "portfolio-help", "meeting-help", "certificates", "faq",
    "education-and-scholarships", "programme-award", "privacy", "conduct",
]  # fmt: skip


def get(client, slug: str, **query) -> str:
    response = client.get(reverse("register:page", args=[slug]), query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_every_page_is_text_or_leads_to_the_real_one():
    assert set(Page.objects.values_list("slug", flat=True)) == {*TEXTS, *LIVE}


@pytest.mark.parametrize("slug", TEXTS)
def test_page_shows_its_words_without_signing_in(client, slug):
    page = Page.objects.get(slug=slug, language="en")

    shown = get(client, slug)

    assert f"<h1>{page.title}</h1>" in shown
    assert "{" not in shown.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("slug", "url"),
    [
        ("home", "/"),
        ("directory", "/directory/"),
        ("check-a-certificate", "/check/"),
        ("contact", "/contact/"),
    ],
)
def test_live_page_leads_to_the_real_one(client, slug, url):
    response = client.get(reverse("register:page", args=[slug]))

    assert (response.status_code, response["Location"]) == (302, url)


def test_every_button_of_the_pages_leads_somewhere():
    labels = {
        label
        for page in Page.objects.all()
        for label in re.findall(r"\*\*\[([^\]]+)\]\*\*", page.body)
    }

    assert labels
    assert [label for label in sorted(labels) if not address(label)] == []


def test_conduct_page_leads_to_the_complaint(client):
    assert f'href="{reverse("appeals:complain")}">Make a complaint</a>' in get(client, "conduct")


def test_unknown_page_is_not_there(client):
    assert client.get(reverse("register:page", args=["nonsense"])).status_code == 404


def test_facts_of_the_body_fill_the_pages(client):
    BodyFact.objects.filter(key="iso_status").update(value="Nothing was granted.")

    assert "Where it stands now: Nothing was granted." in get(client, "faq")


def test_word_that_nobody_fills_in_does_not_break_a_page(client):
    Page.objects.filter(slug="conduct").update(body="Ask {somebody}.")

    assert "<p>Ask {somebody}.</p>" in get(client, "conduct")


def test_iso_is_told_plainly(client):
    shown = get(client, "faq")

    assert "<b>No.</b> Our certificates are not ISO certificates." in shown


def test_long_page_has_its_contents_in_the_margin(client):
    shown = get(client, "faq")

    assert '<a href="#what-does-it-cost">What does it cost?</a>' in shown
    assert '<h2 id="what-does-it-cost">What does it cost?</h2>' in shown


def test_short_page_has_no_contents(client):
    assert 'class="with-margin"' not in get(client, "self-assessment-help")


def test_page_in_the_readers_language_comes_first(client):
    Page.objects.filter(slug="privacy", language="fr-ca").update(title="Vie privée")
    Page.objects.filter(slug="faq", language="fr-ca").delete()

    assert Page.objects.for_reader("fr-ca").filter(slug="privacy").first().title == "Vie privée"
    assert Page.objects.for_reader("en").filter(slug="privacy").first().title == "Privacy notice"
    assert Page.objects.for_reader("fr-ca").get(slug="faq").language == "en"
    assert Page.objects.for_reader(None).filter(slug="privacy").count() == 1


def test_page_without_french_is_shown_in_english_and_marked(client):
    Page.objects.filter(slug="conduct", language="fr-ca").delete()

    shown = unescape(
        client.get("/about/conduct/", headers={"accept-language": "fr"}).content.decode()
    )

    assert '<article class="prose" lang="en">' in shown
    assert '<h1 lang="en">Conduct, complaints and appeals</h1>' in shown
    assert '<html lang="fr-ca"' in shown


def test_page_of_a_french_reader_is_french(client):
    shown = unescape(
        client.get("/about/conduct/", headers={"accept-language": "fr"}).content.decode()
    )

    assert "<h1>Conduite, plaintes et appels</h1>" in shown
    assert '<article class="prose">' in shown


def test_missing_page_is_not_there(client):
    Page.objects.filter(slug="faq").delete()

    assert client.get(reverse("register:page", args=["faq"])).status_code == 404


# --- The certificates -------------------------------------------------------------------------
def begins(shown: str) -> list[str]:
    return [part.split("/")[0] for part in shown.split("/cases/begin/")[1:]]


def test_catalogue_offers_the_current_names_first(client):
    shown = get(client, "certificates")

    assert begins(shown) == [
        "2021-recognition", "current-concepts", "current-practice", "current-journey"
    ]  # fmt: skip
    assert "2021 name: Certificate of Competence (Mentor)." in shown


def test_catalogue_offers_the_2021_names(client):
    shown = get(client, "certificates", names="2021")

    assert begins(shown) == [
        "2021-recognition", "2021-concepts", "2021-practice", "2021-journey"
    ]  # fmt: skip
    assert "72 concepts, 5 practices" in shown
    assert "Current name: Certificate of Practice - Mentor." in shown


def test_catalogue_says_what_each_certificate_asks(client):
    shown = get(client, "certificates")

    for counts in ("30 concepts, 3 practices", "72 concepts</dd>", "72 concepts, 72 practices",
                   "40 concepts, 40 practices"):  # fmt: skip
        assert shown.count(counts) == 1


def test_catalogue_leaves_out_what_is_not_offered(client):
    Tier.objects.filter(slug="2021-recognition").update(offered=False)

    shown = get(client, "certificates")

    assert begins(shown) == ["current-concepts", "current-practice", "current-journey"]
    assert "that it is open: not open at present." in shown


def test_recognition_is_said_to_be_open_while_it_is_offered(client):
    assert "that it is open: it is open now." in get(client, "certificates")


# --- Home -------------------------------------------------------------------------------------
def test_home_of_a_visitor_is_the_front_page(client):
    shown = unescape(client.get("/").content.decode())

    assert "<h1>Your mentoring, confirmed</h1>" in shown
    assert shown.count("<h3>") == 3
    assert "<h3>Rate yourself</h3>" in shown
    assert "<li>People who lead teams and want to mentor well at work</li>" in shown
    assert "Mentoring programmes can be assessed too" in shown
    assert 'action="/check/"' in shown
    assert 'href="/about/programme-award/"' in shown


def test_home_follows_the_words_of_the_staff(client):
    Page.objects.filter(slug="home").update(
        title="Hello", body="Lead.\n\n### Do\n1. Begin\n\n### Who\n- **You.** All of you\n- Me"
    )

    shown = unescape(client.get("/").content.decode())

    assert "<h1>Hello</h1>" in shown
    assert "<p>Begin</p>" in shown
    assert "<li><b>You.</b> All of you</li>" in shown


def test_home_never_begins_with_a_page_that_is_missing(client):
    Page.objects.filter(slug="home").delete()

    assert client.get("/").status_code == 404
