"""The signed twin of a certificate: its keys, its document, and the list that can revoke it."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from certificates.models import Certificate
from credentials.registry import CERTIFICATE

MOST_ATTEMPTS = 3


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def current(self) -> "SigningKey | None":
        """The key that signs now."""
        return self.filter(retired_at=None).order_by("-made_at", "-pk").first()


class SigningKey(models.Model):
    """The public half of a key; the private half is a file that only workers can read.

    A retired key signs nothing new and stays published, so that what it signed still verifies.
    """

    name = models.SlugField(unique=True)
    public = models.CharField(max_length=100, unique=True)  # as DID documents write it
    for_trying = models.BooleanField(default=False)  # made by itself, for a demo
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return self.name


class StatusList(models.Model):
    """131,072 places, and the signed list that says which of their credentials are revoked."""

    number = models.PositiveIntegerField(unique=True)
    document = models.TextField(blank=True)
    revoked = models.CharField(max_length=64, blank=True)  # digest of what the list says
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Status list {self.number}"


class CredentialQuerySet(models.QuerySet["Credential"]):
    def due(self, at: datetime) -> Self:
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(free, sealed_at=None, attempts__lt=MOST_ATTEMPTS).order_by("pk")

    def failed(self) -> Self:
        return self.filter(sealed_at=None, attempts__gte=MOST_ATTEMPTS)


class Credential(models.Model):
    """An Open Badges 3.0 credential: owed with the certificate, signed in the background, kept.

    Its place in the status list is drawn at random, so that neighbours tell nothing. Other kinds
    than certificates point at their credential from an app above (`registry.KINDS`).
    """

    kind = models.CharField(max_length=20, default=CERTIFICATE)
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, null=True, related_name="credential"
    )
    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="credentials")
    place = models.PositiveIntegerField()
    subject = models.UUIDField(default=uuid.uuid4, unique=True)
    key = models.ForeignKey(SigningKey, models.PROTECT, null=True, related_name="credentials")
    document = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "place"], name="one_credential_a_place"),
            models.CheckConstraint(
                condition=Q(sealed_at=None, document="", sha256="", key=None)
                | Q(sealed_at__isnull=False, key__isnull=False) & ~Q(document="") & ~Q(sha256=""),
                name="credential_is_sealed_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind=CERTIFICATE, certificate__isnull=False)
                | ~Q(kind=CERTIFICATE) & Q(certificate=None),
                name="credential_of_a_certificate_or_another_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"Credential of {self.certificate or self.kind}"


class EarlierCredential(models.Model):
    """What was published before it was signed with another key. It goes on verifying."""

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="earlier")
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    document = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["sealed_at"]

    def __str__(self) -> str:
        return f"{self.credential}, {self.sealed_at:%Y-%m-%d}"
