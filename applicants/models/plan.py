"""The mentoring action plan: what was agreed, who signed it, and what it said before."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models.case import Application
from frameworks.models import Statement


class Owner(models.TextChoices):
    """Who takes a step."""

    APPLICANT = "applicant", _("Applicant")
    MANAGER = "manager", _("Intake Manager")
    OTHER = "other", _("Somebody else")


class ActionPlan(models.Model):
    """What applicant and Intake Manager agreed, signed by both.

    A changed plan is a new version, which both sign again; the one before stays as it was.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="plan")
    next_check_on = models.DateField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
    signed_by_manager_at = models.DateTimeField(null=True)
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_by_applicant_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_check_on"],
                condition=Q(next_check_on__isnull=False),
                name="plan_by_next_check",
            )
        ]

    def __str__(self) -> str:
        return f"Plan of {self.application}"


class PlanItem(models.Model):
    """One step. `owner_name` names somebody who is neither of the two, such as a peer group."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="items")
    text = models.CharField(max_length=300)
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, blank=True)
    owner = models.CharField(max_length=10, choices=Owner, default=Owner.APPLICANT)
    owner_name = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=Owner.OTHER) & ~Q(owner_name="")
                | Q(owner__in=[Owner.APPLICANT, Owner.MANAGER], owner_name=""),
                name="step_owner_known",
            ),
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False),
                name="step_done_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PlanVersion(models.Model):
    """What a plan said before it was changed, who had signed that, and who changed it."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    steps = models.JSONField()
    next_check_on = models.DateField(null=True)
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_by_manager_at = models.DateTimeField(null=True)
    signed_by_applicant_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_plan_version_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.plan}, version {self.number}"


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
