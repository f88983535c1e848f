"""The French of the interface: complete, current, compiled, and set as French is set."""

import csv
import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from imc_portal.content import french, register
from imc_portal.content.reader import Folder
from notices.models import LetterText
from notices.texts import placeholders
from tools import messages

FIXTURES = settings.BASE_DIR / "fixtures"
NARROW = "\u202f"
PLACEHOLDER = re.compile(r"%%|%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]+\}")
CODE = re.compile(r"<[^>]*>|https?://|%\([a-z_]+\)[sd]|\{[a-z_]+\}|\*\*")
WORDS = messages.known()


def wordings(entry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def key(entry) -> tuple:
    return entry.msgctxt, entry.msgid, entry.msgid_plural or ""


def typing_errors(text: str) -> list[str]:
    """What French typography forbids: LOOK.md's U+202F, guillemets, and the real apostrophe."""
    bare = CODE.sub("", text)
    return [
        *re.findall(r".{0,12}[^\s\d\u202f]?[ \u00a0][;:!?»]", bare),
        *re.findall(r"\w{0,12}[\w)»][;!?](?=\s|$)", bare),
        *re.findall(r"\w{0,12}[\w)»]:(?=\s|$)", bare),
        *re.findall(r"«(?!\u202f).{0,12}", bare),
        *re.findall(r".{0,12}(?<!\u202f)»", bare),
        *re.findall(r".{0,12}[\"“”].{0,12}", bare),
        *re.findall(r"\w+'\w*", bare),
    ]


# --- The interface ----------------------------------------------------------------------------
def test_compiled_file_is_what_the_words_say():
    assert messages.MO.read_bytes() == messages.compiled()


def test_every_message_has_its_french():
    assert [key(entry) for entry in WORDS if not all(wordings(entry))] == []


def test_no_message_is_a_guess_or_left_over():
    assert [key(entry) for entry in WORDS.fuzzy_entries()] == []
    assert [key(entry) for entry in WORDS.obsolete_entries()] == []


def test_placeholders_are_the_same():
    wrong = []
    for entry in WORDS:
        asked = {frozenset(PLACEHOLDER.findall(t)) for t in (entry.msgid, entry.msgid_plural) if t}
        wrong += [key(entry) for text in wordings(entry) if _found(text) not in asked]

    assert wrong == []


def _found(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


def test_markup_is_the_same():
    """Tags may gain or lose a lang, for names that stay English or not; nothing else."""
    tag = re.compile(r"</?[a-z]+(?: [^>]*)?>")

    def tags(text):
        return sorted(found.replace(' lang="en"', "") for found in tag.findall(text))

    wrong = [
        key(entry) for entry in WORDS for text in wordings(entry) if tags(text) != tags(entry.msgid)
    ]

    assert wrong == []


def test_messages_are_set_as_french_is_set():
    wrong = [error for entry in WORDS for text in wordings(entry) for error in typing_errors(text)]

    assert wrong == []


def test_spaces_at_the_ends_are_the_same():
    wrong = [
        key(entry)
        for entry in WORDS
        for text in wordings(entry)
        if (text[:1].isspace(), text[-1:].isspace())
        != (entry.msgid[:1].isspace(), entry.msgid[-1:].isspace())
    ]

    assert wrong == []


def test_every_message_of_the_code_is_known():
    if not messages.can_extract():
        pytest.skip("GNU gettext is not on this machine; it is needed for nothing else")

    marked = {key(entry) for entry in messages.extracted()}

    assert marked - {key(entry) for entry in WORDS} == set()


@pytest.mark.parametrize("text", ["Oui ?", "Non!", "« a »", 'dit "oui"', "l'un", "un : deux"])
def test_wrong_typing_is_found(text):
    assert typing_errors(text) != []


def test_right_typing_is_left_alone():
    text = f"Oui{NARROW}? À 23 h 59{NARROW}: «{NARROW}l’un{NARROW}», https://x.example/?a=1"

    assert typing_errors(text) == []


def test_words_come_in_the_language_of_the_reader():
    with translation.override("fr-ca"):
        assert gettext("Home") == "Accueil"
        assert ngettext("%(n)s concept", "%(n)s concepts", 0) == "%(n)s concept"
    with translation.override("en"):
        assert gettext("Home") == "Home"


# --- Letters and pages ------------------------------------------------------------------------
def rows(file: str) -> dict[str, dict[str, str]]:
    with (FIXTURES / file).open(encoding="utf-8", newline="") as table:
        return {row["key"]: row for row in csv.DictReader(table)}


ENGLISH = rows("emails.csv") | rows("emails_portal.csv")
FRENCH = rows(french.LETTERS)


def test_every_letter_is_there_in_french():
    assert list(FRENCH) == list(ENGLISH)


@pytest.mark.parametrize("column", ["subject", "body"])
def test_letters_ask_for_the_same_words(column):
    wrong = [
        kind
        for kind, row in FRENCH.items()
        if placeholders(row[column]) != placeholders(ENGLISH[kind][column])
    ]

    assert wrong == []


def test_letters_are_set_as_french_is_set():
    texts = [row[column] for row in FRENCH.values() for column in ("subject", "body")]

    assert [error for text in texts for error in typing_errors(text)] == []


def pages(file: str) -> dict[str, tuple[str, str, str]]:
    folder = Folder(FIXTURES)
    known = rows("placeholders.csv")
    found = register.read(folder, known, file, "fr-ca" if file == french.PAGES else "en")
    assert folder.problems == []
    return {page.slug: (page.title, page.description, page.body) for page in found}


def test_every_page_is_there_in_french_and_asks_for_the_same_words():
    english, said = pages(register.FILE), pages(french.PAGES)

    assert list(said) == list(english)
    assert [s for s in said if placeholders(said[s][2]) != placeholders(english[s][2])] == []


def test_pages_are_built_like_the_english_ones():
    def shape(text: str) -> list[str]:
        mark = re.compile(r"^(#+|[-|]|\d+\.)?")
        return [mark.match(line)[0] for line in text.splitlines() if line.strip()]

    english, said = pages(register.FILE), pages(french.PAGES)

    assert [slug for slug in said if shape(said[slug][2]) != shape(english[slug][2])] == []


def test_pages_are_set_as_french_is_set():
    texts = [text for page in pages(french.PAGES).values() for text in page]

    assert [error for text in texts for error in typing_errors(text)] == []


@pytest.mark.django_db
def test_letters_and_pages_are_loaded_in_both_languages():
    counts = LetterText.objects.values_list("language", "kind")

    assert {kind for language, kind in counts if language == "fr-ca"} == set(ENGLISH)
