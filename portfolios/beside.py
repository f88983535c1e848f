"""What lies beside an entry on the audit desk: what was asked and answered, what changed since the
round before, and what stands elsewhere too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frameworks.differences import Piece
from portfolios.likeness.reading import Hint, hints
from portfolios.likeness.records import Comparison
from portfolios.models import Audit
from portfolios.rounds import before, difference, has_changed


@dataclass(frozen=True, slots=True)
class Beside:
    asked: str
    answer: str
    was: Mapping[str, Any] | None  # the round before
    changes: Sequence[Piece]
    hints: Sequence[Hint]
    comparison: Comparison | None

    @property
    def is_new_text(self) -> bool:
        return has_changed(self.changes)


def beside(audit: Audit, row: Mapping[str, Any]) -> Beside | None:
    submission = audit.submission
    if submission is None:
        return None
    was = before(submission, row["code"], row["facet"])
    return Beside(
        asked=row.get("asked", ""),
        answer=row.get("answer", ""),
        was=was,
        changes=difference(was["text"], row["text"]) if was else [],
        hints=hints(submission, row),
        comparison=Comparison.objects.filter(submission=submission).first(),
    )
