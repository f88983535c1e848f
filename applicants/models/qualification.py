"""What somebody may take: which part, for which certificates, in which languages, until when."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Language
from accounts.roles import Role
from certificates.models import Tier

# The work for which somebody is qualified. Panels are chosen for each appeal.
QUALIFIED = (Role.INTAKE_MANAGER, Role.AUDITOR, Role.VERIFIER, Role.DECIDER)
QUALIFIED_CHOICES = [(role.value, role.label) for role in QUALIFIED]
SOON_DAYS = 60  # from here on it is said that something lapses


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def in_force(self, on: date) -> Self:
        return self.standing().filter(starts_on__lte=on, ends_on__gte=on)

    def for_work(self, role: Role, people: Iterable[int]) -> Self:
        return self.filter(role=role, person__in=people)


class Qualification(models.Model):
    """Given by an administrator to somebody else. Ended, never changed or removed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="qualifications"
    )
    role = models.CharField(max_length=20, choices=QUALIFIED_CHOICES)
    tiers = models.ManyToManyField(Tier, related_name="+")
    languages = models.JSONField(default=list)  # codes of accounts.models.Language
    starts_on = models.DateField()
    ends_on = models.DateField()  # the last day
    basis = models.TextField(blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        ordering = ["role", "-ends_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=QUALIFIED), name="qualification_is_for_work_on_cases"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="qualification_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(given_by=None) | ~Q(given_by=F("person")),
                name="nobody_qualifies_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_role_display()} until {self.ends_on}"

    @property
    def language_names(self) -> list[str]:
        return [str(Language(code).label) for code in self.languages]


class Competence(models.Model):
    """On what a qualification rests: training that somebody did, or work that was observed. A
    correction is another record."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        OBSERVED = "observed", _("Observed assessment")

    class Result(models.TextChoices):
        MET = "met", _("Met")
        WITH_ADVICE = "advice", _("Met, with advice")
        NOT_YET = "not_yet", _("Not yet")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="competence")
    kind = models.CharField(max_length=10, choices=Kind)
    role = models.CharField(max_length=20, choices=QUALIFIED_CHOICES)
    on = models.DateField()
    by_whom = models.CharField(max_length=200)  # who taught or observed; not always one of us
    result = models.CharField(max_length=10, choices=Result)
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recorded_by=F("person")), name="nobody_records_their_own_competence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}, {self.on}"
