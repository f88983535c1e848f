"""The register of what threatens impartiality, and the few exceptions that the body allows."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from applicants.flow import REGISTER, RegisterStage
from applicants.models.bonds import Bond
from applicants.models.case import Application
from trail.flow import Flow
from trail.models import Staged

if TYPE_CHECKING:
    from accounts.models import User

# An interview agrees on steps and judges nobody; every other part audits, verifies or decides.
EXCEPTED_ROLES = (Role.INTAKE_MANAGER,)
# Family, a declared interest and one's own case bar without exception.
EXCEPTED_BONDS = (Bond.TAUGHT, Bond.ORGANISATION)


class PartException(models.Model):
    """Somebody may take a part that judges nobody, although something binds them. One person asks,
    a second one answers; the database refuses it for every other part."""

    class Answer(models.TextChoices):
        NONE = "", _("Not answered yet")
        GRANTED = "granted", _("Allowed")
        REFUSED = "refused", _("Refused")

    application = models.ForeignKey(Application, models.PROTECT, related_name="exceptions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(r.value, r.label) for r in EXCEPTED_ROLES])
    bond = models.CharField(max_length=20, choices=[(b.value, b.label) for b in EXCEPTED_BONDS])
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True, choices=Answer)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer_note = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=EXCEPTED_ROLES), name="no_exception_for_who_judges"
            ),
            models.CheckConstraint(
                condition=Q(bond__in=EXCEPTED_BONDS), name="no_exception_from_hard_bars"
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")), name="nobody_asks_for_their_own_exception"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None)
                | ~Q(answered_by=F("asked_by")) & ~Q(answered_by=F("person")),
                name="an_exception_needs_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="an_exception_is_answered_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["application", "person", "role", "bond"],
                condition=~Q(answer="refused"),
                name="one_exception_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.role} in {self.application}"


class ThreatQuerySet(models.QuerySet["Threat"]):
    def open(self) -> Self:
        return self.filter(stage=RegisterStage.OPEN)

    def due(self, on: date) -> Self:
        return self.open().filter(review_on__lte=on)


class Threat(Staged):
    """One thing that might sway judgement, what is done about it, by whom, and when it is looked
    at again."""

    class Kind(models.TextChoices):
        SELF_INTEREST = "self_interest", _("Self-interest")
        SELF_REVIEW = "self_review", _("Judging one's own work")
        FAMILIARITY = "familiarity", _("Familiarity")
        PRESSURE = "pressure", _("Pressure")
        MONEY = "money", _("Money")
        OTHER = "other", _("Something else")

    class Scope(models.TextChoices):
        GENERAL = "general", _("The body as a whole")
        CASE = "case", _("One case")
        PERSON = "person", _("One person")
        ORGANISATION = "organisation", _("One organisation")

    what = models.TextField()
    kind = models.CharField(max_length=20, choices=Kind)
    scope = models.CharField(max_length=20, choices=Scope)
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="threats"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.CharField(max_length=200, blank=True)
    mitigation = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    review_on = models.DateField()
    noted_at = models.DateTimeField()
    exception = models.OneToOneField(
        PartException, models.PROTECT, null=True, related_name="threat"
    )

    objects = ThreatQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=RegisterStage.values), name="threat_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(scope="general", application=None, person=None, organisation="")
                | Q(scope="case", application__isnull=False)
                | Q(scope="person", person__isnull=False)
                | Q(scope="organisation") & ~Q(organisation=""),
                name="threat_names_what_it_is_about",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_kind_display()}"

    @property
    def flow(self) -> Flow:
        return REGISTER

    @property
    def stage_label(self) -> str:
        return str(RegisterStage(self.stage).label)

    def acts_as(self, user: "User | None") -> frozenset[str]:
        """The Director and the administrators keep the register, each entry with one owner."""
        keeps = user is not None and user.roles & {Role.ADMINISTRATOR, Role.DECIDER}
        return frozenset({Role.ADMINISTRATOR}) if keeps else frozenset()


class Review(models.Model):
    """Somebody looked at a threat again: what they found, and what is done from then on."""

    threat = models.ForeignKey(Threat, models.PROTECT, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField()
    mitigation = models.TextField()  # as it stood from then on

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.threat}: {self.at:%Y-%m-%d}"
