"""The decision: by one person who took no other part, with reasons, never edited."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models.case import Application
from certificates.dates import body_day
from frameworks.models import Statement

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


class Whose(models.TextChoices):
    """Who answers what the decider asks. An auditor reads whatever an applicant revises."""

    APPLICANT = "applicant", _("The applicant: these entries open again")
    VERIFIER = "verifier", _("The verifier: another meeting with the applicant")


class MoreAsked(models.Model):
    """Before deciding, the decider asked for more on named statements. Never edited."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="more_asked")
    whose = models.CharField(max_length=10, choices=Whose)
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="more_asked")
    at = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        verbose_name_plural = "more asked"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="more_asked_says_why"),
            models.CheckConstraint(
                condition=Q(whose__in=Whose.values), name="more_asked_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"More asked ({self.application})"


class Particular(models.Model):
    """What a decision, or asking for more, says of one statement."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="particulars"
    )
    more = models.ForeignKey(
        MoreAsked, models.PROTECT, null=True, blank=True, related_name="particulars"
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+")
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["statement__position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None, more__isnull=False)
                | Q(decision__isnull=False, more=None) & ~Q(words=""),
                name="particular_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["decision", "statement"],
                condition=Q(more=None),
                name="one_particular_per_decision_and_statement",
            ),
            models.UniqueConstraint(
                fields=["more", "statement"],
                condition=Q(decision=None),
                name="one_particular_per_asking_and_statement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement.code}: {self.words}"
