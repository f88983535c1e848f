"""Years are calendar years, and a day ends in the body's time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def body_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def body_day(at: datetime) -> date:
    """The body's date at that instant."""
    return at.astimezone(body_zone()).date()


def end_of(day: date) -> datetime:
    """The instant at which the body's day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, body_zone())
