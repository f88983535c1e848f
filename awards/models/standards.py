"""The standards, the scoring and the bands that all schemes share: reference data."""

from django.db import models
from django.db.models import Q


class Standard(models.Model):
    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Criterion(models.Model):
    """One of the 22 criteria. Evidence and questions are lists of texts."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=10, unique=True)
    action = models.TextField()
    outcome = models.TextField()
    evidence = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    interviewees = models.JSONField(default=list)
    max_score = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.action}"


class ScoreLevel(models.Model):
    score = models.PositiveSmallIntegerField(unique=True)
    label = models.CharField(max_length=40)
    anchor = models.TextField()
    typical_evidence = models.TextField()

    class Meta:
        ordering = ["score"]

    def __str__(self) -> str:
        return f"{self.score} {self.label}"


class ScoringRule(models.Model):
    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=80)
    detail = models.TextField()
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Band(models.Model):
    """Bronze, Silver, Gold, or not yet: from `min_percent` of the points, never rounded up."""

    key = models.SlugField(unique=True)
    label = models.CharField(max_length=40)
    min_percent = models.PositiveSmallIntegerField()
    valid_years = models.PositiveSmallIntegerField()
    message = models.TextField()

    class Meta:
        ordering = ["-min_percent"]
        constraints = [
            models.CheckConstraint(condition=Q(min_percent__lte=100), name="band_is_a_percentage")
        ]

    def __str__(self) -> str:
        return self.label


class Step(models.Model):
    key = models.SlugField(unique=True)
    number = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=120)
    who = models.CharField(max_length=80)
    what_happens = models.TextField()
    output = models.CharField(max_length=200)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
