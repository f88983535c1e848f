"""The verification meeting: what the verifier tested in conversation, and what came of it."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from frameworks.models import Statement
from meetings.models import How, Meeting

if TYPE_CHECKING:
    from accounts.models import User


class Recommendation(models.TextChoices):
    AWARD = "award", _("Award")
    CONDITIONS = "conditions", _("Award with conditions")
    NOT_YET = "not_yet", _("Not yet")


class Document(models.TextChoices):
    """The kind of paper that was seen. Its number is nobody's business here."""

    PASSPORT = "passport", _("Passport")
    IDENTITY_CARD = "identity_card", _("Identity card")
    LICENCE = "licence", _("Driving licence")
    RESIDENCE = "residence", _("Residence permit")
    STATUS_CARD = "status_card", _("Status card of an Indigenous nation")
    OTHER = "other", _("Another official paper with a photo")


class VerificationQuerySet(models.QuerySet["Verification"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(application__in=Application.objects.visible_to(user))


class Verification(models.Model):
    """One verifier's record. Signed, it is locked, by the database too (guards.py); a
    recommendation never decides."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="verifications")
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="verifications"
    )
    opened_at = models.DateTimeField()
    identity_checked = models.CharField(max_length=200, blank=True)  # how
    identity_document = models.CharField(max_length=20, choices=Document, blank=True)
    mode = models.CharField(max_length=10, choices=How, blank=True)  # how they met in fact
    persons_present = models.CharField(max_length=300, blank=True)
    adjustments_made = models.CharField(max_length=300, blank=True)
    interruptions = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)  # of the frame: everything above
    saved_at = models.DateTimeField(null=True)
    recommendation = models.CharField(max_length=20, choices=Recommendation, blank=True)
    signed_at = models.DateTimeField(null=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "verifier"],
                condition=Q(signed_at=None),
                name="one_open_verification_per_verifier",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None)
                | Q(recommendation__in=Recommendation.values) & ~Q(identity_checked=""),
                name="signed_verification_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(identity_document__in=["", *Document.values]),
                name="identity_document_known",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["", *How.values]), name="verification_mode_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Verification of {self.application}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class Appointment(models.Model):
    """A meeting of a verification; a missed or continued one is another row."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="appointments")
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="verification")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Meeting of {self.verification}"


class SentBack(models.Model):
    """Named statements went back to the applicant after a meeting, and why."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="sent_back")
    statements = models.ManyToManyField(Statement, related_name="sent_back")
    why = models.TextField()
    at = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="sent_back_says_why"),
        ]

    def __str__(self) -> str:
        return f"Sent back by {self.verification}"


class Found(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed")
    NOT_EXPLORED = "not_explored", _("Not explored")


class Outcome(models.Model):
    """What the verifier found of one statement."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="outcomes")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="verified")
    found = models.CharField(max_length=20, choices=Found)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["statement__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "statement"], name="one_outcome_per_statement"
            ),
            models.CheckConstraint(condition=Q(found__in=Found.values), name="outcome_known"),
            models.CheckConstraint(
                condition=~Q(found=Found.NOT_CONFIRMED) | ~Q(note=""),
                name="not_confirmed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement.code}: {self.found}"


class Addendum(models.Model):
    """What the verifier adds to a signed record: dated, with its reason. It stands beside the
    record wherever that is shown, and is itself never changed (guards.py)."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="addenda")
    statement = models.ForeignKey(
        Statement, models.PROTECT, null=True, blank=True, related_name="addenda"
    )
    text = models.TextField()
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="addenda")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "addenda"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(why=""), name="addendum_says_what_and_why"
            ),
        ]

    def __str__(self) -> str:
        return f"Addendum to {self.verification}"
