"""What auditors go by: the criteria with their levels, and how findings lead to a result."""

from django.db import models


class Criterion(models.Model):
    """Relevance, authorship, mastery: what each level means, and what to ask oneself."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=40)
    definition = models.TextField()
    questions = models.JSONField(default=list)
    level_0 = models.TextField()
    level_1 = models.TextField()
    level_2 = models.TextField()
    what_fails = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class AuditRule(models.Model):
    """How the findings lead to a result, in the body's words."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=80)
    rule = models.TextField()
    shown = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title
