"""What renewal asks for: the body's words, and how much of what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later


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

    RATINGS = "ratings", _later("fresh self-assessment")
    ENTRIES = "entries", _later("new practice entries an area")
    MENTORING = "mentoring", _later("hours of mentoring")
    LEARNING = "learning", _later("hours of learning")
    SUPERVISION = "supervision", _later("supervision or peer sessions")
    ETHICS = "ethics", _later("ethics declaration")
    TALK = "talk", _later("minutes of renewal talk")
    REHEARSAL = "rehearsal", _later("months since the crisis rehearsal, at most")


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

    @property
    def unit(self) -> str:
        """What is counted, in the number of the amount."""
        if self.measure == Measure.ENTRIES and self.amount == 1:
            return _("new practice entry an area")
        return str(self.get_measure_display())


def asked_of(level: str) -> dict[Measure, int]:
    """What renewing a certificate of this level takes. Lists inside JSON cannot be asked of every
    database, and there are eight."""
    rows = RenewalAmount.objects.select_related("step")
    return {Measure(r.measure): r.amount for r in rows if level in r.step.levels}
