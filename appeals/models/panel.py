"""Who sits on a panel and how they voted, and what is noted on the way."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.models.appeal import Appeal
from appeals.models.complaint import Complaint

if TYPE_CHECKING:
    from appeals.models.matter import Matter

ONE = Q(appeal__isnull=False, complaint=None) | Q(appeal=None, complaint__isnull=False)


class Vote(models.TextChoices):
    UPHOLD = "uphold", _("Uphold it")
    DISMISS = "dismiss", _("Dismiss it")


class Seat(models.Model):
    """One person on the panel of one matter. A vote is signed once and never changed; the database
    refuses a seat to whoever took a part in it, and to change what was signed."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, null=True, related_name="seats")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    chair = models.BooleanField(default=False)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # stepped back, and somebody else sits here
    vote = models.CharField(max_length=10, choices=Vote, blank=True)
    words = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE, name="seat_belongs_to_one_matter"),
            models.UniqueConstraint(fields=["appeal", "person"], name="one_seat_an_appeal"),
            models.UniqueConstraint(fields=["complaint", "person"], name="one_seat_a_complaint"),
            models.UniqueConstraint(
                fields=["appeal"],
                condition=Q(chair=True, ended_at=None),
                name="one_chair_an_appeal",
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(chair=True, ended_at=None),
                name="one_chair_a_complaint",
            ),
            models.CheckConstraint(
                condition=Q(vote="", signed_at=None)
                | Q(vote__in=Vote.values, signed_at__isnull=False),
                name="vote_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on the panel of {self.matter}"

    @property
    def matter(self) -> "Matter":
        found = self.appeal or self.complaint
        assert found is not None  # noqa: S101 - the database keeps it so
        return found


class Reader(models.TextChoices):
    """Who reads a note."""

    PANEL = "panel", _("Only those who handle it")
    WRITER = "writer", _("Whoever wrote to us, too")
    FROM_WRITER = "from_writer", _("Added by whoever wrote to us")


class Note(models.Model):
    """How it is going. Added, never changed."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, null=True, related_name="notes")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="notes")
    reader = models.CharField(max_length=12, choices=Reader)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE, name="note_belongs_to_one_matter"),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal or self.complaint}, {self.at:%Y-%m-%d}"
