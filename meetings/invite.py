"""Calendar invitations: one event, in UTC.

UTC, because time zone tables inside invitations are misread by common clients, and a meeting that
takes place once needs none. The identifier never changes; the sequence grows with every change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText


class Method(StrEnum):
    REQUEST = "REQUEST"  # in a letter: an invitation, or a change of one
    CANCEL = "CANCEL"  # in a letter: it will not take place
    PUBLISH = "PUBLISH"  # for download: nothing to answer


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
    calendar = Calendar()
    calendar.add("prodid", "-//International Mentoring Community//Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
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
    for party in invite.attendees:
        event.add("attendee", _attendee(party), encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    # A quotation mark would have to be written as ^' and some clients show just that.
    address.params["CN"] = vText(party.name.replace('"', ""))
    return address


def _attendee(party: Party) -> vCalAddress:
    address = _address(party)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("TRUE")
    return address
