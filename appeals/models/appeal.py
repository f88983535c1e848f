"""Asking for a decision to be looked at again by people who did not make it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from appeals.flow import FLOW, OPEN, Stage
from appeals.models.matter import Matter
from applicants.models import Application, CaseRole, Decision, Declaration
from applicants.models.case import TookAnotherPart
from certificates.dates import body_day
from trail.flow import Flow, Move

if TYPE_CHECKING:
    from accounts.models import User


class Ground(models.TextChoices):
    PROCESS = "process", gettext_lazy("You did not follow your own process")
    CONFLICT = "conflict", gettext_lazy("A conflict of interest was not declared")
    EVIDENCE = "evidence", gettext_lazy("Evidence I sent was not taken into account")
    ADJUSTMENT = "adjustment", gettext_lazy("An agreed adjustment was not made")


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> Self:
        return self.filter(stage__in=OPEN)

    def handled_by(self, user: "User") -> Self:
        """What this person may handle: the secretary and panel chairs, and whoever sits on the
        panel, where they took no other part in the case and are bound to nobody in it."""
        case = OuterRef("decision__application")
        parts = CaseRole.objects.filter(application=case, person=user)
        took_part = parts.exclude(role=Role.PANEL_CHAIR)
        bound = Declaration.objects.filter(application=case, person=user, clear=False)
        free = ~Q(Exists(took_part)) & ~Q(Exists(bound)) & ~Q(decision__application__applicant=user)
        if user.roles & {Role.ADMINISTRATOR, Role.PANEL_CHAIR}:
            return self.filter(free)
        seats = user.seats.filter(ended_at=None, appeal__isnull=False)
        return self.filter(free, pk__in=seats.values("appeal"))

    def visible_to(self, user: "User") -> Self:
        """The appellant, and whoever handles it."""
        mine = Q(decision__application__applicant=user)
        return self.filter(mine | Q(pk__in=self.handled_by(user).values("pk")))


class Appeal(Matter):
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="appeals")
    ground = models.CharField(max_length=20, choices=Ground)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["answer_due_on"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="appeal_stage_known"),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(stage__in=OPEN),
                name="one_open_appeal_per_decision",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.UPHELD, Stage.DISMISSED]) | ~Q(answer=""),
                name="appeal_answered_with_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.INADMISSIBLE) | ~Q(admission=""),
                name="appeal_turned_away_with_reasons",
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

    @property
    def application(self) -> Application:
        return self.decision.application

    @property
    def writer(self) -> "User":
        return self.decision.application.applicant

    @property
    def url(self) -> str:
        return reverse("appeals:show", args=[self.pk])

    def trail_case(self) -> str:
        return self.decision.application.trail_case()

    def bars(self, person: "User", on: date) -> list[str]:
        """Nobody who took a part in the case, and the same bars as for every part in it."""
        application = self.decision.application
        part = application.cast.filter(person=person).exclude(role=Role.PANEL_CHAIR).first()
        reasons = application.bars(person, on)
        if part is not None and person.pk != application.applicant_id:
            words = _("Was the %(part)s in this case.")
            reasons.insert(0, words % {"part": part.get_role_display()})
        heard = person.seats.filter(appeal__decision__application=application)
        if heard.exclude(appeal=self.pk).exists():
            reasons.append(_("Has heard an earlier appeal in this case."))
        return reasons

    def guard(self, move: Move, by: "User | None", at: datetime) -> None:
        """The panel took no part in the case and has no interest in the applicant."""
        if by is not None and move.role != Role.APPLICANT:
            parts = self.decision.application.cast.filter(person=by)
            part = parts.exclude(role=Role.PANEL_CHAIR).first()
            if part:
                raise TookAnotherPart(
                    _("You were the %(part)s in this case.") % {"part": part.get_role_display()}
                )
        super().guard(move, by, at)

    @property
    def received_on(self) -> date:
        return body_day(self.received_at)
