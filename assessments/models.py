"""How applicants rate themselves, and the baseline that comes of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypedDict

from django.db import models
from django.db.models import FilteredRelation, Q

from applicants.models import Application
from certificates.models import Facet, Requirement
from certificates.papers import MOST_ATTEMPTS
from frameworks.models import Statement

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from accounts.models import User

NOTE_LENGTH = 2000


class Mine(TypedDict):
    """A requirement beside one's own rating of its statement."""

    mine: "Rating"


class SelfAssessmentQuerySet(models.QuerySet["SelfAssessment"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(application__in=Application.objects.visible_to(user))


class SelfAssessment(models.Model):
    """`baseline` freezes ratings and wording when it is sent."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="self_assessment")
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    baseline = models.JSONField(null=True)

    objects = SelfAssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, baseline__isnull=True)
                | Q(sent_at__isnull=False, baseline__isnull=False),
                name="self_assessment_sent_with_baseline",
            )
        ]

    def __str__(self) -> str:
        return f"Self-assessment of {self.application}"

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What was sent, one row a statement; empty before."""
        return list((self.baseline or {}).get("answers", []))

    def answered(
        self, asked: models.QuerySet[Requirement]
    ) -> "models.QuerySet[WithAnnotations[Requirement, Mine]]":
        """What is asked, each beside the rating (`mine`) that this self-assessment holds of it."""
        own = Q(statement__rating__assessment=self.pk)
        return asked.annotate(mine=FilteredRelation("statement__rating", condition=own))

    def open_requirements(self) -> "models.QuerySet[WithAnnotations[Requirement, Mine]]":
        return self.answered(self.application.asked()).filter(
            Q(facet=Facet.CONCEPT, mine__concept=None)
            | Q(facet=Facet.PRACTICE, mine__practice=None)
        )


class Rating(models.Model):
    """What somebody said of themselves about one statement: 0 to 4 for each facet that is asked.

    `revision` counts the saves, so that two tabs notice each other.
    """

    assessment = models.ForeignKey(SelfAssessment, models.CASCADE, related_name="ratings")
    statement = models.ForeignKey(Statement, models.PROTECT)
    concept = models.PositiveSmallIntegerField(null=True)
    practice = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "statement"], name="one_rating_per_statement"
            ),
            models.CheckConstraint(
                condition=Q(concept=None) | Q(concept__range=(0, 4)), name="rating_concept_0_to_4"
            ),
            models.CheckConstraint(
                condition=Q(practice=None) | Q(practice__range=(0, 4)),
                name="rating_practice_0_to_4",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement.code}: {self.concept}/{self.practice}"


def report_path(report: "Report", _name: str) -> str:
    return f"reports/{report.assessment_id}-{report.language}.pdf"


class ReportQuerySet(models.QuerySet["Report"]):
    def due(self, at: datetime) -> Self:
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(free, drawn_at=None, attempts__lt=MOST_ATTEMPTS).order_by("pk")

    def overdue(self, since: datetime) -> Self:
        """Asked for before that time and not there, given up ones among them."""
        return self.filter(drawn_at=None, asked_at__lt=since)


class Report(models.Model):
    """The baseline as a PDF: owed as a row, drawn in the background, kept. One a language."""

    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="reports")
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    drawn_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to=report_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "language"], name="one_report_per_language"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None, sha256="") | Q(drawn_at__isnull=False) & ~Q(sha256=""),
                name="report_has_a_digest_when_drawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} ({self.language})"

    @property
    def failed(self) -> bool:
        return self.drawn_at is None and self.attempts >= MOST_ATTEMPTS
