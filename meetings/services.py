"""Booking, moving, cancelling and closing meetings.

Everything that touches a person's time first locks that person (see `_lock`), then the meeting,
and writes the trail last. Callers that also change a case lock the case before they come here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from meetings.hosting import set_hours
from meetings.letters import STAFF_REMINDER, WORDS
from meetings.models import MINUTES, Busy, Change, How, Kind, Meeting, State
from meetings.rules import GuestBusy, NotASlot, SlotTaken, TooFar, TooSoon, check_time, taken
from notices.models import Message
from notices.services import post
from trail.flow import Refused
from trail.models import Event

__all__ = [
    "GuestBusy",
    "NoNumber",
    "NotASlot",
    "NotYours",
    "SlotTaken",
    "TooEarly",
    "TooFar",
    "TooLate",
    "TooSoon",
    "book",
    "cancel",
    "close",
    "remind",
    "reschedule",
    "set_hours",
]

# Added to a person's number, so that this lock is nobody else's.
PERSON_LOCK = 4_170_242 << 32
KINDS_OF_END = {State.DONE, State.GUEST_ABSENT, State.HOST_ABSENT}
ONE_DAY, TWO_DAYS = timedelta(hours=24), timedelta(hours=48)
# A reminder that is this late says “tomorrow” of today, so it is left out.
TOO_LATE_TO_REMIND = timedelta(hours=12)


class NotYours(Refused):
    """Only the two who meet, and administrators, touch a meeting."""


class NoNumber(Refused):
    """We cannot call somebody whose number we do not know."""


class TooLate(Refused):
    """The meeting has begun, or is over or cancelled."""


class TooEarly(Refused):
    """Nobody can say how a meeting went before it begins."""


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
    about: Mapping[str, str] | None = None,
) -> Meeting:
    """Give this time of the host's to the guest. `about` says what for, and where its pages are."""
    if by not in (host, guest) and Role.ADMINISTRATOR not in by.roles_on(at.date()):
        raise NotYours(_("Only the two who meet can book this meeting."))
    if host == guest:
        raise NotASlot(_("You cannot book a meeting with yourself."))
    _lock(host, guest)
    place = check_time(kind, host, guest, starts_at, by=by, at=at)
    meeting = Meeting(
        kind=kind,
        host=host,
        guest=guest,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=MINUTES[kind]),
        how=how,
        place=_number(guest, phone) if how == How.PHONE else place,
        support_needs=support_needs.strip(),
        about=dict(about or {}),
        booked_at=at,
        changed_at=at,
    )
    meeting.save(force_insert=True)
    _occupy(meeting, by=by, at=at)
    _tell(meeting, WORDS[kind].booked, "booked", at=at, sequence=0)
    Event.objects.record("book", about=meeting, by=by, at=at, after=State.BOOKED, **_facts(meeting))
    return meeting


@transaction.atomic
def reschedule(meeting: Meeting, *, starts_at: datetime, by: User, at: datetime) -> Meeting:
    """Move the meeting to another free time of the same host. It stays the same meeting."""
    row = _take(meeting, by, at)
    _not_begun(row, at)
    if starts_at == row.starts_at:
        raise NotASlot(_("The meeting is at that time already."))
    kind, old = Kind(row.kind), row.starts_at
    check_time(kind, row.host, row.guest, starts_at, by=by, at=at, exclude=row)
    row.starts_at, row.ends_at = starts_at, starts_at + timedelta(minutes=MINUTES[kind])
    row.sequence, row.changed_at = row.sequence + 1, at
    row.save(update_fields=["starts_at", "ends_at", "sequence", "changed_at"])
    Busy.objects.filter(meeting=row).delete()
    _occupy(row, by=by, at=at)
    change = Change.objects.create(meeting=row, old_starts_at=old, at=at, by=by)
    ids: dict[str, Any] = {"sequence": row.sequence, "change": change.pk}
    _tell(row, WORDS[kind].moved, f"moved:{row.sequence}", at=at, **ids)
    facts = {**_facts(row), "old_starts_at": old.isoformat()}
    Event.objects.record("reschedule", about=row, by=by, at=at, **facts)
    return row


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, by: User, at: datetime) -> Meeting:
    """It will not take place. Both are told, with the reason as it was written."""
    row = _take(meeting, by, at)
    _not_begun(row, at)
    row.cancelled_by, row.cancel_reason = by, " ".join(reason.split())
    row.sequence += 1
    _close(row, State.CANCELLED, at)
    _tell(row, WORDS[Kind(row.kind)].cancelled, "cancelled", at=at)
    Event.objects.record(
        "cancel", about=row, by=by, at=at, before=State.BOOKED, after=State.CANCELLED, **_facts(row)
    )
    return row


