"""Asking for a decision to be looked at again by people who did not make it."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from appeals.flow import FLOW, Stage
from applicants.models import CaseRole, Decision, Declaration
from applicants.models.case import NotIndependent, TookAnotherPart
from certificates.dates import body_day
from trail.flow import Flow, Move
from trail.models import Staged

if TYPE_CHECKING:
    from accounts.models import User


class Ground(models.TextChoices):
    PROCESS = "process", gettext_lazy("You did not follow your own process")
    CONFLICT = "conflict", gettext_lazy("A conflict of interest was not declared")
    EVIDENCE = "evidence", gettext_lazy("Evidence I sent was not taken into account")
    ADJUSTMENT = "adjustment", gettext_lazy("An agreed adjustment was not made")


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> Self:
        return self.filter(stage=Stage.PANEL)

    def visible_to(self, user: "User") -> Self:
        """The appellant; the secretary and panel chairs, where they took no other part in the case
        and are bound to nobody in it."""
        mine = Q(decision__application__applicant=user)
        if not user.roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}:
            return self.filter(mine)
        case = OuterRef("decision__application")
        took_part = CaseRole.objects.filter(application=case, person=user).exclude(
            role=Role.PANEL_CHAIR
        )
        bound = Declaration.objects.filter(application=case, person=user, clear=False)
        return self.filter(mine | ~Q(Exists(took_part)) & ~Q(Exists(bound)))


class Appeal(Staged):
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="appeals")
    ground = models.CharField(max_length=20, choices=Ground)
    text = models.TextField()
    received_at = models.DateTimeField()
    answer_due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["answer_due_on"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="appeal_stage_known"),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(stage=Stage.PANEL),
                name="one_open_appeal_per_decision",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.UPHELD, Stage.DISMISSED]) | ~Q(answer=""),
                name="appeal_answered_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"A-{self.pk:04}"

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def flow(self) -> Flow:
        return FLOW

    def trail_case(self) -> str:
        return self.decision.application.trail_case()

    def acts_as(self, user: "User | None") -> frozenset[str]:
        if user is None:
            return frozenset({Role.CLOCK})
        if user.pk == self.decision.application.applicant_id:
            return frozenset({Role.APPLICANT})
        return frozenset({Role.PANEL_CHAIR} & user.roles)

    def guard(self, move: Move, by: "User | None", at: datetime) -> None:
        """The panel took no part in the case and has no interest in the applicant."""
        if by is None or move.role != Role.PANEL_CHAIR:
            return
        application = self.decision.application
        part = application.cast.filter(person=by).exclude(role=Role.PANEL_CHAIR).first()
        if part:
            raise TookAnotherPart(
                _("You were the %(part)s in this case.") % {"part": part.get_role_display()}
            )
        if reasons := application.bars(by, body_day(at)):
            raise NotIndependent(reasons[0])
