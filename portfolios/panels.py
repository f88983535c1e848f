"""Second readers: which portfolios are read by two, and the sample that auditors rate first."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models import Tier


class SecondAuditShare(models.Model):
    """How many in a hundred portfolios of a tier are read by two. No row means none."""

    tier = models.OneToOneField(Tier, models.CASCADE, related_name="second_audits")
    percent = models.PositiveSmallIntegerField(_("portfolios in a hundred read by two"))

    class Meta:
        verbose_name = _("share of second audits")
        verbose_name_plural = _("shares of second audits")
        ordering = ["tier"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="second_audit_share_0_to_100"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.percent} %"


class SecondAudit(models.Model):
    """That a submission is read by two, neither seeing the other until both are final.

    `disputed_at`: they differ, and a third auditor decides what they differ on. `settled_at`: the
    case has its result.
    """

    class Why(models.TextChoices):
        DRAWN = "drawn", _("Drawn by lot")
        ASKED = "asked", _("Asked for")
        BEFORE = "before", _("Read by two in the round before")

    submission = models.OneToOneField(
        "portfolios.Submission", models.PROTECT, related_name="second_audit"
    )
    why = models.CharField(max_length=10, choices=Why)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    since = models.DateTimeField()
    disputed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=["drawn", "asked", "before"]), name="second_audit_why_known"
            ),
            models.CheckConstraint(
                condition=Q(why="asked", asked_by__isnull=False)
                | ~Q(why="asked") & Q(asked_by=None),
                name="second_audit_asked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Second audit of {self.submission}"


class RenewalShare(models.Model):
    """How many in a hundred renewals of a tier are looked at in full; the others are checked for
    completeness. No row means all."""

    tier = models.OneToOneField(Tier, models.CASCADE, related_name="renewal_share")
    percent = models.PositiveSmallIntegerField(_("renewals in a hundred looked at in full"))

    class Meta:
        verbose_name = _("share of renewals looked at in full")
        verbose_name_plural = _("shares of renewals looked at in full")
        ordering = ["tier"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="renewal_share_0_to_100")
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.percent} %"


class RenewalLook(models.Model):
    """How a renewal is looked at: in full, or for completeness. Whoever audits it may always look
    at all of it."""

    class Why(models.TextChoices):
        ALL = "all", _("All renewals are looked at in full")
        DRAWN = "drawn", _("By lot")
        BEFORE = "before", _("Sent back in the round before")
        ASKED = "asked", _("The auditor reads it in full")

    submission = models.OneToOneField(
        "portfolios.Submission", models.PROTECT, related_name="renewal_look"
    )
    full = models.BooleanField()
    why = models.CharField(max_length=10, choices=Why)
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=["all", "drawn", "before", "asked"]),
                name="renewal_look_why_known",
            ),
            models.CheckConstraint(
                condition=Q(full=True) | Q(why="drawn"), name="renewal_look_short_by_lot_alone"
            ),
        ]

    def __str__(self) -> str:
        return f"Look at {self.submission}"


class SampleEntry(models.Model):
    """An entry of the shared sample, with the marks that the body gives it and why."""

    key = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField()
    statement_code = models.CharField(max_length=10)
    facet = models.CharField(max_length=10)
    text = models.TextField()
    relevance = models.PositiveSmallIntegerField()
    authorship = models.PositiveSmallIntegerField()
    mastery = models.PositiveSmallIntegerField()
    why = models.TextField()

    class Meta:
        verbose_name_plural = "sample entries"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(**{f"{name}__lte": 2}), name=f"sample_{name}_0_to_2")
            for name in ("relevance", "authorship", "mastery")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def marks(self) -> tuple[int, int, int]:
        return self.relevance, self.authorship, self.mastery


class Calibration(models.Model):
    """An auditor's reading of the sample. It is done once, before the first case."""

    auditor = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calibration"
    )
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.auditor} and the sample"


class SampleMark(models.Model):
    """What the auditor found of one entry of the sample."""

    calibration = models.ForeignKey(Calibration, models.PROTECT, related_name="marks")
    entry = models.ForeignKey(SampleEntry, models.PROTECT)
    relevance = models.PositiveSmallIntegerField(null=True)
    authorship = models.PositiveSmallIntegerField(null=True)
    mastery = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["entry__position"]
        constraints = [
            models.UniqueConstraint(fields=["calibration", "entry"], name="one_mark_per_sample"),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__lte": 2}),
                    name=f"sample_mark_{name}_0_to_2",
                )
                for name in ("relevance", "authorship", "mastery")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.marks}"

    @property
    def marks(self) -> tuple[int | None, int | None, int | None]:
        return self.relevance, self.authorship, self.mastery

    @property
    def is_complete(self) -> bool:
        return None not in self.marks
