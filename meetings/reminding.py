"""What the clock owes people: reminders before a meeting, and a question after it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from meetings.letters import NO_OUTCOME, SOON, STAFF_SOON, STAFF_TWO_DAYS, WORDS
from meetings.models import Kind, Meeting, State
from notices.foreseeing import HOUR, Rule
from notices.models import Message

TWO_DAYS, TWO_HOURS = timedelta(hours=48), timedelta(hours=2)
# A clock that stood still makes up for this much; later, a reminder helps nobody any more.
TOLERANCE = {TWO_DAYS: timedelta(hours=12), TWO_HOURS: timedelta(hours=1)}
MORNING = time(8)
ASKED_AFTER = (1, 3)  # days after the meeting, on which the host is asked how it went
ASKED_FOR = timedelta(days=7)  # then it is the administrators' to ask


@transaction.atomic
def remind(at: datetime) -> int:
    """Owe everybody whose meeting is near a reminder; returns how many are new.

    Three queries however many meetings. The key names the time, so that running twice owes
    nothing twice and a moved meeting is reminded of anew.
    """
    near = Meeting.objects.filter(
        state=State.BOOKED, starts_at__gt=at, starts_at__lte=at + TWO_DAYS
    ).select_related("host", "guest")
    return _owe(message for meeting in near for message in reminders_of(meeting, at))


@transaction.atomic
def ask_for_outcomes(at: datetime) -> int:
    """Owe hosts a question about meetings that are over and have no outcome: the next morning and
    on the third. Three queries however many meetings."""
    open_ = Meeting.objects.without_outcome(at).filter(ends_at__gt=at - ASKED_FOR)
    rows = open_.select_related("host")
    return _owe(message for meeting in rows for message in questions_of(meeting, at))


def _owe(messages: Iterable[Message]) -> int:
    owed = {message.key: message for message in messages}
    known = set(Message.objects.filter(key__in=owed).values_list("key", flat=True))
    new = [message for key, message in owed.items() if key not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def reminders_of(meeting: Meeting, at: datetime) -> Iterator[Message]:
    """The reminders of this meeting whose moment is now."""
    if not meeting.is_booked or meeting.has_begun(at):
        return
    name = f"meeting:{meeting.pk}:reminder:{meeting.starts_at.astimezone(UTC):%Y%m%dT%H%MZ}"
    wanted = (
        (TWO_DAYS, "48h", WORDS[Kind(meeting.kind)].reminder, STAFF_TWO_DAYS),
        (TWO_HOURS, "2h", SOON, STAFF_SOON),
    )
    for before, when, guests, hosts in wanted:
        if _is_time(meeting, before, at):
            yield _message(f"{name}:{when}", guests, meeting, meeting.guest, at)
            # A new host after a hand-over is reminded like the first.
            key = f"{name}:{when}:{meeting.host_id}"
            yield _message(key, hosts, meeting, meeting.host, at)


def _is_time(meeting: Meeting, before: timedelta, at: datetime) -> bool:
    """Not when the meeting was booked or moved so late that its letter has just said the same."""
    moment = meeting.starts_at - before
    return meeting.changed_at <= moment <= at < moment + TOLERANCE[before]


def questions_of(meeting: Meeting, at: datetime) -> Iterator[Message]:
    """The latest question whose morning has come: a clock that stood still asks once."""
    if not meeting.is_booked or not meeting.ends_at <= at < meeting.ends_at + ASKED_FOR:
        return
    ended = meeting.ends_at.astimezone(meeting.host.zone)
    for days in reversed(ASKED_AFTER):
        day = ended.date() + timedelta(days=days)
        if datetime.combine(day, MORNING, tzinfo=meeting.host.zone) <= at:
            key = f"meeting:{meeting.pk}:outcome:{days}:{meeting.host_id}"
            yield _message(key, NO_OUTCOME, meeting, meeting.host, at)
            return


def _message(key: str, kind: str, meeting: Meeting, reader: User, at: datetime) -> Message:
    return Message(
        key=key,
        kind=kind,
        to=reader,
        not_before=at,
        context={"meeting": meeting.pk, "starts_at": meeting.starts_at.isoformat()},
    )


def _booked(case: int) -> QuerySet[Meeting]:
    """The meetings of a case that are still to be held, or to be told how they went."""
    rows = Meeting.objects.filter(about__case=f"case:{case}", state=State.BOOKED)
    return rows.select_related("host", "guest")


# Until the last meeting that can be booked by now is over, and its host was asked twice.
AHEAD = timedelta(days=75)
RULES = (
    Rule(_booked, reminders_of, every=HOUR, ahead=AHEAD),
    Rule(_booked, questions_of, every=HOUR, ahead=AHEAD),
)
