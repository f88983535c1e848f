"""What renewal asks for: the body's words, and how much of what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RenewalStep(models.Model):
    """What renewal asks for, in the body's words; `levels` names whom it concerns."""

    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=120)
    detail = models.TextField()
    levels = models.JSONField(default=list)
    basis = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Measure(models.TextChoices):
    """What can be counted of a renewal, and in what."""

    RATINGS = "ratings", _("fresh self-assessment")
    ENTRIES = "entries", _("new practice entries an area")
    MENTORING = "mentoring", _("hours of mentoring")
    LEARNING = "learning", _("hours of learning")
    SUPERVISION = "supervision", _("supervision or peer sessions")
    ETHICS = "ethics", _("ethics declaration")
    TALK = "talk", _("minutes of renewal talk")
    REHEARSAL = "rehearsal", _("months since the crisis rehearsal, at most")


class RenewalAmount(models.Model):
    """How much of something a step of renewal asks for, from the levels that the step names."""

    step = models.ForeignKey(RenewalStep, models.CASCADE, related_name="amounts")
    measure = models.CharField(max_length=20, choices=Measure, unique=True)
    amount = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["step__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values), name="renewal_measure_is_known"
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="renewal_amount_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.step.code}: {self.amount} {self.measure}"


def asked_of(level: str) -> dict[Measure, int]:
    """What renewing a certificate of this level takes. Lists inside JSON cannot be asked of every
    database, and there are eight."""
    rows = RenewalAmount.objects.select_related("step")
    return {Measure(r.measure): r.amount for r in rows if level in r.step.levels}
