"""What applicants hand in, and what auditors find."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.flow import Stage
from applicants.models import Application
from certificates.models import Certificate, Facet
from files.held import FileState
from frameworks.models import Statement
from meetings.models import Meeting
from portfolios import logbook, panels, rulebook  # noqa: F401 - Django finds models here
from portfolios.collection import Evidence, EvidenceKind, evidence_path
from portfolios.likeness import records  # noqa: F401 - their models belong to this app

if TYPE_CHECKING:
    from accounts.models import User

# What is collected has a file of its own, and is reached from here like everything else.
__all__ = ["Evidence", "EvidenceKind", "FileState", "evidence_path"]


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(application__in=Application.objects.visible_to(user))


class Portfolio(models.Model):
    application = models.OneToOneField(Application, models.PROTECT, related_name="portfolio")
    opened_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    objects = PortfolioQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Portfolio of {self.application}"

    @property
    def writable(self) -> bool:
        return bool(self.application.stage == Stage.PORTFOLIO)


class EntryState(models.TextChoices):
    """A missing entry has no row."""

    DRAFT = "draft", _("Draft")
    READY = "ready", _("Ready to send")
    TO_IMPROVE = "back", _("To improve")
    CARRIED = "carried", _("Carried over")
    ACCEPTED = "done", _("Accepted")


# States in which the words of an entry may change while the portfolio is with the applicant.
WRITABLE = (EntryState.DRAFT, EntryState.READY, EntryState.TO_IMPROVE)
SENDABLE = (EntryState.READY, EntryState.CARRIED, EntryState.ACCEPTED)


class Entry(models.Model):
    """The applicant's words on one statement, as concept or as practice."""

    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="entries")
    statement = models.ForeignKey(Statement, models.PROTECT)
    facet = models.CharField(max_length=10, choices=Facet)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=10, choices=EntryState, default=EntryState.DRAFT)
    carried_from = models.ForeignKey(Certificate, models.PROTECT, null=True)
    advice = models.TextField(blank=True)  # what to improve, from whoever sent it back
    answer = models.TextField(blank=True)  # what the applicant says to that
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["statement__position", "facet"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "statement", "facet"], name="one_entry_per_facet"
            ),
            models.CheckConstraint(
                condition=Q(state__in=EntryState.values), name="entry_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=EntryState.CARRIED, carried_from__isnull=False)
                | ~Q(state=EntryState.CARRIED) & Q(carried_from=None),
                name="entry_carried_from_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement.code} {self.facet} ({self.state})"

    @property
    def words(self) -> int:
        return len(self.text.split())


class Submission(models.Model):
    """The portfolio as it was handed in, number n: nothing in it changes any more."""

    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    declaration = models.JSONField()  # own words, sources and helpers, tools
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "number"], name="one_submission_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"Submission {self.number} of {self.portfolio}"


class AuditResult(models.TextChoices):
    PASS = "pass", _("Passed")
    REVISE = "revise", _("Revise and send again")
    NOT_PASS = "not_pass", _("Not passed")


class Seat(models.IntegerChoices):
    """Whose audit it is. The second reads blind; the third decides what the two differ on."""

    FIRST = 1, _("First auditor")
    SECOND = 2, _("Second auditor")
    THIRD = 3, _("Third auditor")


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(application__in=Application.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(closed_at=None, voided_at=None)

    def closed(self) -> Self:
        """Those that count: closed with a result."""
        return self.exclude(closed_at=None)


class Audit(models.Model):
    """One round of findings: on a submission, or in a verbal audit's meeting. What an auditor who
    steps back wrote is kept and void. Two who read blind finish each, and are closed together."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="audits")
    number = models.PositiveSmallIntegerField()
    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="audits")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="audits")
    seat = models.PositiveSmallIntegerField(choices=Seat, default=Seat.FIRST)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)  # final, while another still reads
    closed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, choices=AuditResult, blank=True)
    comment = models.TextField(blank=True)  # to the applicant, about the whole

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="one_audit_per_number"),
            models.CheckConstraint(
                condition=Q(closed_at=None, finished_at=None, result="")
                | ~Q(closed_at=None, finished_at=None) & Q(result__in=AuditResult.values),
                name="audit_final_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(voided_at=None), name="audit_closed_or_void"
            ),
            models.UniqueConstraint(
                fields=["application", "seat"],
                condition=Q(closed_at=None, voided_at=None),
                name="one_open_audit_per_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"Audit {self.number} of {self.application}"


class Mark(models.IntegerChoices):
    """How far an entry meets a criterion."""

    NOT_MET = 0, _("Not met")
    PARTLY = 1, _("Partly met")
    MET = 2, _("Met")


class FindingQuerySet(models.QuerySet["Finding"]):
    def met(self) -> Self:
        return self.filter(relevance=Mark.MET, authorship=Mark.MET, mastery=Mark.MET)


class Finding(models.Model):
    """What the auditor found of one statement and facet, on three criteria."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="findings")
    statement = models.ForeignKey(Statement, models.PROTECT)
    facet = models.CharField(max_length=10, choices=Facet)
    relevance = models.PositiveSmallIntegerField(choices=Mark, null=True)
    authorship = models.PositiveSmallIntegerField(choices=Mark, null=True)
    mastery = models.PositiveSmallIntegerField(choices=Mark, null=True)
    comment = models.TextField(blank=True)
    not_assessed = models.TextField(blank=True)  # because
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["statement__position", "facet"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "statement", "facet"], name="one_finding_per_facet"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{criterion: None}) | Q(**{f"{criterion}__range": (0, 2)}),
                    name=f"finding_{criterion}_0_to_2",
                )
                for criterion in ("relevance", "authorship", "mastery")
            ),
            models.CheckConstraint(
                condition=Q(not_assessed="") | Q(relevance=None, authorship=None, mastery=None),
                name="finding_assessed_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement.code} {self.facet}: {self.marks}"

    @property
    def marks(self) -> tuple[int | None, int | None, int | None]:
        return self.relevance, self.authorship, self.mastery

    @property
    def is_complete(self) -> bool:
        """Three marks, and words beside them where one is below “met”; or why there are none."""
        words = self.is_met or bool(self.comment)
        return bool(self.not_assessed) or (None not in self.marks and words)

    @property
    def advice(self) -> str:
        """What the applicant works with: what is missing, or why it could not be judged."""
        return self.not_assessed or self.comment

    @property
    def in_words(self) -> str:
        """“Met, partly met, not met”, or that it was not assessed."""
        if self.not_assessed:
            return str(_("Not assessed"))
        words = ["–" if mark is None else str(Mark(mark).label) for mark in self.marks]
        return ", ".join(words).capitalize()

    @property
    def is_met(self) -> bool:
        return self.marks == (Mark.MET, Mark.MET, Mark.MET)


class VerbalAudit(models.Model):
    """The meeting of a verbal audit; a missed or repeated one is another row."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="verbal_audits")
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="verbal_audit")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Verbal audit of {self.application}"
