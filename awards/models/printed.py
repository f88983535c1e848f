"""What is drawn in the background and kept: the papers of an award, and reports."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.papers import MOST_ATTEMPTS, Paper, PaperSigner

One = TypeVar("One", bound=models.Model)


class Language(models.TextChoices):
    """Papers of a programme come in both languages of the body."""

    ENGLISH = "en", "English"
    FRENCH = "fr-ca", "Français"


class PrintedQuerySet(models.QuerySet[One]):
    def due(self, at: datetime) -> Self:
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(free, drawn_at=None, attempts__lt=MOST_ATTEMPTS).order_by("pk")

    def failed(self) -> Self:
        return self.filter(drawn_at=None, attempts__gte=MOST_ATTEMPTS)


class Printed(models.Model):
    """A PDF: owed as a row, drawn in the background, stored once with its digest."""

    language = models.CharField(max_length=5, choices=Language)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    drawn_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True

    @property
    def gave_up(self) -> bool:
        return self.drawn_at is None and self.attempts >= MOST_ATTEMPTS


def paper_path(paper: "AwardPaper", _name: str) -> str:
    return f"awards/{paper.award.public_id}-{paper.paper}-{paper.language}.pdf"


class AwardPaper(Printed):
    """The certificate of an award on one paper and in one language."""

    award = models.ForeignKey("awards.Award", models.PROTECT, related_name="papers")
    paper = models.CharField(max_length=10, choices=Paper)
    file = models.FileField(upload_to=paper_path, blank=True)
    signer = models.ForeignKey(PaperSigner, models.PROTECT, null=True, related_name="+")

    objects = PrintedQuerySet["AwardPaper"].as_manager()

    class Meta:
        ordering = ["language", "paper"]
        indexes = [models.Index(fields=["sha256"], name="award_paper_by_digest")]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "paper", "language"], name="one_award_paper_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None, sha256="") | Q(drawn_at__isnull=False) & ~Q(sha256=""),
                name="award_paper_has_a_digest_when_drawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} on {self.paper}, {self.language}"


def printout_path(printout: "Printout", _name: str) -> str:
    return f"awards/{printout.kind}-{printout.bid_id}-{printout.pk}.pdf"


class PrintoutKind(models.TextChoices):
    REPORT = "report", _("Report of the assessors")
    GUIDE = "guide", _("Self-assessment")


class Printout(Printed):
    """A report as PDF. A sheet is final, so its report is drawn once for each language; what a
    team says of itself changes, so each request for it is a row of its own."""

    bid = models.ForeignKey("awards.Bid", models.PROTECT, related_name="printouts")
    kind = models.CharField(max_length=10, choices=PrintoutKind)
    sheet = models.ForeignKey("awards.Sheet", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    file = models.FileField(upload_to=printout_path, blank=True)

    objects = PrintedQuerySet["Printout"].as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "language"], name="one_printed_report_a_language"
            ),
            models.UniqueConstraint(
                fields=["bid", "language"],
                condition=Q(kind=PrintoutKind.GUIDE, drawn_at=None),
                name="one_guide_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind=PrintoutKind.REPORT, sheet__isnull=False)
                | Q(kind=PrintoutKind.GUIDE, sheet=None),
                name="a_printed_report_has_its_sheet",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None, sha256="") | Q(drawn_at__isnull=False) & ~Q(sha256=""),
                name="printout_has_a_digest_when_drawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of bid {self.bid_id}, {self.language}"
