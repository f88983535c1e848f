"""What is gathered for a renewal over the years, and leaves that move its end.

The file itself has no row: it is there from the day of the award, for every certificate that ends.
"""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from certificates.models import Certificate
from frameworks.models import Statement
from portfolios.logbook import LogSession
from renewals.flow import FLOW, Hand, Stage
from trail.flow import Flow
from trail.models import Staged

if TYPE_CHECKING:
    from accounts.models import User


class NoteKind(models.TextChoices):
    PRACTICE = "practice", _("Practice entry")
    CHANGE = "change", _("Change in my practice")
    REFLECTION = "reflection", _("Reflection")
    REHEARSAL = "rehearsal", _("Crisis rehearsal and referral list")


def chain_of(certificate: Certificate) -> list[int]:
    """A certificate and those whose place it took: their files are one."""
    found, one = [certificate.pk], certificate
    while one.replaces_id and one.replaces:
        one = one.replaces
        found.append(one.pk)
    return found


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, certificate: Certificate) -> Self:
        return self.filter(certificate__in=chain_of(certificate))

    def visible_to(self, user: "User") -> Self:
        """In the making it is the holder's alone; others read what was handed in."""
        return self.filter(certificate__holder=user)


class Note(models.Model):
    """One thing that happened, with what shows it. A practice entry is about one statement."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="renewal_notes")
    kind = models.CharField(max_length=20, choices=NoteKind)
    on = models.DateField()
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, blank=True)
    text = models.TextField()
    language = models.CharField(max_length=10, default="en")
    link = models.CharField(max_length=400, blank=True)
    link_title = models.CharField(max_length=200, blank=True)
    sessions = models.ManyToManyField(LogSession, blank=True, related_name="renewal_notes")
    token = models.UUIDField(null=True)  # of the form that wrote it: sent twice is one entry
    revision = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NoteKind.values), name="renewal_note_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=NoteKind.PRACTICE, statement__isnull=False)
                | ~Q(kind=NoteKind.PRACTICE),
                name="renewal_practice_has_a_statement",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="renewal_note_says_something"),
            models.UniqueConstraint(fields=["certificate", "token"], name="one_note_per_form"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on}"


class Why(models.TextChoices):
    HEALTH = "health", _("Health")
    FAMILY = "family", _("Family")
    STUDY = "study", _("Study")


class LeaveQuerySet(models.QuerySet["Leave"]):
    def of(self, certificate: Certificate) -> Self:
        return self.filter(certificate__in=chain_of(certificate))

    def visible_to(self, user: "User") -> Self:
        """Why somebody needs a leave is between them and the administrators."""
        mine = Q(certificate__holder=user)
        return self if Role.ADMINISTRATOR in user.roles else self.filter(mine)

    def waiting(self) -> Self:
        return self.filter(stage=Stage.ASKED)

    def to_answer(self, user: "User") -> Self:
        """Nobody answers their own."""
        return self.visible_to(user).waiting().exclude(certificate__holder=user)

    def granted(self) -> Self:
        return self.filter(stage=Stage.GRANTED)


class Leave(Staged):
    """A time in which somebody could not mentor or study. Granted, it moves the end of the
    certificate by its days; nobody but the holder and the administrators learns why."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="leaves")
    why = models.CharField(max_length=10, choices=Why)
    starts_on = models.DateField()
    ends_on = models.DateField()  # the last day
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer = models.TextField(blank=True)
    moved_from = models.DateField(null=True)  # the end of the certificate before and after
    moved_to = models.DateField(null=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="renewal_leave_stage_known"
            ),
            models.CheckConstraint(condition=Q(why__in=Why.values), name="renewal_leave_why_known"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="renewal_leave_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["granted", "refused"], answered_by__isnull=False)
                | Q(stage__in=["asked", "taken_back"], answered_by=None),
                name="renewal_leave_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(stage="refused") | ~Q(answer=""),
                name="renewal_leave_refused_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(stage="granted", moved_to__gt=F("moved_from"))
                | ~Q(stage="granted") & Q(moved_to=None, moved_from=None),
                name="renewal_leave_granted_moves_the_end",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(stage="asked"),
                name="one_waiting_leave_a_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"Leave of {self.certificate}: {self.starts_on} to {self.ends_on}"

    @property
    def flow(self) -> Flow:
        return FLOW

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    def acts_as(self, user: "User | None") -> frozenset[str]:
        """Nobody answers their own request."""
        if user is None:
            return frozenset()
        if user.pk == self.certificate.holder_id:
            return frozenset({Hand.HOLDER})
        return frozenset({Role.ADMINISTRATOR} & user.roles)
