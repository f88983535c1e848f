"""What a holder agreed to, and what they ask for."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.proposals import PROPOSERS, Proposal

if TYPE_CHECKING:
    from accounts.models import User


class What(models.TextChoices):
    TERMS = "terms", _("How the certificate is used")
    LISTING = "listing", _("Being listed in the public directory")


class Agreement(models.Model):
    """The very words that somebody agreed to, under which version, and until when."""

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="agreements"
    )
    what = models.CharField(max_length=10, choices=What)
    version = models.CharField(max_length=20)
    words = models.TextField()
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["agreed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=What.values), name="agreement_is_known"),
            models.UniqueConstraint(
                fields=["certificate", "what"],
                condition=Q(ended_at=None),
                name="one_agreement_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.what} {self.version}"


class NameRequestQuerySet(models.QuerySet["NameRequest"]):
    def visible_to(self, user: "User") -> Self:
        """Whoever may propose reads them; nobody answers their own."""
        return self.exclude(certificate__holder=user) if user.roles & PROPOSERS else self.none()

    def waiting(self) -> Self:
        return self.filter(answered_at=None)


class NameRequest(models.Model):
    """The holder asks for another name on the certificate; two people bring it about, or not."""

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="name_requests"
    )
    name = models.CharField(max_length=200)
    why = models.TextField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="name_requests")
    answer = models.TextField(blank=True)  # why it was not followed

    objects = NameRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="name_request_answered_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(answered_at=None),
                name="one_waiting_name_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.name}"
