"""What a letter looks like, and that nothing can be smuggled into one."""

import csv
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html import unescape

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from notices.letters import BUILDERS, Attachment, Letter
from notices.models import BodyFact, LetterText, Message
from notices.services import blocks, compose, post
from notices.texts import UnknownPlaceholder, fill, placeholders
from tests.make import NOON

pytestmark = pytest.mark.django_db


def rows(name):
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


KINDS = [row["key"] for row in [*rows("emails.csv"), *rows("emails_portal.csv")]]
EXAMPLES = {row["key"]: row["example"] for row in rows("placeholders.csv")}


@pytest.fixture
def compose_wave(wave, ada):
    def compose_it(letter=None, subject="Hello from {place}", body="Hello {first_name}", to=ada):
        LetterText.objects.filter(kind="wave", language="en").update(subject=subject, body=body)
        if letter:
            BUILDERS["wave"] = lambda _message: letter
        post("wave", to=to, key="wave:1", not_before=NOON)
        return compose(Message.objects.get())

    return compose_it


def html_of(envelope):
    [(html, kind)] = envelope.alternatives
    assert kind == "text/html"
    return html


def words(html):
    """What a reader sees of the letter's body."""
    body = re.search(r"(?s)<body>(.*)</body>", html)[1]
    body = re.sub(r"</?a\b[^>]*>", "", body)  # stands within a line
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_letter_reads_well_in_both_parts(kind, ada, monkeypatch):
    monkeypatch.setitem(BUILDERS, kind, lambda _message: Letter(EXAMPLES, whose_turn="Yours"))
    post(kind, to=ada, key="k", not_before=NOON)

    envelope = compose(Message.objects.get())

    html = html_of(envelope)
    assert placeholders(envelope.subject + envelope.body + html) == set()
    assert envelope.subject == " ".join(envelope.subject.split())
    assert envelope.body.startswith(f"{envelope.subject}\n\n")
    assert envelope.body.count("Whose turn: Yours") == 1
    seen = words(html)
    told = [line for line in envelope.body.split("\n--\n")[0].split("\n") if line.strip()]
    for line in told[1:]:
        text = (
            line.removeprefix("- ").rstrip(":") if line.endswith(":") else line.removeprefix("- ")
        )
        assert re.sub(r"\s+", " ", text).replace("Whose turn: ", "Whose turn ") in seen, line
    for address in set(re.findall(r"https://portal\.example\S*[\w]", envelope.body)):
        assert f'href="{address}"' in html


