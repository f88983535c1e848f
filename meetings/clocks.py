"""Whose time a time is, in words: people read place names, not zone identifiers."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.zones import offset_words, place_name


def place_of(person: User) -> str:
    """The place whose clock the person reads. The zone's own and not the person's city, which
    may lie elsewhere while they travel."""
    return place_name(person.time_zone)


def zone_words(person: User, moment: datetime) -> str:
    """“Yogyakarta time (UTC+7)”, at that moment of the year."""
    if place_of(person) == "UTC":
        return "UTC"
    return _("%(place)s time (%(offset)s)") % {
        "place": place_of(person),
        "offset": offset_words(moment.astimezone(person.zone)),
    }


def zone_in_brackets(person: User, moment: datetime) -> str:
    """“Yogyakarta time, UTC+7”: the same for between brackets, as letters have it."""
    if place_of(person) == "UTC":
        return "UTC"
    return _("%(place)s time, %(offset)s") % {
        "place": place_of(person),
        "offset": offset_words(moment.astimezone(person.zone)),
    }
