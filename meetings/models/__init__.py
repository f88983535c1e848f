"""Who can meet when, and who meets whom, a module a noun."""

from meetings.models.feeds import CalendarFeed
from meetings.models.holds import Hold
from meetings.models.hosts import DayHours, DayOff, HostSettings, Weekday, WeeklyHours
from meetings.models.kinds import (
    KINDS_OF_ROLE,
    MINUTES,
    OUTCOMES,
    ROLES_OF_KIND,
    How,
    Kind,
    MeetingOutcome,
    State,
    Support,
)
from meetings.models.meetings import Busy, Change, Meeting, MeetingQuerySet, PrivateNote, Visit

__all__ = [
    "KINDS_OF_ROLE",
    "MINUTES",
    "OUTCOMES",
    "ROLES_OF_KIND",
    "Busy",
    "CalendarFeed",
    "Change",
    "DayHours",
    "DayOff",
    "Hold",
    "HostSettings",
    "How",
    "Kind",
    "Meeting",
    "MeetingOutcome",
    "MeetingQuerySet",
    "PrivateNote",
    "State",
    "Support",
    "Visit",
    "Weekday",
    "WeeklyHours",
]
