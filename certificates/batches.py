"""Batches: work on many certificates, a row each, done in the background and resumable."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Role
from certificates.batch_flow import EXPORTS, FLOW, OPEN, SLICES, Kind, Stage
from trail.flow import Flow
from trail.models import Staged

if TYPE_CHECKING:
    from accounts.models import User

KEPT = timedelta(days=7)  # of what an export made


def seed() -> str:
    return secrets.token_hex(8)


def batch_folder(batch: "Batch") -> str:
    return f"batches/{batch.pk}-{batch.seed}"


def batch_path(batch: "Batch", name: str) -> str:
    return f"{batch_folder(batch)}/{name}"


def part_path(row: "BatchRow", name: str) -> str:
    return f"{batch_folder(row.batch)}/{name}"


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: "User") -> Self:
        return self if Role.ADMINISTRATOR in user.roles else self.none()

    def going(self, at: datetime) -> Self:
        free = Q(later_until=None) | Q(later_until__lte=at)
        return self.filter(free, stage__in=OPEN).order_by("pk")

    def to_sweep(self, at: datetime) -> Self:
        old = Q(made_at__lt=at - KEPT) | Q(stage=Stage.CANCELLED, stage_since__lt=at - KEPT)
        return self.filter(old, kind__in=EXPORTS, swept_at=None)


class Batch(Staged):
    """One order. `asked` says which certificates and how; `count` how many rows it became."""

    kind = models.CharField(max_length=10, choices=Kind)
    token = models.UUIDField(unique=True)  # a double click is one batch
    seed = models.CharField(max_length=16, default=seed)
    reason = models.TextField()
    asked = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="en")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="batches")
    ordered_at = models.DateTimeField()
    count = models.PositiveIntegerField(null=True)
    later_until = models.DateTimeField(null=True)  # something is missing: not tried before
    last_error = models.TextField(blank=True)
    file = models.FileField(upload_to=batch_path, blank=True, max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="batch_kind_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="batch_stage_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="batch_has_a_reason"),
            models.CheckConstraint(
                condition=Q(made_at=None, sha256="") | Q(made_at__isnull=False) & ~Q(sha256=""),
                name="batch_file_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"B-{self.pk:04}"

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def is_export(self) -> bool:
        return self.kind in EXPORTS

    @property
    def part_size(self) -> int:
        """How many certificates one row of it stands for, at most."""
        return SLICES.get(Kind(self.kind), 1)

    @property
    def is_there(self) -> bool:
        """The file of an export can be taken away."""
        return self.made_at is not None and self.swept_at is None and self.stage == Stage.DONE

    @property
    def expires_at(self) -> datetime | None:
        return self.made_at + KEPT if self.made_at else None

    @property
    def flow(self) -> Flow:
        return FLOW

    def acts_as(self, user: "User | None") -> frozenset[str]:
        if user is None:
            return frozenset({Role.CLOCK})
        return frozenset({Role.ADMINISTRATOR} & user.roles)

    def trail_case(self) -> str:
        return f"batch:{self.pk}"


class BatchRowQuerySet(models.QuerySet["BatchRow"]):
    def due(self, at: datetime) -> Self:
        free = Q(later_until=None) | Q(later_until__lte=at)
        return self.filter(free, state=BatchRow.State.WAITING).order_by("pk")


class BatchRow(models.Model):
    """One thing of a batch: a decision, a paper, a credential, or a slice of an export. It is done
    and marked as done in one transaction, so that nothing is done twice."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        LEFT = "left", "Nothing to do"
        FAILED = "failed", "Failed"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="rows")
    subject = models.CharField(max_length=40)
    label = models.CharField(max_length=250)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    later_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    part = models.FileField(upload_to=part_path, blank=True, max_length=200)

    objects = BatchRowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "state", "id"], name="batch_rows_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "subject"], name="one_row_a_thing_and_batch"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "left", "failed"]),
                name="batch_row_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="batch_row_fails_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.label}"
