"""The hints beside an entry, for the auditor: both passages side by side, never a rating.

Another person's submission has no name here, no code and no date: it is an earlier submission.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.models import Facet
from frameworks.differences import GONE, NEW, Piece
from portfolios.likeness.passages import Text
from portfolios.likeness.records import Likeness
from portfolios.models import Submission
from portfolios.rounds import difference

Kind = Likeness.Kind


@dataclass(frozen=True, slots=True)
class Pair:
    """The same passage here and there; what differs is marked."""

    here: Sequence[Piece]
    there: Sequence[Piece]
    words: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Hint:
    likeness: Likeness
    title: str
    pairs: Sequence[Pair]

    @property
    def is_a_file(self) -> bool:
        return self.likeness.kind in {Kind.FILE, Kind.OWN_FILE}


def hints(submission: Submission, row: Mapping[str, Any]) -> list[Hint]:
    """What stands elsewhere too, fullest first; nothing is asked of what was not compared yet."""
    rows = list(
        submission.likenesses.filter(code=row["code"], facet=row["facet"]).order_by("-words", "pk")
    )
    wanted = {one.other_id for one in rows if one.other_id and one.passages}
    others = Submission.objects.in_bulk(wanted) if wanted else {}
    text = Text(row["text"]).text
    return [_hint(one, text, others) for one in rows]


def _hint(one: Likeness, text: str, others: Mapping[int, Submission]) -> Hint:
    other = others.get(one.other_id) if one.other_id else None
    entry = other.snapshot["entries"][one.other_place] if other else None
    theirs = Text(entry["text"]).text if entry else ""
    pairs = [_pair(passage, text, theirs) for passage in one.passages]
    return Hint(one, _title(one, other, entry), pairs)


def _pair(passage: Mapping[str, Any], text: str, theirs: str) -> Pair:
    here = text[passage["start"] : passage["end"]]
    there = passage.get("text") or theirs[passage["their_start"] : passage["their_end"]]
    both = difference(there, here)
    return Pair(
        here=[piece for piece in both if piece.kind != GONE],
        there=[piece for piece in both if piece.kind != NEW],
        words=passage["words"],
        quoted=passage["quoted"],
    )


def _title(one: Likeness, other: Submission | None, entry: Mapping[str, Any] | None) -> str:
    if one.kind == Kind.PUBLIC:
        return str(Likeness.Source(one.source).label) % {"name": one.name}
    if one.kind == Kind.OWN and other is not None and entry is not None:
        return _("Their own %(code)s, %(facet)s, handed in on %(day)s") % {
            "code": entry["code"],
            "facet": Facet(entry["facet"]).label.lower(),
            "day": date_format(other.sent_at),
        }
    return str(Kind(one.kind).label)


def overlaps(submission: Submission) -> list[tuple[str, str, int]]:
    """Which entries have something to look at, how many each: what is quoted is not counted."""
    seen = submission.likenesses.filter(Q(words__gt=0) | Q(kind__in=[Kind.FILE, Kind.OWN_FILE]))
    return [(*key, count) for key, count in Counter(seen.values_list("code", "facet")).items()]
