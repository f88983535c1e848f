"""What is kept of comparing: fingerprints to find by, hints to show, and what is still to do."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from certificates.models import Facet

MOST_ATTEMPTS = 5


class Fingerprint(models.Model):
    """A few words of an entry, as a number; `place` is the entry's row in the snapshot."""

    pk = models.CompositePrimaryKey("mark", "submission_id", "place")
    mark = models.BigIntegerField()
    submission = models.ForeignKey("portfolios.Submission", models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.mark} in {self.submission_id}, {self.place}"


class Likeness(models.Model):
    """A hint for the auditor: something of this entry stands elsewhere too. Never a finding.

    Of an entry it keeps where its passages stand, not their words: those stay in one place.
    """

    class Kind(models.TextChoices):
        OTHER = "other", _("In an earlier submission")
        OWN = "own", _("In the applicant’s own earlier work")
        PUBLIC = "public", _("In a public text")
        FILE = "file", _("The same file came with an earlier submission")
        OWN_FILE = "own file", _("The same file came with the applicant’s own earlier submission")

    class Source(models.TextChoices):
        STATEMENT = "statement", _("The wording of %(name)s")
        PROMPT = "prompt", _("The prompt of %(name)s")
        AREA = "area", _("The description of area %(name)s")
        PAGE = "page", _("Our page “%(name)s”")

    submission = models.ForeignKey(
        "portfolios.Submission", models.CASCADE, related_name="likenesses"
    )
    code = models.CharField(max_length=20)
    facet = models.CharField(max_length=10, choices=Facet)
    kind = models.CharField(max_length=10, choices=Kind)
    other = models.ForeignKey("portfolios.Submission", models.CASCADE, null=True, related_name="+")
    other_place = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=10, choices=Source, blank=True)
    name = models.CharField(max_length=200, blank=True)  # of the public text, or of the file
    passages = models.JSONField(default=list)
    words = models.PositiveIntegerField(default=0)  # that agree, outside quotation marks

    class Meta:
        verbose_name_plural = "likenesses"
        ordering = ["pk"]
        indexes = [models.Index(fields=["submission", "code", "facet"], name="likenesses_of_entry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="public", other=None) & ~Q(source="")
                | ~Q(kind="public") & Q(other__isnull=False, source=""),
                name="likeness_with_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.facet}: {self.kind}"


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def _free(self, at: datetime) -> Self:
        rested = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(rested, attempts__lt=MOST_ATTEMPTS).order_by("submission_id")

    def to_mark(self, at: datetime) -> Self:
        return self._free(at).filter(marked_at=None)

    def to_compare(self, at: datetime) -> Self:
        """Marked, and everything that was handed in before is marked too or given up."""
        before = Comparison.objects.filter(
            submission_id__lt=OuterRef("submission_id"),
            marked_at=None,
            attempts__lt=MOST_ATTEMPTS,
        )
        return self._free(at).filter(~Exists(before), compared_at=None).exclude(marked_at=None)


class Comparison(models.Model):
    """Work in the background for one submission: fingerprints first, then hints."""

    submission = models.OneToOneField(
        "portfolios.Submission", models.CASCADE, related_name="comparison"
    )
    marked_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        ordering = ["submission_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(compared_at=None) | Q(marked_at__isnull=False),
                name="compared_after_it_was_marked",
            )
        ]

    def __str__(self) -> str:
        return f"Comparing submission {self.submission_id}"
