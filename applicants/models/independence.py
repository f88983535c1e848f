"""Relations between people that bar one from judging the other."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.dates import years_after

BARRED_YEARS = 2  # calendar years after a teaching relation ends


def bars_from(on: date) -> date:
    """The earliest last day of teaching that still bars: two years after it is not before `on`."""
    earliest = years_after(on, -BARRED_YEARS)
    # Two years after 28 February is the 28th again, so on a 29th it is over.
    return earliest if earliest.day == on.day else earliest + timedelta(days=1)


class TeachingRelationQuerySet(models.QuerySet["TeachingRelation"]):
    def barring(self, on: date) -> Self:
        """Relations that still bar on that day: going on, or ended less than two years ago."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=bars_from(on)))


class TeachingRelation(models.Model):
    """One person taught, mentored or coached the other. Declared by either, or by a provider."""

    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="taught_others"
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="taught_by_others"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    provider = models.CharField(max_length=200, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    objects = TeachingRelationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(teacher=F("learner")), name="nobody_teaches_themselves"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="teaching_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} taught {self.learner}"


class InterestQuerySet(models.QuerySet["Interest"]):
    def barring(self, on: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Interest(models.Model):
    """A link that might sway judgement, such as family or business. It bars while it lasts."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    ends_on = models.DateField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("about")), name="interest_is_in_somebody_else"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} and {self.about}"


class Declaration(models.Model):
    """What a person said about their interests before a file was opened to them: in one case, or
    (without a case) for the year."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="declarations"
    )
    application = models.ForeignKey(
        "applicants.Application", models.PROTECT, null=True, related_name="declarations"
    )
    clear = models.BooleanField()
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "application"],
                condition=Q(application__isnull=False),
                name="one_declaration_per_person_and_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {'no interest' if self.clear else 'an interest'}"