@transaction.atomic
def close(meeting: Meeting, *, state: State, by: User, at: datetime) -> Meeting:
    """Say how it went. That the host did not come may be said by either side."""
    row = _take(meeting, by, at)
    if state not in KINDS_OF_END:
        raise Refused(_("A meeting ends as held, or without one of the two."))
    if state != State.HOST_ABSENT and by == row.guest:
        raise NotYours(_("Your host says how the meeting went."))
    if not row.is_booked:
        raise TooLate(_("This meeting is closed already."))
    if not row.has_begun(at):
        raise TooEarly(_("The meeting has not begun yet."))
    _close(row, state, at)
    if state == State.GUEST_ABSENT:
        post(
            WORDS[Kind(row.kind)].absent,
            to=row.guest,
            key=f"meeting:{row.pk}:absent",
            not_before=at,
            meeting=row.pk,
        )
    Event.objects.record(
        "close", about=row, by=by, at=at, before=State.BOOKED, after=state, **_facts(row)
    )
    return row


@transaction.atomic
def remind(at: datetime) -> int:
    """Owe everybody whose meeting is near a reminder; returns how many are new.

    Three queries however many meetings. The key names the time, so that running twice owes
    nothing twice and a moved meeting is reminded of anew.
    """
    near = Meeting.objects.filter(
        state=State.BOOKED, starts_at__gt=at, starts_at__lte=at + TWO_DAYS
    ).select_related("host", "guest")
    owed = {message.key: message for meeting in near for message in _reminders(meeting, at)}
    known = set(Message.objects.filter(key__in=owed).values_list("key", flat=True))
    new = [message for key, message in owed.items() if key not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _reminders(meeting: Meeting, at: datetime) -> list[Message]:
    """The reminders of this meeting whose moment is now."""
    two_days = meeting.kind == Kind.VERIFICATION  # as its letter says
    kind = WORDS[Kind(meeting.kind)].reminder
    wanted = [
        (kind, meeting.guest, TWO_DAYS if two_days else ONE_DAY, ""),
        (STAFF_REMINDER, meeting.host, ONE_DAY, ":host"),
    ]
    return [
        Message(
            key=f"meeting:{meeting.pk}:reminder:{meeting.starts_at.astimezone(UTC):%Y%m%dT%H%MZ}{suffix}",
            kind=kind,
            to=reader,
            not_before=at,
            context={"meeting": meeting.pk, "starts_at": meeting.starts_at.isoformat()},
        )
        for kind, reader, before, suffix in wanted
        if _is_time(meeting, before, at)
    ]


def _is_time(meeting: Meeting, before: timedelta, at: datetime) -> bool:
    """Not when the meeting was booked or moved so late that its letter has just said the same."""
    moment = meeting.starts_at - before
    return meeting.changed_at <= moment <= at < moment + TOO_LATE_TO_REMIND


def _lock(*people: User) -> None:
    """Until the transaction ends, nobody else books for these people. Always in the same order,
    so that two bookings wait for each other once and never in a ring. SQLite has one writer."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for pk in sorted(person.pk for person in people):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PERSON_LOCK + pk])


def _number(guest: User, phone: str) -> str:
    number = phone.strip() or guest.phone
    if not number:
        raise NoNumber(_("Give the number on which we can call you."))
    return number


def _take(meeting: Meeting, by: User, at: datetime) -> Meeting:
    """The meeting as it is now, ours until the end of the transaction."""
    _lock(meeting.host, meeting.guest)
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("host", "guest")
    row = rows.get(pk=meeting.pk)
    if by not in (row.host, row.guest) and Role.ADMINISTRATOR not in by.roles_on(at.date()):
        raise NotYours(_("Only the two who meet can change this meeting."))
    return row


def _not_begun(meeting: Meeting, at: datetime) -> None:
    if not meeting.is_booked:
        raise TooLate(_("This meeting is closed, so it cannot change any more."))
    if meeting.has_begun(at):
        raise TooLate(_("This meeting has begun, so it cannot change any more."))


def _occupy(meeting: Meeting, *, by: User, at: datetime) -> None:
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


def _close(meeting: Meeting, state: State, at: datetime) -> None:
    meeting.state, meeting.closed_at, meeting.changed_at = state, at, at
    meeting.save(
        update_fields=[
            "state",
            "closed_at",
            "changed_at",
            "sequence",
            "cancelled_by",
            "cancel_reason",
        ]
    )
    Busy.objects.filter(meeting=meeting).delete()


def _tell(meeting: Meeting, kind: str, fact: str, *, at: datetime, **ids: Any) -> None:
    """A letter to the guest, and its copy to the host."""
    key = f"meeting:{meeting.pk}:{fact}"
    post(kind, to=meeting.guest, key=key, not_before=at, meeting=meeting.pk, **ids)
    post(kind, to=meeting.host, key=f"{key}:host", not_before=at, meeting=meeting.pk, **ids)


def _facts(meeting: Meeting) -> dict[str, Any]:
    return {
        "case": meeting.about.get("case", ""),
        "kind": meeting.kind,
        "host": meeting.host_id,
        "guest": meeting.guest_id,
        "starts_at": meeting.starts_at.isoformat(),
        "sequence": meeting.sequence,
    }
