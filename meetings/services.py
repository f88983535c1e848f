"""Booking, moving and cancelling meetings. How they end stands in closing.py, who takes them on
in handing.py; what they share in rows.py.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.letters import STAFF_CANCELLED, WORDS
from meetings.locks import lock
from meetings.models import MINUTES, Busy, Change, Hold, Kind, Meeting, State
from meetings.rows import (
    NotYours,
    TooLate,
    administers,
    end,
    facts,
    not_begun,
    occupy,
    take,
    tell,
)
from meetings.rules import (
    GuestBusy,
    NoNumber,
    NotASlot,
    NotThatWay,
    SlotTaken,
    TooFar,
    TooSoon,
    change_until,
    check_time,
    place_for,
)
from trail.flow import Refused
from trail.models import Event

__all__ = [
    "GuestBusy",
    "NoNumber",
    "NotASlot",
    "NotThatWay",
    "NotYours",
    "SlotTaken",
    "TooFar",
    "TooLate",
    "TooSoon",
    "book",
    "cancel",
    "reschedule",
]


@transaction.atomic
def book(  # noqa: PLR0913 - a booking is these things
    *,
    kind: Kind,
    host: User,
    guest: User,
    starts_at: datetime,
    how: str,
    support_needs: str,
    by: User,
    at: datetime,
    phone: str = "",
    support: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
) -> Meeting:
    """Give this time of the host's to the guest. `about` says what for, and where its pages are.
    What the guest holds for the same matter is used up; what was broken off is continued."""
    matter = (about or {}).get("case", "")
    _lock_both(host, guest, by, at)
    rule = check_time(kind, host, guest, starts_at, by=by, at=at, about=matter)
    meeting = Meeting(
        kind=kind,
        host=host,
        guest=guest,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=MINUTES[kind]),
        how=how,
        place=place_for(how, host, guest, rule, phone=phone),
        support=dict(support or {}),
        support_needs=support_needs.strip(),
        about=dict(about or {}),
        continues=_broken_off(kind, guest, about or {}),
        booked_at=at,
        changed_at=at,
    )
    meeting.save(force_insert=True)
    occupy(meeting, by=by, at=at)
    Hold.objects.filter(guest=guest, about=matter).delete()
    tell(meeting, WORDS[kind].booked, "booked", at=at, sequence=0)
    Event.objects.record("book", about=meeting, by=by, at=at, after=State.BOOKED, **facts(meeting))
    return meeting


def _lock_both(host: User, guest: User, by: User, at: datetime) -> None:
    """Two people, and one of them asks, or somebody who may for them."""
    if by not in (host, guest) and not administers(by, at):
        raise NotYours(_("Only the two who meet can book this meeting."))
    if host == guest:
        raise NotASlot(_("You cannot book a meeting with yourself."))
    lock(host, guest)


def _broken_off(kind: Kind, guest: User, about: Mapping[str, str]) -> Meeting | None:
    """The meeting that this one continues: the last of its kind in the case that was held at all,
    if it has to go on."""
    if not about.get("case"):
        return None
    held = Meeting.objects.filter(kind=kind, guest=guest, about__case=about["case"])
    last = (
        held.filter(state__in=[State.DONE, State.INTERRUPTED]).order_by("-starts_at", "-pk").first()
    )
    return last if last and last.is_to_continue else None


@transaction.atomic
def reschedule(meeting: Meeting, *, starts_at: datetime, by: User, at: datetime) -> Meeting:
    """Move the meeting to another free time of the same host. It stays the same meeting."""
    row = take(meeting, by, at)
    not_begun(row, at)
    _in_time(row, by, at)
    if starts_at == row.starts_at:
        raise NotASlot(_("The meeting is at that time already."))
    kind, old = Kind(row.kind), row.starts_at
    check_time(kind, row.host, row.guest, starts_at, by=by, at=at, exclude=row)
    row.starts_at, row.ends_at = starts_at, starts_at + timedelta(minutes=MINUTES[kind])
    row.sequence, row.changed_at = row.sequence + 1, at
    row.save(update_fields=["starts_at", "ends_at", "sequence", "changed_at"])
    Busy.objects.filter(meeting=row).delete()
    occupy(row, by=by, at=at)
    change = Change.objects.create(meeting=row, old_starts_at=old, at=at, by=by)
    ids: dict[str, Any] = {"sequence": row.sequence, "change": change.pk}
    tell(row, WORDS[kind].moved, f"moved:{row.sequence}", at=at, **ids)
    moved = {**facts(row), "old_starts_at": old.isoformat()}
    Event.objects.record("reschedule", about=row, by=by, at=at, **moved)
    return row


@transaction.atomic
def cancel(
    meeting: Meeting, *, reason: str, by: User, at: datetime, with_its_case: bool = False
) -> Meeting:
    """It will not take place. Both are told, with the reason as it was written. What a case brings
    down with it (`with_its_case`) is cancelled until it begins, whoever ended the case."""
    row = take(meeting, by, at)
    not_begun(row, at)
    if not with_its_case:
        _in_time(row, by, at)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say why, in one sentence. The other person reads it."))
    row.cancelled_by, row.cancel_reason = by, reason
    row.sequence += 1
    end(row, State.CANCELLED, at)
    words = WORDS[Kind(row.kind)].cancelled
    tell(row, words, "cancelled", at=at, for_host=STAFF_CANCELLED)
    Event.objects.record(
        "cancel", about=row, by=by, at=at, before=State.BOOKED, after=State.CANCELLED, **facts(row)
    )
    return row


def _in_time(meeting: Meeting, by: User, at: datetime) -> None:
    """Guests change a meeting until the hours that their host needs; hosts until it begins."""
    if by.pk == meeting.guest_id and at > change_until(meeting):
        raise TooLate(
            _("The meeting is too near to change it here. Write to %(host)s: %(email)s.")
            % {"host": meeting.host.first_name_to_use, "email": meeting.host.email}
        )
