"""What somebody says of themselves, and what becomes of it when two windows say different things.

The same rules hold for ratings in the database and for those of a trial in a visitor's session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from certificates.models import Facet


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of themselves about one statement. `revision` is the one they had seen."""

    concept: int | None = None
    practice: int | None = None
    note: str = ""
    revision: int = 0

    def same(self, other: "Answer") -> bool:
        mine = (self.concept, self.practice, self.note)
        return mine == (other.concept, other.practice, other.note)

    def only(self, facets: set[str]) -> "Answer":
        """Without the facets that are not asked."""
        return replace(
            self,
            concept=self.concept if Facet.CONCEPT in facets else None,
            practice=self.practice if Facet.PRACTICE in facets else None,
        )

    @property
    def rated(self) -> bool:
        return self.concept is not None or self.practice is not None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two windows said different things. Nothing was overwritten; the person chooses."""

    mine: Answer
    stored: Answer


@dataclass(frozen=True, slots=True)
class Saved:
    """`revisions` acknowledges: what is in it is stored, in these words, under this revision."""

    revisions: dict[int, int] = field(default_factory=dict)
    conflicts: dict[int, Conflict] = field(default_factory=dict)


# The facets that are asked of each statement, and what is stored about it.
Found = Mapping[int, tuple[set[str], Answer]]


def settle(said: Mapping[int, Answer], found: Found) -> tuple[Saved, dict[int, Answer]]:
    """What to tell the window, and what to store. Older than what is stored, and different, is a
    conflict; what is not asked is left out."""
    saved, changed = Saved(), {}
    for statement, (facets, stored) in found.items():
        answer = said[statement].only(facets)
        if answer.same(stored):
            saved.revisions[statement] = stored.revision
        elif answer.revision < stored.revision:
            saved.conflicts[statement] = Conflict(mine=answer, stored=stored)
        else:
            saved.revisions[statement] = stored.revision + 1
            changed[statement] = answer
    return saved, changed
