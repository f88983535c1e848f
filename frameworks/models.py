"""Published lists of statements: certificate profiles, competencies, programme standards.

A published edition never changes: the database refuses. A change is a new edition.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

ORIGINAL, FRENCH = "en", "fr-ca"


class Framework(models.Model):
    """A family of editions, such as the Mentor profile. `publisher` is whose words these are."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title

    def edition_at(self, at: datetime) -> "Edition | None":
        """The edition that a case opened at this moment is started under."""
        return (
            self.editions.filter(published_at__lte=at)
            .filter(Q(retired_at=None) | Q(retired_at__gt=at))
            .order_by("-published_at", "-pk")
            .first()
        )


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What is published is for everybody; drafts are for administrators."""
        kept = user.is_authenticated and Role.ADMINISTRATOR in user.roles
        return self if kept else self.published()

    def kept_by(self, user: "User") -> Self:
        """Editions are kept by administrators: for everybody else there are none."""
        return self if Role.ADMINISTRATOR in user.roles else self.none()


class Edition(models.Model):
    """One wording of a framework. `sample` means: awaiting the body's approval.

    `columns` is the heading of its table as it was imported, so that an export gives it back.
    """

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="editions")
    label = models.CharField(max_length=40)
    sample = models.BooleanField(default=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    drafted_from = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="successors"
    )
    columns = models.JSONField(default=list, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "label"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "label"], name="one_edition_per_label"),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(published_at__isnull=False),
                name="only_published_editions_retire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework}, {self.label}"

    @property
    def published_on(self) -> date | None:
        return _body_day(self.published_at)

    @property
    def retired_on(self) -> date | None:
        return _body_day(self.retired_at)


def _body_day(at: datetime | None) -> date | None:
    """The body's own date: an edition comes and goes on the same day for everybody."""
    return timezone.localdate(at, timezone.get_default_timezone()) if at else None


class PendingImport(models.Model):
    """A table that was looked through and found clean, waiting to be taken into the draft.

    `seen` is the draft's fingerprint at that time: whoever confirms, confirms what they saw.
    """

    class Kind(models.TextChoices):
        STATEMENTS = "statements", _("Statements")
        AREAS = "areas", _("Areas")
        STATEMENTS_FR = "statements_fr", _("Statements in French")
        AREAS_FR = "areas_fr", _("Areas in French")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="pending")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=100)
    columns = models.JSONField()
    rows = models.JSONField()
    notes = models.JSONField(default=list)
    seen = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "by"], name="one_pending_import_each"),
            models.CheckConstraint(
                condition=Q(kind__in=["statements", "areas", "statements_fr", "areas_fr"]),
                name="pending_import_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Words:
    """What is shown to a reader; `lang` is set where it is not in their language."""

    name: str
    outcome: str = ""
    lang: str = ""


def reader() -> str:
    """The language of whoever reads now."""
    return get_language() or ORIGINAL


class Area(models.Model):
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="areas")
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    plain_title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="one_area_per_code"),
            models.UniqueConstraint(fields=["edition", "position"], name="one_area_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def name(self) -> str:
        return self.plain_title or self.title

    @property
    def said(self) -> "Words":
        """The name in the language of the reader, or in English and marked."""
        if (language := reader()) == ORIGINAL:
            return Words(self.name)
        own = next((text for text in self.texts.all() if text.language == language), None)
        return Words(own.plain_title or own.title) if own else Words(self.name, lang=ORIGINAL)


class Statement(models.Model):
    """What a mentor does (`action`), and what comes of it (`outcome`)."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="statements")
    area = models.ForeignKey(Area, models.PROTECT, related_name="statements")
    code = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    action = models.TextField()
    outcome = models.TextField()
    concept_prompt = models.TextField(blank=True)
    practice_prompt = models.TextField(blank=True)
    attitude = models.CharField(max_length=200, blank=True)
    safety_critical = models.BooleanField(default=False)

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="one_statement_per_code"),
            models.UniqueConstraint(
                fields=["edition", "position"], name="one_statement_per_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.action}"

    @property
    def said(self) -> "Words":
        """Action and outcome in the language of the reader, or in English and marked."""
        if (language := reader()) == ORIGINAL:
            return Words(self.action, self.outcome)
        own = next((text for text in self.texts.all() if text.language == language), None)
        if own is None:
            return Words(self.action, self.outcome, ORIGINAL)
        return Words(own.action, own.outcome)


class AreaText(models.Model):
    """An area in another language."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    plain_title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "language"], name="one_text_per_area")
        ]

    def __str__(self) -> str:
        return f"{self.area.code} ({self.language})"


class StatementText(models.Model):
    """A statement in another language."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    action = models.TextField()
    outcome = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "language"], name="one_text_per_statement")
        ]

    def __str__(self) -> str:
        return f"{self.statement.code} ({self.language})"


class Crosswalk(models.Model):
    """Which statement answers which indicator of another framework, and how closely."""

    class Link(models.TextChoices):
        DIRECT = "direct", _("answers it")
        PARTIAL = "partial", _("answers part of it")

    indicator = models.ForeignKey(Statement, models.PROTECT, related_name="answered_by")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="answers")
    link = models.CharField(max_length=10, choices=Link)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "statement"], name="one_link_per_pair"),
            models.CheckConstraint(
                condition=~Q(indicator=models.F("statement")), name="link_joins_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} – {self.statement.code}"


class ScaleLevel(models.Model):
    """One level of the self-rating scale, 0 to 4, in one language."""

    value = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10)
    label = models.CharField(max_length=40)
    anchor_concept = models.CharField(max_length=300)
    anchor_practice = models.CharField(max_length=300)
    meaning = models.CharField(max_length=300)
    next_step = models.CharField(max_length=300)

    class Meta:
        ordering = ["language", "value"]
        constraints = [
            models.UniqueConstraint(fields=["value", "language"], name="one_level_per_value"),
            models.CheckConstraint(condition=Q(value__range=(0, 4)), name="level_is_0_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"


class Approach(models.Model):
    """One of the nine other educating approaches that mentoring is compared with.

    `levels` names the certificates that compare it, such as ["recognition", "practice"].
    """

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    what_it_does = models.TextField()
    shared = models.TextField()
    different = models.TextField()
    when_to_switch = models.TextField()
    levels = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Reflection(models.Model):
    """What somebody thinks about an approach. Nobody else ever reads it, staff included.

    `revision` counts the saves, so that two tabs notice each other.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    approach = models.ForeignKey(Approach, models.CASCADE, related_name="reflections")
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "approach"], name="one_reflection_per_approach"
            ),
        ]

    def __str__(self) -> str:
        return f"Reflection #{self.pk}"


class Term(models.Model):
    """A word of the body and what it means."""

    term = models.CharField(max_length=80, unique=True)
    meaning = models.TextField()
    term_fr = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term


class GuideQuestion(models.Model):
    """A question of the guide to interviews, verbal audits, verification and renewal meetings.

    `covers` names a statement, an approach or "general"; `minutes` is what it takes.
    """

    code = models.CharField(max_length=10, unique=True)
    meeting_type = models.CharField(max_length=30)
    stage = models.CharField(max_length=40)
    area_code = models.CharField(max_length=10)
    minutes = models.PositiveSmallIntegerField()
    covers = models.CharField(max_length=200)
    question = models.TextField()
    listen_for = models.TextField()
    follow_up = models.TextField(blank=True)
    warning_sign = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.question}"
