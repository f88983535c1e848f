"""The words of our letters, and the facts about the body that fill them in.

Both are the staff's to edit afterwards: they are added where they are missing and never changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format

from certificates.dates import body_day
from imc_portal.content.reader import Folder, Row
from imc_portal.content.store import Report, add_missing, longest
from notices.models import BodyFact, LetterText
from notices.texts import placeholders

# Words in curly brackets that say something about the body; every other one belongs to a letter.
FACTS = (
    "ack_days",
    "admin_name",
    "appeal_answer_days",
    "appeal_window_days",
    "complaints_email",
    "fees_url",
    "grace_days",
    "hosting_region",
    "iso_status",
    "iso_status_date",
    "issuer_name",
    "issuer_short",
    "kept_records",
    "link_hours",
    "policy_date",
    "privacy_email",
    "privacy_officer",
    "recognition_status",
    "retention_account",
    "retention_assessment",
    "retention_audit",
    "retention_certificate",
    "retention_portfolio",
    "retention_security",
    "scholarship_status",
    "sender_name",
)
# Examples that would be wrong as they stand. The dates of the examples lie in the future: what
# was loaded today was last looked at today.
ISSUER = "International Mentoring Community"
TODAY = ("iso_status_date", "policy_date")
# Facts that no text asks for, but every certificate does: empty until the body has named them.
SIGNATORIES = {
    "signatory_1_name": "Who signs certificates as Director of Certification",
    "signatory_2_name": "Who signs certificates as Director of Education and Outreach",
}


@dataclass(slots=True)
class Words:
    facts: list[BodyFact]
    letters: list[LetterText]
    known: Collection[str]  # every placeholder that a text may use


def read(folder: Folder, at: datetime) -> Words:
    rows = {
        row.text("key"): row
        for row in folder.rows("placeholders.csv", "key", "meaning", "example", key="key")
    }
    return Words(_facts(folder, rows, at), _letters(folder, rows.keys()), rows.keys())


def _facts(folder: Folder, rows: Mapping[str, Row], at: datetime) -> list[BodyFact]:
    facts = [BodyFact(key=key, meaning=meaning, value="") for key, meaning in SIGNATORIES.items()]
    for key in FACTS:
        row = rows.get(key)
        if row is None:
            folder.wrong("placeholders.csv", 0, "key", f"there is no row for “{key}”")
            continue
        value = row.text("example")
        if key == "issuer_name":
            value = ISSUER
        elif key in TODAY:
            value = date_format(body_day(at), "j F Y")
        meaning = row.text("meaning", longest(BodyFact, "meaning"))
        facts.append(BodyFact(key=key, meaning=meaning, value=value))
    return facts


def _letters(folder: Folder, known: Collection[str]) -> list[LetterText]:
    """The shipped letters, and those the portal needs beside them."""
    columns = ("key", "trigger", "audience", "subject", "body")
    rows = [
        *folder.rows("emails.csv", *columns, key="key"),
        *folder.rows("emails_portal.csv", *columns, key="key", optional=True),
    ]
    first: dict[str, str] = {}
    letters = []
    for row in rows:
        key = row.slug("key")
        if first.setdefault(key, row.file) != row.file:
            row.wrong("key", f"“{key}” stands in {first[key]} already")
        for column in ("subject", "body"):
            for word in sorted(placeholders(row.text(column)).difference(known)):
                row.wrong(column, f"{{{word}}} is not listed in placeholders.csv")
        letters.append(
            LetterText(
                kind=key,
                language="en",
                **{
                    name: row.text(name, longest(LetterText, name))
                    for name in ("trigger", "audience", "subject", "body")
                },
            )
        )
    return letters


def write(words: Words, report: Report) -> None:
    add_missing(words.facts, lambda fact: fact.key, report)
    add_missing(words.letters, lambda letter: (letter.kind, letter.language), report)
