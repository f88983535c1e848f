"""Countries and languages by their codes, in the reader's language.

The names are those of the Unicode CLDR, as Chromium says them in English and Canadian French.
"""

import csv
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from directory.folding import fold

FOLDER = Path(__file__).parent


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return {row["code"]: row for row in csv.DictReader(rows)}


def _tongue() -> str:
    return "fr" if (get_language() or "en").startswith("fr") else "en"


@cache
def _choices(name: str, tongue: str) -> list[tuple[str, str]]:
    found = [(code, row[tongue]) for code, row in _table(name).items()]
    return sorted(found, key=lambda one: fold(one[1]))


def countries() -> list[tuple[str, str]]:
    return _choices("countries", _tongue())


def languages() -> list[tuple[str, str]]:
    return _choices("languages", _tongue())


def country_name(code: str) -> str:
    return _table("countries").get(code, {}).get(_tongue(), "")


def language_name(code: str) -> str:
    return _table("languages").get(code, {}).get(_tongue(), "")


def country_code(name: str) -> str:
    """The code of a country that somebody wrote in words, or nothing."""
    wanted = fold(name)
    rows = _table("countries").items()
    found = [code for code, row in rows if wanted in {fold(row["en"]), fold(row["fr"])}]
    return found[0] if found else ""
