"""The 15-minute interview, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models.case import Application
from certificates.models import Tier
from meetings.models import Meeting


class IntakeOutcome(models.TextChoices):
    PROCEED = "proceed", _("Go on with this certificate")
    PREPARE = "prepare", _("Prepare first, then talk again")
    ANOTHER = "another", _("Another certificate suits better")
    REFER = "refer", _("Something or somebody else helps more now")


class IntakeInterview(models.Model):
    """One interview of a case; a missed or repeated one is another row. What was agreed in words,
    and what the interviewer noted for themselves, is kept by the meeting."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="interviews")
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="intake")
    outcome = models.CharField(max_length=10, choices=IntakeOutcome, blank=True)
    recorded_at = models.DateTimeField(null=True)
    suggested = models.ManyToManyField(Tier, related_name="+")  # what suits better
    referred_to = models.CharField(max_length=300, blank=True)  # a programme, a course, a person

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_at=None, outcome="")
                | Q(recorded_at__isnull=False, outcome__in=IntakeOutcome.values),
                name="interview_recorded_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome=IntakeOutcome.REFER) & ~Q(referred_to="")
                | ~Q(outcome=IntakeOutcome.REFER) & Q(referred_to=""),
                name="interview_refers_to_something",
            ),
        ]

    def __str__(self) -> str:
        return f"Interview of {self.application}"

    @property
    def summary(self) -> str:
        """What the applicant reads, too. Select the meeting with the interview."""
        return self.meeting.shared_note
