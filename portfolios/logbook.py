"""The mentoring log as it is stored, and a table of it that waits for its owner's word."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 720)), name="log_session_5_to_720_minutes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.focus}"


class PendingLog(models.Model):
    """A table of sessions that was looked through and found clean, until its owner confirms it."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="pending_log"
    )
    name = models.CharField(max_length=100)
    rows = models.JSONField()
    notes = models.JSONField(default=list)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} of {self.person}"
