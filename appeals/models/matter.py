"""What an appeal and a complaint have in common: a panel, days, an answer with reasons."""

from abc import abstractmethod
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from accounts.roles import Role
from appeals.dates import working_days_after
from appeals.flow import ACKNOWLEDGE_DAYS, ADMISSION_DAYS, OPEN, Stage
from applicants.models import Application
from applicants.models.case import NotIndependent
from certificates.dates import body_day
from trail.flow import Move
from trail.models import Staged

if TYPE_CHECKING:
    from accounts.models import User
    from appeals.models.panel import Seat


class Matter(Staged):
    """Abstract. `admission` are the reasons for hearing it or not, `answer` those of the panel."""

    text = models.TextField()
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    answer_due_on = models.DateField()
    admission = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        pk: int
        seats: Any  # the panel and the notes: relations of each kind of matter
        notes: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    @abstractmethod
    def number(self) -> str: ...

    @property
    @abstractmethod
    def stage_label(self) -> str: ...

    @property
    @abstractmethod
    def application(self) -> Application | None:
        """The case it is about, where there is one."""

    @property
    @abstractmethod
    def writer(self) -> "User | None":
        """Who wrote it, where they have an account."""

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def bars(self, person: "User", on: date) -> list[str]:
        """Why this person may not handle it; empty when nothing stands against it."""

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def acknowledge_by(self) -> date:
        return working_days_after(body_day(self.received_at), ACKNOWLEDGE_DAYS)

    @property
    def due_on(self) -> date | None:
        """The day by which the present stage is to be over."""
        if self.stage == Stage.RECEIVED:
            return self.acknowledge_by
        if self.stage == Stage.ADMISSION:
            return working_days_after(body_day(self.stage_since), ADMISSION_DAYS)
        return self.answer_due_on if self.stage == Stage.PANEL else None

    def acts_as(self, user: "User | None") -> frozenset[str]:
        """A panel chair can do what the secretary does, so that nothing waits for a secretary whom
        it is about."""
        if user is None:
            return frozenset({Role.CLOCK})
        if self.writer is not None and user.pk == self.writer.pk:
            return frozenset({Role.APPLICANT})
        held = user.roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}
        return frozenset(held | {Role.ADMINISTRATOR} if held else held)

    def guard(self, move: Move, by: "User | None", at: datetime) -> None:
        """Whoever handles it took no part in it and is bound to nobody in it."""
        if by is None or move.role == Role.APPLICANT:
            return
        if reasons := self.bars(by, body_day(at)):
            raise NotIndependent(reasons[0])

    def panel(self) -> "list[Seat]":
        """Who sits on it now, the chair first."""
        rows: Any = self.seats.filter(ended_at=None).select_related("person")
        return list(rows.order_by("-chair", "pk"))
