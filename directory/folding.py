"""How words are compared: small letters, no accents, one space between. Pure."""

import unicodedata

# Letters that are no letter with an accent to Unicode, but are typed as one.
ALIKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
SILENT = str.maketrans("", "", "'’‘ʻʼʹ`´")  # D’Amico is damico, Nukuʻalofa nukualofa


def fold(text: str) -> str:
    """“Þórsson,  Björn” is “thorsson bjorn”."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(SILENT))
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(ALIKE)
    return " ".join("".join(c if _is_word(c) else " " for c in bare).split())


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"


def apart(one: str, other: str) -> int:
    """How many slips of the finger lie between two words: a letter too many, too few or wrong, or
    two in the wrong order."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        now = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, row = row, now
    return row[-1]
