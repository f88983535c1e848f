"""The one thing that the composition of all apps owns: the dossier of a case."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from certificates.papers import MOST_ATTEMPTS

KEPT = timedelta(days=14)


def dossier_path(dossier: "Dossier", name: str) -> str:
    return f"dossiers/{dossier.application_id}-{dossier.pk}/{name}"


class Step(models.IntegerChoices):
    """How far the making has come."""

    ASKED = 0, _("Waiting to begin")
    READING = 1, _("Reading the case")
    DRAWING = 2, _("Drawing the pages")
    PACKING = 3, _("Packing the files")
    DONE = 4, _("Ready")


class DossierQuerySet(models.QuerySet["Dossier"]):
    def due(self, at: datetime) -> Self:
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(free, made_at=None, attempts__lt=MOST_ATTEMPTS).order_by("pk")

    def failed(self) -> Self:
        return self.filter(made_at=None, attempts__gte=MOST_ATTEMPTS)

    def overdue(self, since: datetime) -> Self:
        """Asked for before that time and not there, given up ones among them."""
        return self.filter(made_at=None, asked_at__lt=since)

    def to_sweep(self, at: datetime) -> Self:
        return self.filter(made_at__lt=at - KEPT, swept_at=None)


class Dossier(models.Model):
    """Everything about one case in one PDF and one ZIP, as it was at one moment: owed as a row,
    made in the background, kept for two weeks with the hash of each."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="dossiers")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="dossiers")
    asked_at = models.DateTimeField()
    language = models.CharField(max_length=10)
    step = models.PositiveSmallIntegerField(choices=Step, default=Step.ASKED)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    made_at = models.DateTimeField(null=True)
    pdf = models.FileField(upload_to=dossier_path, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    box = models.FileField(upload_to=dossier_path, blank=True)
    box_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(default=0)
    swept_at = models.DateTimeField(null=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at=None, pdf_sha256="", box_sha256="")
                | Q(made_at__isnull=False) & ~Q(pdf_sha256="") & ~Q(box_sha256=""),
                name="dossier_has_digests_when_made",
            ),
        ]

    def __str__(self) -> str:
        return f"Dossier {self.pk} of {self.application}"

    @property
    def failed(self) -> bool:
        return self.made_at is None and self.attempts >= MOST_ATTEMPTS

    @property
    def is_there(self) -> bool:
        return self.made_at is not None and self.swept_at is None

    @property
    def expires_at(self) -> datetime | None:
        return self.made_at + KEPT if self.made_at else None
