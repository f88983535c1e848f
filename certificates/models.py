"""The catalogue of certificates, and the certificates that were issued."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certificates.batches import Batch, BatchRow  # noqa: F401 - Django finds them here
from certificates.dates import body_day
from certificates.numbers import tidy
from certificates.papers import Drawing, EarlierPaper, drawing_path  # noqa: F401 - for migrations
from certificates.proposals import PROPOSERS, Proposal
from certificates.status import Happened, Kind, Standing, Status, standing_at
from certificates.steps import RenewalAmount, RenewalStep  # noqa: F401 - Django finds them here
from certificates.wishes import Agreement, NameRequest  # noqa: F401 - Django finds them here
from frameworks.models import ORIGINAL, Edition, Framework, Statement, reader

if TYPE_CHECKING:
    from accounts.models import User


class Level(models.TextChoices):
    """What both naming schemes share: the same level under two names."""

    RECOGNITION = "recognition", _("Recognition")
    CONCEPTS = "concepts", _("Concepts")
    PRACTICE = "practice", _("Practice")
    JOURNEY = "journey", _("Journey Mentor")


class Route(models.TextChoices):
    """How a certificate is earned, in the words of the body."""

    VERBAL_AUDIT = "verbal_audit", _("Verbal audit")
    WRITTEN_AUDIT = "written_audit", _("Written audit")
    VERIFICATION = "verification", _("Audit and verification meeting")


class Facet(models.TextChoices):
    """A statement is asked for as knowledge, as skill shown, or as both."""

    CONCEPT = "concept", _("Concept")
    PRACTICE = "practice", _("Practice")


class Scheme(models.Model):
    """A generation of names. Two are in public use; a certificate shows the one it was earned
    under."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    generation = models.CharField(max_length=20)
    issuer = models.CharField(max_length=200)
    administered_by = models.CharField(max_length=200)
    summary = models.TextField()
    status_note = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class TierWords:
    """The sentences about a certificate; `lang` is set where they are not the reader's own."""

    summary: str
    audience: str
    prerequisite: str
    lang: str


class TierQuerySet(models.QuerySet["Tier"]):
    def offered(self) -> Self:
        return self.filter(offered=True)


