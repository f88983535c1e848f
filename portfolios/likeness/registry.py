"""Texts that anybody can read: to quote them is no sign of copying from each other.

Apps say in their `public_texts.py` what they show in public.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from portfolios.likeness.records import Likeness


class PublicText(NamedTuple):
    """Without a name it belongs to everybody: to repeat it is not worth a hint."""

    source: Likeness.Source
    name: str
    text: str


Teller = Callable[[], Iterable[PublicText]]
TELLERS: list[Teller] = []


def public_texts(tell: Teller) -> Teller:
    """Register what yields the public texts of an app, as they are now."""
    TELLERS.append(tell)
    return tell


def all_public_texts() -> list[PublicText]:
    return [text for tell in TELLERS for text in tell() if text.text]
