"""The decision: by one person who took no other part, with reasons, never edited."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models.case import Application
from certificates.dates import body_day

APPEAL_DAYS = 30


class Outcome(models.TextChoices):
    GRANT = "grant", _("Award the certificate")
    DECLINE = "decline", _("Do not award it")


class Decision(models.Model):
    """`reference` is what a certificate points at: the database refuses one without it.

    An upheld appeal sets a decision aside (`set_aside_at`) and asks for a new one.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(set_aside_at=None),
                name="one_standing_decision_per_case",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="decision_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="decision_has_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.application})"

    @property
    def appeal_until(self) -> date:
        """The last day on which an appeal is received."""
        return body_day(self.at) + timedelta(days=APPEAL_DAYS)
