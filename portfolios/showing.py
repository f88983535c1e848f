"""Showing one piece of evidence with many entries, from its own side."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from certificates.models import Requirement
from portfolios.evidence import entry_of
from portfolios.gapmap import Cell
from portfolios.models import WRITABLE, Evidence, Portfolio
from portfolios.writing import at_work, touch

Key = tuple[int, str]


def choosable(portfolio: Portfolio, cells: Iterable[Cell]) -> set[int]:
    """The requirements whose entries can still change; in a later round, those that came back."""
    blank = not portfolio.application.rounds
    return {
        cell.requirement.pk
        for cell in cells
        if cell.state in WRITABLE or (blank and cell.state == "none")
    }


@transaction.atomic
def show_with(
    evidence: Evidence, requirements: Iterable[Requirement], *, by: User, at: datetime
) -> None:
    """Show it with these entries and no others, as far as they can still change."""
    row = at_work(evidence.portfolio, by)
    wanted: dict[Key, Requirement] = {(r.statement_id, r.facet): r for r in requirements}
    shown = {(e.statement_id, e.facet): e for e in evidence.entries.all()}
    evidence.entries.remove(
        *(e for key, e in shown.items() if key not in wanted and e.state in WRITABLE)
    )
    evidence.entries.add(*(entry_of(row, r, at) for key, r in wanted.items() if key not in shown))
    touch(row, at)
