"""What a browser sends about statements, read without a formset: four fields a statement.

`c12` and `p12` are the ratings of statement 12, `n12` its note, `r12` the revision the page showed.
Whatever else is sent is not read.
"""

import re
from collections.abc import Mapping

from assessments.services import Answer

FIELD = re.compile(r"[cpnr]([0-9]{1,18})", re.ASCII)
RATINGS = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4}


def read(data: Mapping[str, str]) -> dict[int, Answer]:
    """Answers by statement. A statement that was left alone says nothing and is left out: a chosen
    rating cannot be unchosen, so an empty row that was never saved is not an answer."""
    found = {match[1] for name in data if (match := FIELD.fullmatch(name))}
    answers = {int(pk): _answer(data, pk) for pk in found}
    return {
        pk: answer for pk, answer in answers.items() if answer.revision or not answer.same(Answer())
    }


def _answer(data: Mapping[str, str], pk: str) -> Answer:
    revision = data.get(f"r{pk}", "")
    return Answer(
        concept=RATINGS.get(data.get(f"c{pk}", "")),
        practice=RATINGS.get(data.get(f"p{pk}", "")),
        note=data.get(f"n{pk}", "").replace("\r\n", "\n").replace("\0", "").strip(),
        revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
    )
