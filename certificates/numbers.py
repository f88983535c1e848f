"""Certificate numbers that people can read out: IMC-2026-7F3K-Q9.

Crockford's signs (no I, L, O, U) without the Z: 31 of them, a prime number, so that the last sign
notices every single slip of the pen and every swap of neighbours without asking the database.
"""

import re
import secrets
from datetime import date

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
PERSON, PROGRAMME = "IMC", "AWD"  # what numbers of certificates, and of awards, begin with
NUMBER = re.compile(r"^[A-Z]{3}-(\d{4})-([0-9A-Z]{4})-([0-9A-Z])([0-9A-Z])$")


def check_sign(year: int, signs: str) -> str:
    """The sum of places times values, modulo 31: any one slip or swap of neighbours changes it."""
    digits = [int(d) for d in f"{year:04}"] + [SIGNS.index(s) for s in signs]
    return SIGNS[sum((place + 1) * value for place, value in enumerate(digits)) % 31]


def new_number(on: date, prefix: str = PERSON) -> str:
    """A random number; the database's unique column decides whether it is free."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(5))
    return f"{prefix}-{on.year}-{signs[:4]}-{signs[4]}{check_sign(on.year, signs)}"


def tidy(text: str, prefix: str = PERSON) -> str:
    """What somebody typed, as a number: case, spaces, and O, I, L for 0, 1, 1 are forgiven.

    Returns "" for what cannot be a number.
    """
    letters = re.sub(r"[\s\-–—_.]+", "", text).upper()
    letters = letters.removeprefix(prefix).translate(str.maketrans("OIL", "011"))
    number = f"{prefix}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
    match = NUMBER.match(number)
    if not match or any(s not in SIGNS for s in letters[4:]):
        return ""
    year, four, fifth, check = match.groups()
    return number if check_sign(int(year), four + fifth) == check else ""