@pytest.mark.parametrize("language", ["en", "fr-ca"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_letter_has_at_most_one_button_and_it_says_what_it_does(kind, language):
    text = LetterText.objects.get(kind=kind, language=language)

    found = blocks(text.body, {**EXAMPLES, "first_name": "Ada"})

    buttons = [block for block in found if block["kind"] == "button"]
    assert len(buttons) <= 1
    for button in buttons:
        assert button["url"].startswith("https://portal.example/")
        assert re.fullmatch(r"[^:]{3,60}", button["text"]), button["text"]


def test_the_line_before_an_address_of_its_own_names_the_button():
    body = "Somebody asked. If it was you, choose here:\n\n{a_url}\n\nIt works for a day."

    assert blocks(body, {"a_url": "https://x/"}) == [
        {"kind": "p", "text": "Somebody asked."},
        {"kind": "button", "text": "If it was you, choose here", "url": "https://x/"},
        {"kind": "p", "text": "It works for a day."},
    ]


def test_the_first_address_of_a_paragraph_is_a_button_and_plain_beneath(compose_wave):
    letter = Letter({"plan_url": "https://portal.example/plan?a=1&b=2"})

    envelope = compose_wave(letter, "Hi", "All is ready. Open your plan: {plan_url}")

    html = html_of(envelope)
    address = "https://portal.example/plan?a=1&amp;b=2"
    assert html.count(f'<a href="{address}">Open your plan</a>') == 1
    assert html.count(f'<p class="raw">{address}</p>') == 1
    assert "Open your plan:\nhttps://portal.example/plan?a=1&b=2\n" in envelope.body


def test_lists_stay_lists(compose_wave):
    envelope = compose_wave(Letter({"steps": "- one\n- two"}), "Hi", "Still open:\n{steps}")

    assert re.findall(r"<li>(.*?)</li>", html_of(envelope)) == ["one", "two"]
    assert "Still open:\n" in envelope.body
    assert "- one\n- two\n" in envelope.body


def test_the_html_part_escapes_what_people_typed(compose_wave, ada):
    ada.called = "<script>alert(1)</script>"
    ada.save()

    envelope = compose_wave(
        Letter({"place": "<img src=x onerror=alert(1)>"}, whose_turn="<b>", by_when="<i>")
    )

    html = html_of(envelope)
    assert re.findall(r"<script|<img|<b>|<i>", html) == []
    assert "Hello <script>alert(1)</script>" in envelope.body


def test_placeholders_in_what_people_typed_are_not_filled_in(compose_wave):
    envelope = compose_wave(Letter({"place": "{issuer_name} {{ x }} {% now 'Y' %}"}))

    assert envelope.subject == "Hello from {issuer_name} {{ x }} {% now 'Y' %}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_no_header_can_be_smuggled_into_a_letter(compose_wave, end):
    envelope = compose_wave(Letter({"place": f"x{end}Bcc: eve@example.org{end}{end}Hello"}))

    read = message_from_bytes(envelope.message().as_bytes(), policy=default)
    assert read["Bcc"] is None
    assert read["Subject"] == "Hello from x Bcc: eve@example.org Hello"
    assert envelope.recipients() == ["ada@example.org"]


def test_a_letter_to_somebody_without_an_account(wave):
    wave["first_name"] = "Friend"
    post("wave", address="friend@example.org", key="wave:1", not_before=NOON)

    envelope = compose(Message.objects.get())

    assert envelope.to == ["friend@example.org"]
    assert "Hello Friend" in envelope.body


def test_attachments_go_with_the_letter(compose_wave):
    attached = Attachment("invite.ics", b"BEGIN:VCALENDAR", "text/calendar")

    envelope = compose_wave(Letter({"place": "here"}, attachments=[attached]))

    assert [(a.filename, a.mimetype) for a in envelope.attachments] == [
        ("invite.ics", "text/calendar")
    ]


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Kathmandu", "17:45"), ("America/St_Johns", "09:30")]
)
def test_times_are_the_readers_own(compose_wave, ada, zone, hour, monkeypatch):
    ada.time_zone = zone
    ada.save()
    noon = datetime(2026, 9, 1, 12, tzinfo=UTC)
    compose_wave()
    monkeypatch.setitem(
        BUILDERS, "wave", lambda _m: Letter({"place": date_format(timezone.localtime(noon), "H:i")})
    )

    assert compose(Message.objects.get()).subject == f"Hello from {hour}"


def test_a_text_in_the_persons_language_goes_before_english(compose_wave, ada):
    ada.language = "fr-ca"
    ada.save()
    LetterText.objects.create(kind="wave", language="fr-ca", subject="Bonjour", body="Salut")

    assert compose_wave(to=ada).subject == "Bonjour"


def test_a_letter_without_words_is_not_sent_empty(compose_wave):
    compose_wave()
    LetterText.objects.filter(kind="wave").delete()

    with pytest.raises(LookupError, match="no words for the letter wave"):
        compose(Message.objects.get())


def test_facts_about_the_body_fill_themselves_in(compose_wave):
    envelope = compose_wave(subject="{issuer_short}")

    assert envelope.subject == BodyFact.objects.get(key="issuer_short").value


def test_only_listed_placeholders_are_filled():
    assert fill("{a} {{a}} {A} {a.b} {}", {"a": "1"}) == "1 {1} {A} {a.b} {}"
    with pytest.raises(UnknownPlaceholder):
        fill("{b}", {"a": "1"})
