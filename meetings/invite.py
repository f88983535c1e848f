"""Calendar invitations: one event, in UTC.

UTC, because time zone tables inside invitations are misread by common clients, and a meeting that
takes place once needs none. The identifier never changes; the sequence grows with every change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vDuration, vText


class Method(StrEnum):
    REQUEST = "REQUEST"  # in a letter: an invitation, or a change of one
    CANCEL = "CANCEL"  # in a letter: it will not take place
    PUBLISH = "PUBLISH"  # for download and feeds: nothing to answer


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Invite:
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    title: str
    place: str
    url: str
    organizer: Party
    attendees: Sequence[Party]
    cancelled: bool = False


def ics(invite: Invite, method: Method) -> bytes:
    calendar = _calendar(method)
    calendar.add_component(_event(invite, method))
    return bytes(calendar.to_ical())


def feed(invites: Iterable[Invite], *, name: str, every: timedelta) -> bytes:
    """Many meetings under one name, which calendar programs read again `every` so often."""
    calendar = _calendar(Method.PUBLISH)
    # The standard's words, and those that programs knew before it had any.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(every), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(every))
    for invite in invites:
        calendar.add_component(_event(invite, Method.PUBLISH))
    return bytes(calendar.to_ical())


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//International Mentoring Community//Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    return calendar


def _event(invite: Invite, method: Method) -> Event:
    event = Event()
    event.add("uid", invite.uid)
    event.add("sequence", invite.sequence)
    event.add("dtstamp", invite.changed_at.astimezone(UTC))
    event.add("last-modified", invite.changed_at.astimezone(UTC))
    event.add("dtstart", invite.starts_at.astimezone(UTC))
    event.add("dtend", invite.ends_at.astimezone(UTC))
    event.add("summary", invite.title)
    event.add("location", invite.place)
    event.add("url", invite.url)
    event.add("description", invite.url)
    event.add("status", "CANCELLED" if invite.cancelled else "CONFIRMED")
    event.add("organizer", _address(invite.organizer), encode=False)
    if method != Method.PUBLISH:  # what is published asks nobody to come (RFC 5546, 3.2.1)
        for party in invite.attendees:
            event.add("attendee", _attendee(party), encode=False)
    return event


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    # A quotation mark would have to be written as ^' and some clients show just that.
    if name := party.name.replace('"', ""):
        address.params["CN"] = vText(name)
    return address


def _attendee(party: Party) -> vCalAddress:
    address = _address(party)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("TRUE")
    return address
