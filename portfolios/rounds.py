"""What changed in an entry between two rounds: word by word, in a time that is bounded."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from frameworks.differences import GONE, NEW, SAME, Piece, pieces
from portfolios.models import Submission

SENTENCE = re.compile(r"[^.!?。！？؟\n]*[.!?。！？؟\n]+\s*|[^.!?。！？؟\n]+")
LONGEST = 400  # words on both sides that are compared with each other; longer runs stand as a whole


def before(submission: Submission, code: str, facet: str) -> Mapping[str, Any] | None:
    """The entry as it was handed in the last time; None in a first round, or where it is new."""
    if submission.number == 1:
        return None
    earlier = Submission.objects.filter(
        portfolio=submission.portfolio_id, number__lt=submission.number
    ).last()
    rows: list[dict[str, Any]] = earlier.snapshot["entries"] if earlier else []
    return next((row for row in rows if (row["code"], row["facet"]) == (code, facet)), None)


def difference(old: str, new: str) -> list[Piece]:
    """Sentences that stayed are set aside first; the rest is compared word by word."""
    was, now = SENTENCE.findall(old), SENTENCE.findall(new)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(was[old_from:old_to]), "".join(now[new_from:new_to])
        if kind == "equal":
            found.append(Piece(SAME, gone))
        elif len(gone.split()) + len(come.split()) > LONGEST * 2:
            found += [piece for piece in (Piece(GONE, gone), Piece(NEW, come)) if piece.text]
        else:
            found += pieces(gone, come)
    return found


def has_changed(found: Sequence[Piece]) -> bool:
    return any(piece.kind != SAME for piece in found)
