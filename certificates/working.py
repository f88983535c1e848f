"""Working through batches in small bites: each row in a transaction of its own, marked as done in
the same one. A killed worker leaves a row as if nobody had begun it, but for the counted attempt.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any

import structlog
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.batch_flow import EXPORTS, SLICES, Kind, Stage
from certificates.batches import Batch, BatchRow, BatchRowQuerySet, batch_folder
from certificates.bulk import CHOSEN, DOES, FINISHES, Later
from trail.flow import Refused
from trail.models import Event

MOST_ATTEMPTS = 3
CHUNK = 1000  # rows written at once
WAIT = timedelta(minutes=1)
State = BatchRow.State
log = structlog.get_logger(__name__)


def work_due(at: datetime, *, rows: int = 500, seconds: float = 20.0) -> int:
    """Go on with what was ordered; returns how many rows were taken up. Safe to run twice, or
    twice at once: workers share the rows of one batch."""
    taken, end = 0, monotonic() + seconds
    for batch in Batch.objects.going(at):
        with translation.override(batch.language):
            if batch.stage == Stage.ORDERED:
                _begin(batch, at)
            while taken < rows and monotonic() < end and _one(batch, at):
                taken += 1
            _finish(batch, at)
    return taken


# --- Beginning --------------------------------------------------------------------------------
@transaction.atomic
def _begin(batch: Batch, at: datetime) -> None:
    """Write down what it is about, in chunks, and begin: all of it or nothing."""
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.stage != Stage.ORDERED:
        return
    rows, count = _rows(locked), 0
    while chunk := list(islice(rows, CHUNK)):
        count += len(BatchRow.objects.bulk_create(chunk))
    locked.move("begin", by=None, at=at, also={"count": count}, rows=count)
    batch.refresh_from_db()


def _rows(batch: Batch) -> Iterator[BatchRow]:
    chosen = CHOSEN[batch.kind]
    things = chosen.rows(batch.asked).order_by("pk")
    if batch.kind not in EXPORTS:
        for thing in things.iterator(chunk_size=CHUNK):
            yield BatchRow(batch=batch, subject=str(thing.pk), label=chosen.label(thing)[:250])
        return
    keys, first = things.values_list("pk", flat=True).iterator(chunk_size=CHUNK), 1
    while part := list(islice(keys, SLICES[Kind(batch.kind)])):
        label = f"{first}–{first + len(part) - 1}"
        yield BatchRow(batch=batch, subject=f"{part[0]}-{part[-1]}", label=label)
        first += len(part)


# --- One row ----------------------------------------------------------------------------------
def _one(batch: Batch, at: datetime) -> bool:
    """Take up the next row; False where none is free, or the batch was stopped meanwhile."""
    pk = _claim(batch, at)
    return pk is not None and _done(batch, pk, at)


@transaction.atomic
def _claim(batch: Batch, at: datetime) -> int | None:
    """The attempt is counted before the effect, so that a row that kills workers ends some day."""
    row = _lock(BatchRow.objects.due(at).filter(batch=batch))
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        _mark(
            row, State.FAILED, at, _("The work was cut off three times. Ask who runs the portal.")
        )
    else:
        BatchRow.objects.filter(pk=row.pk).update(attempts=row.attempts + 1)
    return row.pk


@transaction.atomic
def _done(batch: Batch, pk: int, at: datetime) -> bool:
    if not Batch.objects.filter(pk=batch.pk, stage=Stage.WORKING).exists():
        return False
    row = _lock(BatchRow.objects.filter(pk=pk, state=State.WAITING))
    if row is None:
        return True  # given up, or another worker has it
    row.batch = batch
    try:
        with transaction.atomic():
            nothing = DOES[batch.kind](row, at)
    except Later as missing:
        BatchRow.objects.filter(pk=pk).update(
            attempts=row.attempts - 1, later_until=at + WAIT, error=str(missing)[:500]
        )
    except Refused as refusal:
        _mark(row, State.FAILED, at, str(refusal))
    except Exception as error:  # noqa: BLE001 - one bad row does not hold up the others
        log.warning("batch row failed", row=pk, error=repr(error)[:300])
        words = _("Something went wrong that we did not foresee (%(kind)s). Try it again.")
        _mark(row, State.FAILED, at, words % {"kind": type(error).__name__})
    else:
        _mark(row, State.LEFT if nothing else State.DONE, at, nothing)
    return True


def _lock(rows: BatchRowQuerySet) -> BatchRow | None:
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=skip, of=("self",) if skip else ()).first()


def _mark(row: BatchRow, state: str, at: datetime, words: str) -> None:
    BatchRow.objects.filter(pk=row.pk).update(
        state=state, error=words[:500], done_at=at, later_until=None, part=row.part.name or ""
    )


# --- The end ----------------------------------------------------------------------------------
@transaction.atomic
def _finish(batch: Batch, at: datetime) -> None:
    """Nothing waits any more. An export becomes one file now."""
    skip = connection.features.has_select_for_update_skip_locked
    rows = Batch.objects.select_for_update(skip_locked=skip)
    locked = rows.filter(pk=batch.pk, stage=Stage.WORKING).first()
    if locked is None or locked.rows.filter(state=State.WAITING).exists():
        return
    try:
        with transaction.atomic():
            if finish := FINISHES.get(locked.kind):
                finish(locked, at)
            counts: dict[str, Any] = {
                state: locked.rows.filter(state=state).count() for state in _TOLD
            }
            locked.move("finish", by=None, at=at, sha256=locked.sha256, **counts)
    except Exception as error:  # noqa: BLE001 - shown to staff, tried again
        log.warning("batch not finished", batch=batch.pk, error=repr(error)[:300])
        Batch.objects.filter(pk=batch.pk).update(
            last_error=repr(error)[:500], later_until=at + WAIT
        )


_TOLD = ("done", "left", "failed")


def sweep(at: datetime) -> int:
    """Remove the files of exports whose time is over, and parts that a killed worker left. Who
    took them away stays in the trail."""
    old = list(Batch.objects.to_sweep(at))
    for batch in old:
        folder = batch_folder(batch)
        with suppress(FileNotFoundError):
            for name in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}/{name}")
        with transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(swept_at=at, file="")
            batch.rows.update(part="")
            Event.objects.record(
                "sweep_export", about=batch, by=None, at=at, case=batch.trail_case()
            )
    return len(old)
