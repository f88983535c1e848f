"""What hosts say about when and how they can be met."""

from datetime import time, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.models.kinds import How
from meetings.slots import Hours


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


class DayHours(models.Model):
    """On that one day these hours stand instead of the weekly ones, for every kind of meeting."""

    host = models.ForeignKey(User, models.CASCADE, related_name="day_hours")
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    kinds = models.JSONField(_("for"), default=list)

    class Meta:
        verbose_name_plural = "day hours"
        ordering = ["host", "day", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=time(0)),
                name="day_hours_end_after_start",
            ),
            models.UniqueConstraint(
                fields=["host", "day", "starts"], name="day_hours_begin_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.starts:%H:%M} to {self.ends:%H:%M}"

    def as_hours(self) -> Hours:
        return Hours(self.day.weekday(), self.starts, self.ends)


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
    by_video = models.BooleanField(_("by video"), default=True)
    by_phone = models.BooleanField(_("by phone"), default=True)
    in_person = models.BooleanField(_("in person"), default=False)
    video_link = models.CharField(_("video link"), max_length=300, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes free between meetings"), default=0, validators=[MaxValueValidator(120)]
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice you need"), default=12, validators=[MaxValueValidator(336)]
    )
    change_hours = models.PositiveSmallIntegerField(
        _("hours before which guests move or cancel by themselves"),
        default=4,
        validators=[MaxValueValidator(72)],
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
        constraints = [
            models.CheckConstraint(
                condition=Q(by_video=True) | Q(by_phone=True) | Q(in_person=True),
                name="host_is_met_in_some_way",
            ),
            models.CheckConstraint(
                condition=Q(in_person=False) | ~Q(address=""), name="in_person_has_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"how {self.host} is booked"

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.notice_hours)

    @property
    def change_limit(self) -> timedelta:
        return timedelta(hours=self.change_hours)

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.horizon_days)

    @property
    def ways(self) -> list[How]:
        """How this host meets people, the usual way first."""
        taken = {How.VIDEO: self.by_video, How.PHONE: self.by_phone, How.PLACE: self.in_person}
        return [how for how, takes in taken.items() if takes]

    def where(self, how: str) -> str:
        """Where one meets in that way. A phone number is the guest's own."""
        return {How.VIDEO: self.video_link, How.PLACE: self.address}.get(How(how), "")
