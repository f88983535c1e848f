"""The 15-minute interview and the mentoring action plan that comes of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models.case import Application
from frameworks.models import Statement
from meetings.models import Meeting


class IntakeOutcome(models.TextChoices):
    PROCEED = "proceed", _("Go on with this certificate")
    PREPARE = "prepare", _("Prepare first, then talk again")
    ANOTHER = "another", _("Another certificate suits better")


class IntakeInterview(models.Model):
    """One interview of a case; a missed or repeated one is another row."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="interviews")
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="intake")
    outcome = models.CharField(max_length=10, choices=IntakeOutcome, blank=True)
    summary = models.TextField(blank=True)  # shared with the applicant
    private_note = models.TextField(blank=True)  # the interviewer's own
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_at=None, outcome="")
                | Q(recorded_at__isnull=False, outcome__in=IntakeOutcome.values),
                name="interview_recorded_has_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"Interview of {self.application}"


class ActionPlan(models.Model):
    """What applicant and Intake Manager agreed, signed by both."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="plan")
    next_check_on = models.DateField(null=True)
    signed_by_manager_at = models.DateTimeField()
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_by_applicant_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Plan of {self.application}"


class PlanItem(models.Model):
    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="items")
    text = models.CharField(max_length=300)
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Prompt(models.Model):
    """A question that helps to write an action plan. `scope` is general, an area or a level."""

    code = models.CharField(max_length=10, unique=True)
    scope = models.CharField(max_length=40)
    applies_to = models.CharField(max_length=40)
    text = models.TextField()
    example = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
