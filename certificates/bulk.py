"""Ordering work on many certificates, watching it, stopping it, and trying single rows again.

What a kind of work is about, and how one row is done, the apps register that know it (ADR 0005):
`chosen` in their `batching.py`, `does` where only workers import it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from certificates.batch_flow import Kind, Stage
from certificates.batches import Batch, BatchRow
from certificates.dates import body_day
from trail.flow import Refused
from trail.models import Event

Asked = Mapping[str, Any]
Option = tuple[str, str]


class Later(Exception):
    """It cannot be done now, and nobody is to blame: the row waits without counting the attempt."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which things a kind of work is about, how one is called in a list, and between which groups
    of things the order chooses."""

    rows: Callable[[Asked], QuerySet[Any]]
    label: Callable[[Any], str]
    options: Callable[[], list[Option]] | None = None


Does = Callable[[BatchRow, datetime], str]
Finishes = Callable[[Batch, datetime], None]
CHOSEN: dict[str, Chosen] = {}
DOES: dict[str, Does] = {}
FINISHES: dict[str, Finishes] = {}


def does(*kinds: Kind) -> Callable[[Does], Does]:
    """Register how one row is done. It returns why there was nothing to do, or nothing; it raises
    Refused with a sentence, or Later."""

    def register(do: Does) -> Does:
        DOES.update(dict.fromkeys(kinds, do))
        return do

    return register


@transaction.atomic
def order(kind: Kind, *, asked: Asked, reason: str, token: UUID, by: User, at: datetime) -> Batch:
    """Owe the work. The same token twice is one batch."""
    _is_keeper(by, at)
    if not reason.strip():
        raise Refused(_("Say why. It stands in the trail."))
    batch, new = Batch.objects.get_or_create(
        token=token,
        defaults={
            "kind": kind,
            "asked": dict(asked),
            "reason": reason.strip(),
            "language": by.language,
            "ordered_by": by,
            "ordered_at": at,
            "stage": Stage.ORDERED,
            "stage_since": at,
        },
    )
    if new:
        Event.objects.record(
            "order_batch", about=batch, by=by, at=at, case=batch.trail_case(), kind=kind.value
        )
    return batch


@transaction.atomic
def cancel(batch: Batch, *, by: User, at: datetime) -> None:
    """What is done stays done; the rest is left."""
    Batch.objects.select_for_update().get(pk=batch.pk).move("cancel", by=by, at=at)
    batch.refresh_from_db()


@transaction.atomic
def try_again(row: BatchRow, *, by: User, at: datetime) -> None:
    """One row that failed, once more."""
    _is_keeper(by, at)
    batch = Batch.objects.select_for_update().get(pk=row.batch_id)
    if batch.stage == Stage.CANCELLED:
        raise Refused(_("This batch was stopped. Order a new one."))
    if batch.swept_at:
        raise Refused(_("The files of this export are gone. Order a new one."))
    failed = BatchRow.objects.filter(pk=row.pk, state=BatchRow.State.FAILED)
    if not failed.update(state=BatchRow.State.WAITING, attempts=0, error="", later_until=None):
        raise Refused(_("This row waits already, or is done."))
    if batch.stage == Stage.DONE:
        batch.move("try_again", by=by, at=at, row=row.pk)


@transaction.atomic
def take_away(batch: Batch, *, by: User, at: datetime) -> None:
    """Note that this person downloaded what an export made."""
    _is_keeper(by, at)
    if not batch.is_there:
        raise Refused(_("This file is not there any more. Order a new export."))
    Event.objects.record(
        "take_export", about=batch, by=by, at=at, case=batch.trail_case(), sha256=batch.sha256
    )


@dataclass(frozen=True, slots=True)
class Progress:
    total: int | None  # not known before it began
    done: int
    left: int
    failed: int
    waiting: int

    @property
    def over(self) -> int:
        return self.done + self.left + self.failed


def progress(batch: Batch) -> Progress:
    rows = batch.rows.order_by().values_list("state").annotate(n=Count("pk"))
    counts: dict[str, int] = dict(rows)
    state = BatchRow.State
    done, left, failed, waiting = (
        counts.get(one, 0) for one in (state.DONE, state.LEFT, state.FAILED, state.WAITING)
    )
    return Progress(batch.count, done, left, failed, waiting)


def waiting_for(kind: Kind) -> int:
    """How many things an order of this kind would be about, where it asks for nothing else."""
    return CHOSEN[kind].rows({}).count()


def name_of(thing: Model) -> str:
    return str(thing)[:250]


def _is_keeper(by: User, at: datetime) -> None:
    if Role.ADMINISTRATOR not in by.roles_on(body_day(at)):
        raise Refused(_("Only an administrator does this."))
