"""Checking a certificate: every status, what is told and what is not, and to whom."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from certificates.models import Certificate, Visibility
from certificates.status import Kind, Status
from register.verdict import NAMELESS, verdict
from tests.make import NOON
from tests.register.conftest import certificate, happened

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=30)
NAME = "Björn Þórsson"


@pytest.fixture(autouse=True)
def today():
    """1 October 2026, noon in UTC: a month after the award."""
    with time_machine.travel(LATER, tick=False):
        yield


def page(client, issued: Certificate, **query):
    return client.get(reverse("register:certificate", args=[issued.public_id]), query)


def data(client, issued: Certificate, **query):
    return client.get(reverse("register:certificate_data", args=[issued.public_id]), query)


def told(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


BEFORE = datetime(2024, 9, 1, 12, tzinfo=UTC)
AWARDED = {
    "valid": {},
    "no_end": {"slug": "current-concepts"},
    "not_yet": {"at": LATER + timedelta(days=3)},
    "lapsed": {"at": BEFORE},
    "renewed": {"at": BEFORE},
}


def in_status(holder, status: str, visibility: str = Visibility.LINK) -> Certificate:
    """A certificate that has come to this status by 1 October 2026."""
    issued = certificate(holder, **AWARDED.get(status, {}), visibility=visibility)
    if status == "renewed":
        certificate(holder, at=BEFORE + timedelta(days=700), renews=issued)
    elif status == "on_hold":
        mentor = issued
        issued = certificate(holder, slug="current-journey", visibility=visibility)
        happened(mentor, Kind.SUSPENDED, at=NOON + timedelta(days=9))
    elif status not in AWARDED:
        happened(issued, Kind(status), at=NOON + timedelta(days=9))
    issued.refresh_from_db()
    return issued


ALL = [status.value for status in Status]


@pytest.mark.parametrize(
    ("status", "heading", "sentence", "shape"),
    [
        ("valid", "is valid", "Checked on 1 October 2026 at 12:00 UTC, in our own records.", ""),
        ("no_end", "is valid", "Checked on 1 October 2026 at 12:00 UTC, in our own records.", ""),
        ("not_yet", "is not valid yet", "It begins on 4 October 2026.", " is-late"),
        ("lapsed", "has lapsed", "It was not renewed by 1 September 2026.", " is-late"),
        ("suspended", "is suspended", "It was suspended on 10 September 2026.", " is-stop"),
        ("withdrawn", "was withdrawn",
         "It has not been valid since 10 September 2026.",
         " is-stop"),
        ("surrendered", "was given back",
         "Its holder gave it back on 10 September 2026.",
         " is-off"),
        ("reduced", "was replaced by one with a smaller scope",
         "Since 10 September 2026 another certificate, which covers less, stands in its place.",
         " is-off"),
        ("on_hold", "is on hold",
         "The certificate on which it rests has not been in force since 10 September 2026.",
         " is-stop"),
        ("replaced", "was replaced",
         "A corrected certificate took its place on 10 September 2026.", " is-off"),
        ("renewed", "was renewed",
         "It ended on 1 September 2026, and a newer certificate follows it.", " is-off"),
    ],
)  # fmt: skip
def test_every_status_has_its_verdict(client, bjorn, status, heading, sentence, shape):
    shown = told(page(client, in_status(bjorn, status)))

    assert f"<h1>This certificate {heading}</h1>" in shown
    assert sentence in shown
    assert f'<article class="verdict{shape}">' in shown


@pytest.mark.parametrize("status", ALL)
def test_name_is_told_only_where_the_certificate_proves_something(client, bjorn, status):
    issued = in_status(bjorn, status)

    told_here = NAME in told(page(client, issued))
    told_there = NAME in json.loads(told(data(client, issued))).values()

    expected = status not in {str(nameless) for nameless in NAMELESS}
    assert (told_here, told_there) == (expected, expected)


@pytest.mark.parametrize("status", ALL)
def test_nothing_beyond_the_agreed_facts_is_told(client, bjorn, status):
    issued = in_status(bjorn, status)

    shown = told(page(client, issued)) + told(data(client, issued))

    for secret in (bjorn.email, bjorn.city, bjorn.country, "Their secret reason"):
        assert secret not in shown


def test_valid_certificate_shows_the_agreed_facts(client, bjorn):
    issued = certificate(bjorn)

    shown = " ".join(told(page(client, issued)).split())

    assert "Certificate of Practice - Mentor" in shown
    assert "Certificate of Competence (Mentor)" in shown
    assert "72 concepts and 72 practices, Mentor profile, edition 2026.1" in shown
    assert issued.number in shown
    assert "1 September 2026 to 1 September 2028, end of day in Toronto time" in shown
    assert "<dd>International Mentoring Community</dd>" in shown
    assert "<dd>WELLth Movement</dd>" in shown


def test_certificate_without_end_says_so(client, bjorn):
    shown = told(page(client, in_status(bjorn, "no_end")))

    assert "From 1 September 2026 on. It does not expire." in shown


def test_certificate_of_a_sample_edition_says_so(client, bjorn):
    assert "are a sample and await the approval of the issuing body." in told(
        page(client, certificate(bjorn))
    )


def test_page_never_suggests_iso_recognition(client, bjorn):
    shown = told(page(client, certificate(bjorn)))

    assert "It is not an ISO certificate, and ISO does not endorse it." in shown


def test_french_words_are_marked_as_french(client, bjorn):
    bjorn.language = "fr-ca"
    bjorn.save()

    shown = told(page(client, certificate(bjorn)))

    assert '<dd lang="fr-ca">' in shown
    assert "Certificat de pratique - Mentor" in shown


def test_renewed_certificate_leads_to_its_successor(client, bjorn):
    old = in_status(bjorn, "renewed")
    new = old.renewed_by

    assert f"/c/{new.public_id}/" in told(page(client, old))


def test_renewed_certificate_keeps_a_private_successor_to_itself(client, bjorn):
    old = in_status(bjorn, "renewed")
    new = old.renewed_by
    Certificate.objects.filter(pk=new.pk).update(visibility=Visibility.PRIVATE)

    shown = told(page(client, old))

    assert new.public_id not in shown
    assert new.number not in shown


# --- A day in the past ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "heading", "sentence"),
    [
        ("2026-08-31", "was not valid on 31 August 2026", "it stood at: Not yet valid."),
        ("2026-09-01", "was valid on 1 September 2026", "it stood at: Valid."),
        ("2026-09-09", "was valid on 9 September 2026", "it stood at: Valid."),
        ("2026-09-10", "was not valid on 10 September 2026", "it stood at: Suspended."),
        ("2026-09-14", "was not valid on 14 September 2026", "it stood at: Suspended."),
        ("2026-09-15", "was valid on 15 September 2026", "it stood at: Valid."),
    ],
)
def test_past_day_is_answered(client, bjorn, day, heading, sentence):
    issued = certificate(bjorn)
    happened(issued, Kind.SUSPENDED, at=NOON + timedelta(days=9))
    happened(issued, Kind.REINSTATED, at=NOON + timedelta(days=14))

    shown = told(page(client, issued, on=day))

    assert f"<h1>This certificate {heading}</h1>" in shown
    assert sentence in shown


def test_past_day_of_a_withdrawn_certificate_names_nobody(client, bjorn):
    issued = in_status(bjorn, "withdrawn")

    shown = told(page(client, issued, on="2026-09-05"))

    assert "This certificate was valid on 5 September 2026" in shown
    assert "Status today" in shown
    assert NAME not in shown


@pytest.mark.parametrize("day", ["2026-10-01", "2027-01-01", "", "soon", "9999-12-31", "\0"])
def test_day_that_is_no_past_day_is_answered_for_today(client, bjorn, day):
    shown = told(page(client, certificate(bjorn), on=day))

    assert "<h1>This certificate is valid</h1>" in shown


def test_bad_day_is_said_beside_the_field(client, bjorn):
    assert "Enter a valid date." in told(page(client, certificate(bjorn), on="soon"))


# --- For machines -----------------------------------------------------------------------------
def test_data_say_the_same(client, bjorn):
    issued = certificate(bjorn)

    assert json.loads(told(data(client, issued, on="2026-09-05"))) == {
        "number": issued.number,
        "status": "valid",
        "valid": True,
        "since": None,
        "checked_at": "2026-10-01T12:00:00Z",
        "title": "Certificate of Practice - Mentor",
        "issuer": "International Mentoring Community",
        "sample": True,
        "meaning": "This certificate is valid",
        "note": "This is not an ISO certification, and ISO does not endorse it.",
        "renewal": None,
        "renewal_handed_in_on": None,
        "renewed_by": None,
        "replaced_by": None,
        "without": [],
        "on": "2026-09-05",
        "status_on": "valid",
        "valid_on": True,
        "holder": NAME,
        "also": "Certificate of Competence (Mentor)",
        "scope": "72 concepts and 72 practices, Mentor profile, edition 2026.1",
        "awarded_on": "2026-09-01",
        "valid_until": "2028-09-01",
        "administrator": "WELLth Movement",
    }


def test_data_of_a_withdrawn_certificate_are_few(client, bjorn):
    issued = in_status(bjorn, "withdrawn")

    found = json.loads(told(data(client, issued)))

    assert sorted(found) == [
        "checked_at", "issuer", "meaning", "note", "number", "renewal",
        "renewal_handed_in_on", "renewed_by", "replaced_by", "sample", "since",
        "status", "title", "valid",
    ]  # fmt: skip
    assert found["since"] == "2026-09-10"


def test_data_refuse_a_bad_day(client, bjorn):
    response = data(client, certificate(bjorn), on="soon")

    assert response.status_code == 400


# --- Private and unknown are one --------------------------------------------------------------
def test_private_and_unknown_are_the_same_page(client, bjorn):
    private = certificate(bjorn, visibility=Visibility.PRIVATE)

    hidden = page(client, private)
    missing = client.get(reverse("register:certificate", args=["A" * 22]))

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content
    assert dict(hidden.headers) == dict(missing.headers)


def test_private_and_unknown_are_the_same_data(client, bjorn):
    private = certificate(bjorn, visibility=Visibility.PRIVATE)

    hidden = data(client, private)
    missing = client.get(reverse("register:certificate_data", args=["A" * 22]))

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content


def test_private_and_unknown_are_the_same_answer_to_a_number(client, bjorn):
    private = certificate(bjorn, visibility=Visibility.PRIVATE)

    hidden = client.get("/check/", {"number": private.number})
    missing = client.get("/check/", {"number": "IMC-2026-0000-0A"})

    assert (hidden.status_code, missing.status_code) == (404, 404)
    swapped = hidden.content.replace(private.number.encode(), b"IMC-2026-0000-0A")
    assert swapped == missing.content


def test_private_holder_appears_nowhere_public(client, bjorn):
    private = certificate(bjorn, visibility=Visibility.PRIVATE)
    addresses = [
        "/", "/check/", f"/check/?number={private.number}", f"/check/?code={private.public_id}",
        f"/c/{private.public_id}/", f"/c/{private.public_id}.json", "/directory/",
        "/directory/?name=Bj%C3%B6rn", "/directory/?country=Iceland",
        "/about/certificates/", "/contact/",
    ]  # fmt: skip

    shown = [client.get(address).content.decode() for address in addresses]

    assert [address for address, text in zip(addresses, shown, strict=True) if NAME in text] == []


# --- By number --------------------------------------------------------------------------------
def spellings(issued: Certificate) -> list[str]:
    number = issued.number
    return [
        number,
        number.lower(),
        number.replace("-", " "),
        f"  {number.replace('-', '')} ",
        number.replace("0", "O").replace("1", "l"),
        number.removeprefix("IMC-"),
        issued.public_id,
        f" {issued.public_id} ",
        f"https://portal.example/c/{issued.public_id}/",
        f"/c/{issued.public_id}.json",
    ]


@pytest.mark.parametrize("spelling", range(10))
def test_number_is_found_however_it_is_typed(client, bjorn, spelling):
    issued = certificate(bjorn)

    response = client.get("/check/", {"number": spellings(issued)[spelling]})

    assert (response.status_code, response["Location"]) == (302, f"/c/{issued.public_id}/")


def test_code_is_asked_for_by_that_name_too(client, bjorn):
    issued = certificate(bjorn)

    assert client.get("/check/", {"code": issued.number}).status_code == 302


@pytest.mark.parametrize("typed", [None, "", "   "])
def test_nothing_typed_shows_the_form(client, typed):
    response = client.get("/check/", {} if typed is None else {"number": typed})

    assert response.status_code == 200
    assert "<h1>Check a certificate</h1>" in response.content.decode()


@pytest.mark.parametrize(
    "hostile",
    [
        "x", "\0", "' OR 1=1 --", "<script>alert(1)</script>", "%", "_" * 22, "IMC-2026", "🌳" * 30,
        "9" * 5000, "../../etc/passwd", "{{ 7 * 7 }}", "/c/", "/c//", "\u202eIMC", "IMC-２０２６",
    ],
)  # fmt: skip
def test_hostile_number_is_not_found(client, bjorn, hostile):
    certificate(bjorn)

    response = client.get("/check/", {"number": hostile})

    assert response.status_code == 404
    assert "We have no certificate with this code." in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_guessing_is_slowed_down(client, bjorn):
    issued = certificate(bjorn)
    for _ in range(30):
        assert client.get("/check/", {"number": "nonsense"}).status_code == 404

    assert client.get("/check/", {"number": "nonsense"}).status_code == 429
    assert page(client, issued).status_code == 200
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        assert client.get("/check/", {"number": issued.number}).status_code == 302


# --- Manners ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/c/{}/", "/c/{}.json", "/check/", "/check/?number=x", "/c/none/"]
)
def test_no_cookie_is_set(client, bjorn, path):
    issued = certificate(bjorn)

    response = client.get(path.format(issued.public_id))

    assert dict(response.cookies) == {}


def test_page_takes_one_query(client, bjorn, django_assert_num_queries):
    issued = certificate(bjorn)
    happened(issued, Kind.SUSPENDED, at=NOON + timedelta(days=1))
    happened(issued, Kind.REINSTATED, at=NOON + timedelta(days=2))

    with django_assert_num_queries(1):
        page(client, issued)


def test_unknown_code_takes_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/c/nonsense/")


def test_search_engines_keep_only_what_is_listed_and_valid(client, bjorn):
    linked = page(client, certificate(bjorn))
    listed = page(
        client, certificate(bjorn, slug="current-concepts", visibility=Visibility.DIRECTORY)
    )

    assert linked["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in told(linked)
    assert "X-Robots-Tag" not in listed.headers
    assert "noindex" not in told(listed)


def test_answer_is_never_kept_on_the_way(client, bjorn):
    assert page(client, certificate(bjorn))["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_check_page_is_read_only(client, bjorn, method):
    issued = certificate(bjorn)

    assert getattr(client, method)(f"/c/{issued.public_id}/").status_code == 405


def test_verdict_of_today_is_that_of_this_moment(bjorn):
    """A day is answered as of its end; today has not ended."""
    issued = certificate(bjorn)
    happened(issued, Kind.SUSPENDED, at=LATER + timedelta(hours=1))
    issued = Certificate.objects.get(pk=issued.pk)

    assert verdict(issued, at=LATER, on=LATER.date()).good


@pytest.mark.parametrize("control", ["\0", "\x07", "\x1b[2J", "\x7f", "\x85", "\u202e", "\ud800"])
@pytest.mark.parametrize("field", ["number", "code", "name", "paper", "on"])
def test_control_characters_find_nothing_and_break_nothing(client, bjorn, field, control):
    issued = certificate(bjorn)
    asked = {"number": issued.number, field: f"x{control}y"}
    asked = {key: value.encode("utf-8", "surrogatepass") for key, value in asked.items()}

    answer = client.get("/check/", asked)
    shown = client.get(f"/c/{issued.public_id}/", {"on": asked[field], "paper": asked[field]})
    data = client.get(f"/c/{issued.public_id}.json", {"on": asked[field]})

    assert answer.status_code in {302, 404}
    assert (shown.status_code, data.status_code) == (200, 400)
    assert control not in answer.content.decode()
