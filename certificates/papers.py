"""The papers of a certificate: owed, drawn in the background, kept."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Paper(models.TextChoices):
    A4 = "a4", _("A4")
    LETTER = "letter", _("Letter")


def drawing_path(drawing: "Drawing", _name: str) -> str:
    return f"certificates/{drawing.certificate.public_id}-{drawing.paper}.pdf"


MOST_ATTEMPTS = 3


class PaperSigner(models.Model):
    """The certificate (X.509) behind the signature of papers: public, and kept for ever."""

    fingerprint = models.CharField(max_length=64, unique=True)  # SHA-256
    name = models.CharField(max_length=200)
    chain = models.TextField()  # PEM, its own first
    valid_until = models.DateTimeField()
    for_trying = models.BooleanField(default=False)  # made by itself, for a demo
    first_used_at = models.DateTimeField()

    class Meta:
        ordering = ["-first_used_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def spelled(self) -> list[str]:
        """The fingerprint as programs show it, in groups that one can compare."""
        digits = self.fingerprint.upper()
        return [digits[place : place + 4] for place in range(0, len(digits), 4)]


class DrawingQuerySet(models.QuerySet["Drawing"]):
    def due(self, at: datetime) -> Self:
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(free, drawn_at=None, attempts__lt=MOST_ATTEMPTS).order_by("pk")

    def failed(self) -> Self:
        return self.filter(drawn_at=None, attempts__gte=MOST_ATTEMPTS)


class Drawing(models.Model):
    """The PDF of a certificate on one paper: owed as a row, drawn in the background, kept."""

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="drawings"
    )
    paper = models.CharField(max_length=10, choices=Paper)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    drawn_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to=drawing_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    signer = models.ForeignKey(PaperSigner, models.PROTECT, null=True, related_name="drawings")

    objects = DrawingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="drawing_by_digest")]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "paper"], name="one_drawing_a_paper"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, sha256="") | Q(drawn_at__isnull=False) & ~Q(sha256=""),
                name="drawing_has_a_digest_when_drawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} on {self.paper}"


class EarlierPaper(models.Model):
    """A paper that was drawn anew since. What people hold in hand was issued by us all the same."""

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="earlier_papers"
    )
    paper = models.CharField(max_length=10, choices=Paper)
    sha256 = models.CharField(max_length=64, unique=True)
    drawn_at = models.DateTimeField()
    file = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.certificate} on {self.paper}, {self.drawn_at:%Y-%m-%d}"
