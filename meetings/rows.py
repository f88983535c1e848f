"""What every change of a meeting is made of: the locks, the row, the time it takes, the letters.

Everything that touches a person's time first locks that person (see locks.py), then the meeting,
and writes the trail last. Callers that also change a case lock the case before they come here.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from meetings.locks import lock
from meetings.models import Busy, Kind, Meeting, State
from meetings.rules import taken
from notices.services import post
from trail.flow import Refused


class NotYours(Refused):
    """Only the two who meet, and administrators, touch a meeting."""


class TooLate(Refused):
    """The meeting is near, has begun, or is closed."""


def take(meeting: Meeting, by: User, at: datetime, *others: User) -> Meeting:
    """The meeting as it is now, and the time of these people, ours until the transaction ends."""
    lock(meeting.host, meeting.guest, *others)
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("host", "guest")
    row = rows.get(pk=meeting.pk)
    if by not in (row.host, row.guest) and not administers(by, at):
        raise NotYours(_("Only the two who meet can change this meeting."))
    if row.host_id != meeting.host_id:
        # Handed over a moment ago: the new host's time is not locked. Looking again will do.
        raise TooLate(_("This meeting was just handed over. Load the page again."))
    return row


def administers(person: User, at: datetime) -> bool:
    return Role.ADMINISTRATOR in person.roles_on(at.date())


def not_begun(meeting: Meeting, at: datetime) -> None:
    if not meeting.is_booked:
        raise TooLate(_("This meeting is closed, so it cannot change any more."))
    if meeting.has_begun(at):
        raise TooLate(_("This meeting has begun, so it cannot change any more."))


def occupy(meeting: Meeting, *, by: User, at: datetime) -> None:
    """The time is now theirs alone. Under the locks nobody is in the way; if somebody is all the
    same, the database refuses, and the person gets the same answer."""
    try:
        with transaction.atomic():
            Busy.objects.bulk_create(
                Busy(
                    meeting=meeting,
                    person=person,
                    starts_at=meeting.starts_at,
                    ends_at=meeting.ends_at,
                )
                for person in (meeting.host, meeting.guest)
            )
    except IntegrityError:
        raise taken(
            Kind(meeting.kind), meeting.host, meeting.guest, meeting.starts_at, by=by, at=at
        ) from None


def end(meeting: Meeting, state: State, at: datetime) -> None:
    """The meeting changes no more, and its time is free."""
    meeting.state, meeting.closed_at, meeting.changed_at = state, at, at
    meeting.save(
        update_fields=[
            "state",
            "closed_at",
            "changed_at",
            "sequence",
            "cancelled_by",
            "cancel_reason",
            "outcome",
            "left",
        ]
    )
    Busy.objects.filter(meeting=meeting).delete()


def tell(
    meeting: Meeting,
    kind: str,
    fact: str,
    *,
    at: datetime,
    for_host: str = "",
    **ids: Any,
) -> None:
    """A letter to the guest, and to the host a copy of it or their own words."""
    key = f"meeting:{meeting.pk}:{fact}"
    post(kind, to=meeting.guest, key=key, not_before=at, meeting=meeting.pk, **ids)
    post(
        for_host or kind,
        to=meeting.host,
        key=f"{key}:host",
        not_before=at,
        meeting=meeting.pk,
        **ids,
    )


def facts(meeting: Meeting) -> dict[str, Any]:
    """What the trail keeps of it."""
    return {
        "case": meeting.about.get("case", ""),
        "kind": meeting.kind,
        "host": meeting.host_id,
        "guest": meeting.guest_id,
        "starts_at": meeting.starts_at.isoformat(),
        "sequence": meeting.sequence,
    }
