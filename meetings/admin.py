"""Hosts' calendars are reference data. Meetings are read here and changed on their own pages."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from meetings.models import DayHours, DayOff, HostSettings, Meeting, WeeklyHours

if TYPE_CHECKING:
    # The type checker knows which rows; Django itself does not ask.
    HoursBase = admin.ModelAdmin[WeeklyHours]
    DayHoursBase = admin.ModelAdmin[DayHours]
    DayOffBase = admin.ModelAdmin[DayOff]
    SettingsBase = admin.ModelAdmin[HostSettings]
    MeetingBase = admin.ModelAdmin[Meeting]
else:
    HoursBase = DayHoursBase = DayOffBase = SettingsBase = MeetingBase = admin.ModelAdmin


@admin.register(WeeklyHours)
class WeeklyHoursAdmin(HoursBase):
    list_display = ["host", "weekday", "starts", "ends", "kinds"]
    list_select_related = ["host"]


@admin.register(DayOff)
class DayOffAdmin(DayOffBase):
    list_display = ["host", "day", "note"]
    list_select_related = ["host"]


@admin.register(DayHours)
class DayHoursAdmin(DayHoursBase):
    list_display = ["host", "day", "starts", "ends", "kinds"]
    list_select_related = ["host"]


@admin.register(HostSettings)
class HostSettingsAdmin(SettingsBase):
    list_display = ["host", "video_link", "address", "notice_hours", "horizon_days", "daily_cap"]
    list_select_related = ["host"]


@admin.register(Meeting)
class MeetingAdmin(MeetingBase):
    list_display = ["kind", "starts_at", "host", "guest", "state"]
    list_filter = ["kind", "state"]
    list_select_related = ["host", "guest"]

    def has_add_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, *_: Any) -> bool:
        return False