class Tier(models.Model):
    """One certificate of one scheme. `requires`, `nests` and `renews_with` name levels."""

    slug = models.SlugField(unique=True)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="tiers")
    level = models.CharField(max_length=20, choices=Level)
    rank = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_fr = models.CharField(max_length=200, blank=True)
    portfolio_name = models.CharField(max_length=200, blank=True)
    route = models.CharField(max_length=20, choices=Route)
    framework = models.ForeignKey(Framework, models.PROTECT)
    years_valid = models.PositiveSmallIntegerField(null=True, blank=True)
    requires = models.CharField(max_length=20, choices=Level, blank=True)
    nests = models.CharField(max_length=20, choices=Level, blank=True)
    renews_with = models.CharField(max_length=20, choices=Level, blank=True)
    audience = models.CharField(max_length=300, blank=True)
    prerequisite = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    audience_fr = models.CharField(max_length=300, blank=True)
    prerequisite_fr = models.CharField(max_length=300, blank=True)
    summary_fr = models.TextField(blank=True)
    offered = models.BooleanField(default=True)
    # Hours of mentoring that the log must show. What renewal asks for has a table of its own.
    log_hours = models.PositiveSmallIntegerField(default=0)

    objects = TierQuerySet.as_manager()

    class Meta:
        ordering = ["scheme", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "level"], name="one_tier_per_level"),
            models.CheckConstraint(condition=Q(route__in=Route.values), name="tier_route_is_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="tier_level_is_known"),
            models.CheckConstraint(
                condition=Q(years_valid=None) | Q(years_valid__gte=1), name="tier_years_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the language of the reader."""
        french = (get_language() or "en").startswith("fr")
        return self.title_fr if french and self.title_fr else self.title

    @property
    def words(self) -> "TierWords":
        """What it is, for whom and after what, in the language of the reader or in English."""
        if not (get_language() or "en").startswith("fr"):
            return TierWords(self.summary, self.audience, self.prerequisite, "")
        if not self.summary_fr:
            return TierWords(self.summary, self.audience, self.prerequisite, "en")
        return TierWords(self.summary_fr, self.audience_fr, self.prerequisite_fr, "")

    def also_published_as(self) -> str:
        """The name of the same level in the other scheme, or nothing."""
        other = Tier.objects.filter(level=self.level).exclude(scheme=self.scheme_id).first()
        return other.name if other else ""


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def in_order(self) -> Self:
        found = self.select_related("statement", "statement__area").order_by(
            "statement__edition__framework", "statement__position", "facet"
        )
        if reader() == ORIGINAL:
            return found
        return found.prefetch_related("statement__texts", "statement__area__texts")


class Requirement(models.Model):
    """A statement that a tier asks for, as concept or as practice. `task` stands for it where the
    body sets a starter task."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="requirements")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="asked_by")
    facet = models.CharField(max_length=10, choices=Facet)
    task = models.TextField(blank=True)
    what_to_bring = models.TextField(blank=True)
    passes_when = models.TextField(blank=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "statement", "facet"], name="one_requirement_per_facet"
            ),
            models.CheckConstraint(
                condition=Q(facet__in=Facet.values), name="requirement_facet_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier.slug}: {self.statement.code} {self.facet}"

    @property
    def prompt(self) -> str:
        if self.task:
            return self.task
        if self.facet == Facet.CONCEPT:
            return self.statement.concept_prompt
        return self.statement.practice_prompt


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Private: nobody can check it online")
    LINK = "link", _("Link only: whoever has the code or address can check it")
    DIRECTORY = "directory", _("Listed: it also stands in the public directory")


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: "User") -> Self:
        """A wallet is private; staff meet certificates through cases."""
        return self.filter(holder=user)

    def kept_by(self, user: "User") -> Self:
        """Records as the staff meet them; nobody keeps their own."""
        return self.exclude(holder=user) if user.roles & PROPOSERS else self.none()

    def named(self, text: str) -> Self:
        """By its number however it is typed, or by a part of the holder's name."""
        if number := tidy(text):
            return self.filter(number=number)
        return self.filter(snapshot__holder__icontains=text) if text else self

    def newest(self) -> Self:
        rows = self.select_related("tier", "replaces").prefetch_related("events")
        return rows.order_by("-issued_at", "-pk")

    def public(self) -> Self:
        return self.exclude(visibility=Visibility.PRIVATE)

    def on_paper(self, sha256: str) -> Self:
        """Whose paper this is, to the byte: the present one, or one that was drawn earlier."""
        now = Drawing.objects.filter(sha256=sha256).values("certificate")
        before = EarlierPaper.objects.filter(sha256=sha256).values("certificate")
        return self.filter(Q(pk__in=now) | Q(pk__in=before))

    def in_force(self, on: date) -> Self:
        """Valid on that day of the body's: begun, neither suspended nor withdrawn, and not ended,
        or with a timely renewal that is being decided."""
        return self.filter(
            Q(expires_on=None)
            | Q(expires_on__gte=on)
            | Q(extended_to__gte=on)
            | Q(handed_in_on__lte=Coalesce("extended_to", "expires_on")),
            awarded_on__lte=on,
            stopped_at=None,
        )


class Certificate(models.Model):
    """A certificate that was issued. Its words are frozen; what it is worth today is a question.

    The database refuses one without a granting decision, and refuses to change or remove it.
    `stopped_at` mirrors the last event that suspends, withdraws or replaces, so that lists can ask
    the database; so do `handed_in_on` a renewal that is being decided, and `extended_to` the end
    that a leave has moved. `standing(at)` reads the events themselves.
    """

    number = models.CharField(max_length=24, unique=True)
    public_id = models.CharField(max_length=24, unique=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates"
    )
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="certificates")
    # The wording under which it was earned.
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="certificates")
    decision = models.UUIDField()
    awarded_on = models.DateField()
    expires_on = models.DateField(null=True)  # the last day, in the body's zone
    anchor_on = models.DateField()  # the first award of the chain: renewals count from it
    term = models.PositiveSmallIntegerField(default=1)
    renews = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")
    # The one whose place it took, with another name on it or a smaller scope.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    snapshot = models.JSONField()
    issued_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    handed_in_on = models.DateField(null=True)
    extended_to = models.DateField(null=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.LINK)
    visibility_since = models.DateTimeField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-awarded_on", "-pk"]
        indexes = [
            models.Index(
                fields=["expires_on"], condition=Q(stopped_at=None), name="certificate_ends"
            ),
            models.Index(
                fields=["extended_to"],
                condition=Q(extended_to__isnull=False),
                name="certificate_extended",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=F("awarded_on")),
                name="certificate_ends_after_award",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="certificate_visibility_known"
            ),
            models.UniqueConstraint(
                fields=["decision", "tier"],
                condition=Q(replaces=None),
                name="one_certificate_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(renews=None) | Q(replaces=None),
                name="certificate_renews_or_replaces",
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extended_to__gt=F("expires_on")),
                name="certificate_is_extended_onwards",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sample(self) -> bool:
        return bool(self.snapshot.get("sample"))

    def history(self) -> list[Happened]:
        return [Happened(e.kind, e.effective_at, e.ends_on) for e in self.events.all()]

    @property
    def ends_on(self) -> date | None:
        """The last day as it is known today: that of the award, moved by leaves."""
        return self.extended_to or self.expires_on

    def standing(self, at: datetime) -> Standing:
        """What this certificate is worth at that instant. Before it was issued in the place of
        another, that one stood for it."""
        if self.replaces_id and at < self.issued_at and self.replaces:
            return self.replaces.standing(at)
        return standing_at(
            awarded_on=self.awarded_on,
            expires_on=self.expires_on,
            on=body_day(at),
            at=at,
            events=self.history(),
        )

    def status(self, at: datetime) -> Status:
        return self.standing(at).status


class CertificateEvent(models.Model):
    """Something that happened to a certificate. Added, never changed."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    reason = models.TextField(blank=True)
    # What two people proposed and confirmed; the database asks for it where it must be there.
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="events")
    ends_on = models.DateField(null=True)  # of an extension: the last day from then on

    class Meta:
        ordering = ["effective_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="certificate_event_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.EXTENDED, ends_on__isnull=False)
                | ~Q(kind=Kind.EXTENDED) & Q(ends_on=None),
                name="certificate_extension_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"
