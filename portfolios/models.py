"""What applicants hand in, and what auditors find."""

import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from certificates.models import Certificate, Facet
from frameworks.models import Statement
from meetings.models import Meeting

if TYPE_CHECKING:
    from accounts.models import User


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


def evidence_path(evidence: "Evidence", name: str) -> str:
    """A name that nobody can guess, outside the web root; only the ending stays."""
    ending = PurePath(name).suffix.lower()[:6]
    return f"evidence/{evidence.portfolio.pk}/{secrets.token_urlsafe(16)}{ending}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))


class Evidence(models.Model):
    """A file or a link, collected once and shown with any number of entries."""

    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    file = models.FileField(upload_to=evidence_path, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    entries = models.ManyToManyField(Entry, related_name="evidence", blank=True)
    added_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url="") & ~Q(file="") & ~Q(sha256="") | ~Q(url="") & Q(file=""),
                name="evidence_is_a_file_or_a_link",
            ),
            models.UniqueConstraint(
                fields=["portfolio", "sha256"],
                condition=~Q(sha256=""),
                name="one_file_per_portfolio",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LogQuerySet(models.QuerySet["LogSession"]):
    def minutes(self) -> int:
        return int(self.aggregate(sum=models.Sum("minutes"))["sum"] or 0)


class LogSession(models.Model):
    """A line of the mentoring log. It belongs to the person: renewal counts it too."""

    class Sort(models.TextChoices):
        MENTORING = "mentoring", _("Mentoring session")
        LEARNING = "learning", _("Learning")
        SUPERVISION = "supervision", _("Supervision or peer session")

    class Mode(models.TextChoices):
        IN_PERSON = "in person", _("In person")
        VIDEO = "video", _("Video")
        PHONE = "phone", _("Phone")
        WALKING = "walking", _("Walking")
        GROUP = "group", _("Group")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="log_sessions"
    )
    sort = models.CharField(max_length=20, choices=Sort, default=Sort.MENTORING)
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=20, choices=Mode)
    mentee_alias = models.CharField(max_length=40, blank=True)
    focus = models.CharField(max_length=300)
    reflection = models.TextField(blank=True)
    next_step = models.CharField(max_length=300, blank=True)

    objects = LogQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 720)), name="log_session_5_to_720_minutes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.focus}"


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


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(application__in=Application.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(closed_at=None, voided_at=None)

    def closed(self) -> Self:
        """Those that count: closed with a result."""
        return self.exclude(closed_at=None)


class Audit(models.Model):
    """One round of findings: on a submission, or in a verbal audit's meeting.

    When an auditor steps back, what they wrote is kept and void: it counts for nothing, and the
    next auditor begins anew on the same submission.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="audits")
    number = models.PositiveSmallIntegerField()
    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="audits")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="audits")
    opened_at = models.DateTimeField()
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
                condition=Q(closed_at=None, result="")
                | Q(closed_at__isnull=False, result__in=AuditResult.values),
                name="audit_closed_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(voided_at=None), name="audit_closed_or_void"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(closed_at=None, voided_at=None),
                name="one_open_audit_per_case",
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
        ]

    def __str__(self) -> str:
        return f"{self.statement.code} {self.facet}: {self.marks}"

    @property
    def marks(self) -> tuple[int | None, int | None, int | None]:
        return self.relevance, self.authorship, self.mastery

    @property
    def is_complete(self) -> bool:
        """Three marks, and words beside them where one is below “met”."""
        return None not in self.marks and (self.is_met or bool(self.comment))

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


class Criterion(models.Model):
    """Relevance, authorship, mastery: what each level means, and what to ask oneself."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=40)
    definition = models.TextField()
    questions = models.JSONField(default=list)
    level_0 = models.TextField()
    level_1 = models.TextField()
    level_2 = models.TextField()
    what_fails = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class AuditRule(models.Model):
    """How the findings lead to a result, in the body's words."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=80)
    rule = models.TextField()
    shown = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title
