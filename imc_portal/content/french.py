"""The body's words in Canadian French: letters, pages, and the facts that are words.

What is not there stays English, and is marked as English where it is shown.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format

from certificates.dates import body_day
from imc_portal.content.notices import TODAY, Words
from imc_portal.content.reader import Folder
from imc_portal.content.store import longest
from notices.models import BodyFact, LetterText
from notices.texts import placeholders

LANGUAGE = "fr-ca"
LETTERS, FACTS = "fr/emails_fr.csv", "fr/placeholders_fr.csv"
PAGES = "fr/pages_fr.md"


def letters(folder: Folder, words: Words) -> list[LetterText]:
    """A French text for each English letter that has one."""
    english = {letter.kind: letter for letter in words.letters}
    found = []
    for row in folder.rows(LETTERS, "key", "subject", "body", key="key", optional=True):
        source = english.get(row.text("key"))
        if source is None:
            continue  # a letter of the portal that this body does not send
        for column in ("subject", "body"):
            for word in sorted(placeholders(row.text(column)).difference(words.known)):
                row.wrong(column, f"{{{word}}} is not listed in placeholders.csv")
        found.append(
            LetterText(
                kind=source.kind,
                language=LANGUAGE,
                trigger=source.trigger,
                audience=source.audience,
                subject=row.text("subject", longest(LetterText, "subject")),
                body=row.text("body"),
            )
        )
    return found


def facts(folder: Folder, words: Words, at: datetime) -> Sequence[BodyFact]:
    """Facts that are words have a row of their own in French; names and numbers need none."""
    english = {fact.key: fact for fact in words.facts}
    with translation.override(LANGUAGE):
        said = dict.fromkeys(TODAY, date_format(body_day(at), "j F Y"))
    for row in folder.rows(FACTS, "key", "value", key="key", optional=True):
        said[row.known("key", english, "fact")] = row.text("value")
    return [
        BodyFact(
            key=english[key].french_key,
            meaning=f"{english[key].meaning} (in French; change both together)"[:200],
            value=value,
        )
        for key, value in said.items()
        if key in english
    ]
