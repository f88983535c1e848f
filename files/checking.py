"""Files are checked in the background: claimed one at a time, settled once, or left waiting."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import structlog
from django.db import transaction
from django.db.models import QuerySet

from files import inspecting, scanning
from files.held import FileState, HeldFile, to_check

Row = TypeVar("Row", bound=HeldFile)
log = structlog.get_logger(__name__)


def check_due(
    rows: QuerySet[Row],
    examine: Callable[[Row], tuple[str, dict[str, Any]]],
    refuse: Callable[[Row, str, datetime], None],
    *,
    at: datetime,
    limit: int,
) -> int:
    """Check what waits among these; returns how many were settled. Safe to run twice, or twice at
    once. `examine` says what is wrong (a key of `files.faults`, or ""), and what else to write
    about a file that is well; it raises one of `inspecting.UNSETTLED` where nothing is known."""
    settled = 0
    for _number in range(limit):
        row = _claim(rows, at)
        if row is None:
            break
        settled += _check(row, rows, examine, refuse, at)
    return settled


@transaction.atomic
def _claim(rows: QuerySet[Row], at: datetime) -> Row | None:
    """One at a time: a large file would use up the leases of those behind it."""
    due = rows.filter(to_check(at, scanner=scanning.is_configured())).order_by("pk")
    row = due.select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None:
        row.attempts += 1
        row.leased_until = at + inspecting.LEASE
        row.save(update_fields=["attempts", "leased_until"])
    return row


def _check(
    row: Row,
    rows: QuerySet[Row],
    examine: Callable[[Row], tuple[str, dict[str, Any]]],
    refuse: Callable[[Row, str, datetime], None],
    at: datetime,
) -> bool:
    mine = rows.filter(pk=row.pk)
    try:
        fault, found = examine(row)
    except inspecting.UNSETTLED as error:
        mine.update(leased_until=at + inspecting.pause_after(row.attempts))
        log.warning(
            "file not checked", row=f"{row._meta.label_lower} {row.pk}", error=repr(error)[:200]
        )
        return False
    if fault:
        refuse(row, fault, at)
    else:
        state = FileState.CLEAN if scanning.is_configured() else FileState.TYPE_ONLY
        mine.update(state=state, leased_until=None, **found)
    return True
