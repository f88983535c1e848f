"""What one reader finds on the page of a meeting, and what they may do there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from meetings.closing import WAIT
from meetings.handing import can_be_handed_over
from meetings.models import Change, Meeting, PrivateNote, State
from meetings.rules import change_until
from meetings.slots_view import in_words


@dataclass(frozen=True, slots=True)
class Desk:
    """The same questions as the services ask, so that a button and its refusal agree."""

    is_guest: bool
    is_host: bool
    can_change: bool
    too_near: bool  # the guest writes to the host now
    can_end: bool
    can_report: bool  # that the host did not come
    can_hand_over: bool
    can_share: bool
    change_until: str
    moved: Sequence[str]
    handed: Sequence[Change]
    private_note: str
    next: Meeting | None  # the one that continues this


def desk(meeting: Meeting, reader: User, at: datetime) -> Desk:
    is_guest, is_host = reader.pk == meeting.guest_id, reader.pk == meeting.host_id
    to_come = meeting.is_booked and not meeting.has_begun(at)
    begun = meeting.is_booked and not to_come
    until = change_until(meeting)
    changes = list(meeting.changes.select_related("old_host"))
    later = meeting.continued_by.filter(state=State.BOOKED) if meeting.is_to_continue else None
    return Desk(
        is_guest=is_guest,
        is_host=is_host,
        can_change=to_come and not (is_guest and at > until),
        too_near=to_come and is_guest and at > until,
        can_end=begun and not is_guest,
        can_report=begun and is_guest and at >= meeting.starts_at + WAIT,
        can_hand_over=can_be_handed_over(meeting, reader, at),
        can_share=is_host and begun,
        change_until=in_words(until, reader),
        moved=[in_words(c.old_starts_at, reader) for c in changes if not c.old_host],
        handed=[change for change in changes if change.old_host],
        private_note=PrivateNote.text_of(meeting, reader),
        next=later.first() if later is not None else None,
    )
