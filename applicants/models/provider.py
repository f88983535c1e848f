"""Education providers whom the body recognises, and what their rosters say: who taught whom."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applicants.models.independence import TeachingRelation, bars_from


class ProviderQuerySet(models.QuerySet["Provider"]):
    def recognised(self, on: date) -> Self:
        lasts = Q(recognised_until=None) | Q(recognised_until__gte=on)
        return self.filter(lasts, recognised_from__lte=on)


class Provider(models.Model):
    """An organisation that teaches mentors. Where somebody learned counts for nothing; who taught
    them decides who may not judge them."""

    name = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=120, blank=True)
    website = models.URLField(blank=True)
    recognised_from = models.DateField()
    recognised_until = models.DateField(null=True, blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recognised_until=None) | Q(recognised_until__gte=F("recognised_from")),
                name="recognition_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RosterRowQuerySet(models.QuerySet["RosterRow"]):
    def waiting(self) -> Self:
        """Rows whose people have no account here yet, or only one of them."""
        return self.filter(relation=None, withdrawn_at=None)

    def barring(self, on: date) -> Self:
        """Rows that bar although nobody has matched them yet."""
        return self.waiting().filter(Q(ends_on=None) | Q(ends_on__gte=bars_from(on)))


class RosterRow(models.Model):
    """One line of a roster, kept under the addresses that it names. It becomes a relation when
    both people have an account with that address."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="rows")
    learner_email = models.EmailField()
    learner_name = models.CharField(max_length=200, blank=True)
    teacher_email = models.EmailField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)  # the provider says that it never was so
    relation = models.OneToOneField(
        TeachingRelation, models.PROTECT, null=True, related_name="roster_row"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = RosterRowQuerySet.as_manager()

    class Meta:
        ordering = ["learner_email", "teacher_email", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "learner_email", "teacher_email", "starts_on"],
                name="one_roster_row_per_teaching",
            ),
            models.CheckConstraint(
                condition=~Q(learner_email=F("teacher_email")), name="roster_names_two_people"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="roster_row_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.starts_on}"
