"""What a certificate says, kept word for word on the day it was awarded.

Everything that is printed comes from here. Profiles, names and settings may change later; a second
copy of a certificate is drawn from the same snapshot and is therefore the same certificate.
Plain data without imports from the portal: models, views and tasks may all use it.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Literal, NotRequired, TypedDict

Language = Literal["en", "fr-ca"]
# Four levels of people, and the three of programmes (app `awards`).
Level = Literal["recognition", "concepts", "practice", "journey", "bronze", "silver", "gold"]
Paper = Literal["a4", "letter"]


class Snapshot(TypedDict):
    language: Language
    holder: str
    title: str
    also: str  # the other scheme's name for the same certificate, or ""
    level: Level
    scope: str  # one sentence that follows the holder's name
    scope_detail: str
    number: str
    awarded_on: str  # ISO date
    valid_until: str | None  # ISO date; None: does not expire
    issuer: str
    administrator: str
    signatories: Sequence[Sequence[str]]  # (name, role) twice; a list of lists after JSON
    check_url: str
    sample: bool  # the edition awaits the body's approval
    without: NotRequired[Sequence[str]]  # codes that a smaller scope leaves out


def ending(snapshot: Snapshot, last: date | None) -> Snapshot:
    """The same words with another last day: a leave moves it (ADR 0032), and nothing else."""
    return {**snapshot, "valid_until": last.isoformat() if last else None}


def fingerprint(snapshot: Snapshot) -> str:
    """SHA-256 over one canonical spelling, so that storing it as JSON does not change it."""
    text = json.dumps(snapshot, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
