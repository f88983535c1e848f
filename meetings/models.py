"""Who can meet when, and who meets whom."""

import uuid
from datetime import datetime, time, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from meetings.slots import Hours


class Kind(models.TextChoices):
    INTAKE = "intake", _("Intake interview")
    VERBAL_AUDIT = "verbal_audit", _("Verbal audit")
    VERIFICATION = "verification", _("Verification meeting")
    RENEWAL = "renewal", _("Renewal talk")
    PROGRAMME = "programme", _("Programme interview")


MINUTES = {
    Kind.INTAKE: 15,
    Kind.VERBAL_AUDIT: 60,
    Kind.VERIFICATION: 75,
    Kind.RENEWAL: 30,
    Kind.PROGRAMME: 30,
}

# What the holder of a role can be met for.
KINDS_OF_ROLE = {
    Role.INTAKE_MANAGER: [Kind.INTAKE, Kind.RENEWAL],
    Role.AUDITOR: [Kind.VERBAL_AUDIT],
    Role.VERIFIER: [Kind.VERIFICATION, Kind.RENEWAL],
    Role.ASSESSOR: [Kind.PROGRAMME],
}


class How(models.TextChoices):
    VIDEO = "video", _("Video")
    PHONE = "phone", _("Phone: we call you")


class State(models.TextChoices):
    BOOKED = "booked", _("Booked")
    DONE = "done", _("Took place")
    GUEST_ABSENT = "guest_absent", _("Guest did not come")
    HOST_ABSENT = "host_absent", _("Host did not come")
    CANCELLED = "cancelled", _("Cancelled")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WeeklyHours(models.Model):
    """Every week, at the wall clock of the host's own zone. An end at 00:00 is midnight."""

    host = models.ForeignKey(User, models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    kinds = models.JSONField(_("for"), default=list)

    class Meta:
        verbose_name_plural = "weekly hours"
        ordering = ["host", "weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_on_a_day_of_the_week"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=time(0)), name="hours_end_after_start"
            ),
            models.UniqueConstraint(
                fields=["host", "weekday", "starts"], name="hours_begin_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M} to {self.ends:%H:%M}"

    def as_hours(self) -> Hours:
        return Hours(self.weekday, self.starts, self.ends)


class DayOff(models.Model):
    """A whole day, by the host's own calendar, on which nobody can book."""

    host = models.ForeignKey(User, models.CASCADE, related_name="days_off")
    day = models.DateField(_("day"))
    note = models.CharField(_("note for yourself"), max_length=120, blank=True)

    class Meta:
        ordering = ["host", "day"]
        constraints = [
            models.UniqueConstraint(fields=["host", "day"], name="a_day_is_taken_off_once")
        ]

    def __str__(self) -> str:
        return f"{self.host} off on {self.day}"


class HostSettings(models.Model):
    """How a host likes to be booked. Without a row, the defaults hold."""

    host = models.OneToOneField(User, models.CASCADE, related_name="host_settings")
    place = models.CharField(_("video link or address"), max_length=300, blank=True)
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes free between meetings"), default=0, validators=[MaxValueValidator(120)]
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice you need"), default=12, validators=[MaxValueValidator(336)]
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("days ahead that can be booked"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    daily_cap = models.PositiveSmallIntegerField(
        _("meetings a day at most"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
    )

    class Meta:
        verbose_name_plural = "host settings"

    def __str__(self) -> str:
        return f"how {self.host} is booked"

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.notice_hours)

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.horizon_days)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """Those who meet, and administrators."""
        if Role.ADMINISTRATOR in user.roles:
            return self.all()
        return self.of(user)

    def of(self, user: User) -> Self:
        return self.filter(Q(host=user) | Q(guest=user))

    def upcoming(self, at: datetime) -> Self:
        return self.filter(state=State.BOOKED, ends_at__gt=at).order_by("starts_at", "pk")

    def past(self, at: datetime) -> Self:
        """Over, cancelled, or waiting for somebody to say how it went. Newest first."""
        return self.exclude(state=State.BOOKED, ends_at__gt=at).order_by("-starts_at", "-pk")


class Meeting(models.Model):
    """Two people, one time. A moved meeting stays the same meeting: its times change."""

    kind = models.CharField(max_length=20, choices=Kind)
    host = models.ForeignKey(User, models.PROTECT, related_name="meetings_hosted")
    guest = models.ForeignKey(User, models.PROTECT, related_name="meetings_attended")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.BOOKED)
    how = models.CharField(max_length=10, choices=How)
    place = models.CharField(max_length=300, blank=True)
    support_needs = models.TextField(blank=True)
    # What the meeting is about, told by the app above: tier_name, task_name, task_path,
    # booking_path, prep_path. Meetings know no cases.
    about = models.JSONField(default=dict, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="meetings_cancelled"
    )
    cancel_reason = models.CharField(max_length=300, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["starts_at"], condition=Q(state=State.BOOKED), name="meeting_booked"
            ),
            models.Index(fields=["host", "-starts_at"], name="meeting_of_host"),
            models.Index(fields=["guest", "-starts_at"], name="meeting_of_guest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(host=F("guest")), name="nobody_meets_themselves"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(
                    *[
                        Q(kind=kind, ends_at=F("starts_at") + timedelta(minutes=minutes))
                        for kind, minutes in MINUTES.items()
                    ],
                    _connector=Q.OR,
                ),
                name="meeting_is_as_long_as_its_kind",
            ),
            models.CheckConstraint(condition=Q(how__in=How.values), name="meeting_how_is_known"),
            models.CheckConstraint(
                condition=Q(state=State.BOOKED, closed_at=None)
                | ~Q(state=State.BOOKED) & Q(state__in=State.values, closed_at__isnull=False),
                name="meeting_is_booked_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CANCELLED, cancelled_by__isnull=False)
                | ~Q(state=State.CANCELLED) & Q(cancelled_by=None, cancel_reason=""),
                name="meeting_is_cancelled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        return MINUTES[Kind(self.kind)]

    @property
    def is_booked(self) -> bool:
        return self.state == State.BOOKED

    def other(self, person: User) -> User:
        """The one whom this person meets; for an onlooker, the guest."""
        return self.host if person.pk == self.guest_id else self.guest

    def has_begun(self, at: datetime) -> bool:
        return self.starts_at <= at


class Busy(models.Model):
    """One row for each person of a booked meeting, as host or guest alike.

    The database refuses two that overlap for one person (see guards.py), so nobody is ever in two
    meetings at once, whatever happened before.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="busy")
    person = models.ForeignKey(User, models.PROTECT, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "busy times"
        indexes = [models.Index(fields=["person", "starts_at"], name="busy_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="busy_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"], name="busy_once_a_meeting_and_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """The time a meeting had before it was moved."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes")
    old_starts_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"moved from {self.old_starts_at:%Y-%m-%d %H:%M}"
