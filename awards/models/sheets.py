"""What assessors write: sheets of scores that are final once, checks, interviews, decisions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from awards.models.bids import AwardSubmission, Bid
from awards.models.standards import Criterion


class SheetKind(models.TextChoices):
    FIRST = "first", _("First report")
    FULL = "full", _("Report after the interviews")
    ASSESSOR = "assessor", _("The Assessor’s scores")
    VERIFIER = "verifier", _("The Verifier’s scores")
    AGREED = "agreed", _("Agreed report")


class Sheet(models.Model):
    """One person's scores for one submission. Never changed once final: what is corrected is a new
    sheet with the next number. `released_at`: the team reads it from then on."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="sheets")
    kind = models.CharField(max_length=10, choices=SheetKind)
    number = models.PositiveSmallIntegerField()
    submission = models.ForeignKey(AwardSubmission, models.PROTECT, related_name="sheets")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    summary = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    final_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    void = models.BooleanField(default=False)  # left behind by somebody who stepped back

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bid", "kind", "number"], name="award_sheets_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["bid", "kind"], condition=Q(final_at=None), name="one_open_sheet_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(final_at__isnull=False),
                name="only_final_sheets_are_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number} on {self.bid}"


class CriterionScore(models.Model):
    """`accepts`: whether a difference on purpose is accepted; None where there is none."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    accepts = models.BooleanField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "criterion"], name="one_score_per_sheet_and_criterion"
            ),
            models.CheckConstraint(condition=Q(points__lte=4), name="score_up_to_four"),
        ]

    def __str__(self) -> str:
        return f"{self.points} for {self.criterion_id}"


class SecondCheck(models.Model):
    """Fresh eyes on a report: agreed, or sent back with reasons."""

    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="check_made")
    agreed = models.BooleanField()
    reasons = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(reasons=""), name="a_return_has_reasons"
            )
        ]

    def __str__(self) -> str:
        return f"{'agreed' if self.agreed else 'returned'}: {self.sheet}"


class Group(models.TextChoices):
    TEAM = "team", _("Runs the programme")
    MENTOR = "mentor", _("Mentor or coach")
    MENTEE = "mentee", _("Mentee or coachee")
    STAKEHOLDER = "stakeholder", _("Another stakeholder")


class InterviewNote(models.Model):
    """What one person said. For the assessors alone: the organisation never reads it."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="interviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    group = models.CharField(_("who spoke"), max_length=12, choices=Group)
    alias = models.CharField(_("what you call them here"), max_length=40)
    held_on = models.DateField(_("day"))
    notes = models.TextField(_("what was said"))
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["held_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(group__in=Group.values), name="group_known"),
            models.CheckConstraint(condition=~Q(notes=""), name="an_interview_has_notes"),
        ]

    def __str__(self) -> str:
        return f"{self.alias} ({self.group}) on {self.bid}"


class AwardDecision(models.Model):
    """By one person who took no other part. `band` is "" where nothing was awarded."""

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="decision")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="+")
    band = models.CharField(max_length=50, blank=True)
    label = models.CharField(max_length=40, blank=True)
    points = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    reasons = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=""), name="award_decision_has_reasons")
        ]

    def __str__(self) -> str:
        return f"{self.label or 'not awarded'}: {self.bid}"
