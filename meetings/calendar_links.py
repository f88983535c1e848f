"""Links that open somebody's calendar with the meeting filled in. Nothing is fetched from there:
the person goes there, if they like."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote, urlencode

from meetings.invite import Invite


@dataclass(frozen=True, slots=True)
class CalendarLink:
    name: str
    url: str


def calendar_links(invite: Invite) -> list[CalendarLink]:
    return [
        CalendarLink("Google", _google(invite)),
        CalendarLink("Outlook.com", _outlook(invite, "outlook.live.com")),
        CalendarLink("Office 365", _outlook(invite, "outlook.office.com")),
    ]


def _google(invite: Invite) -> str:
    asked = {
        "action": "TEMPLATE",
        "text": invite.title,
        "dates": "/".join(_times(invite, "%Y%m%dT%H%M%SZ")),
        "details": invite.url,
        "location": invite.place,
    }
    return _link("https://calendar.google.com/calendar/render", asked)


def _outlook(invite: Invite, host: str) -> str:
    starts, ends = _times(invite, "%Y-%m-%dT%H:%M:%SZ")
    asked = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": invite.title,
        "startdt": starts,
        "enddt": ends,
        "body": invite.url,
        "location": invite.place,
    }
    return _link(f"https://{host}/calendar/0/deeplink/compose", asked)


def _times(invite: Invite, how: str) -> Iterator[str]:
    return (f"{time.astimezone(UTC):{how}}" for time in (invite.starts_at, invite.ends_at))


def _link(page: str, asked: dict[str, str]) -> str:
    # Outlook shows the plus sign of a form's space as it stands, so spaces are %20.
    return f"{page}?{urlencode(asked, quote_via=quote)}"
