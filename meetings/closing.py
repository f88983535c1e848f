"""How a meeting ends, and what is noted of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.letters import HOST_ABSENT, INTERRUPTED, STAFF_INTERRUPTED, WORDS
from meetings.models import OUTCOMES, Kind, Meeting, MeetingOutcome, PrivateNote, State
from meetings.registry import RESTORERS
from meetings.rows import NotYours, TooLate, end, facts, take, tell
from notices.services import post
from trail.flow import Refused
from trail.models import Event

KINDS_OF_END = {State.DONE, State.GUEST_ABSENT, State.HOST_ABSENT, State.INTERRUPTED}
NO_FAULT = {State.HOST_ABSENT, State.INTERRUPTED}  # nothing of it counts against the guest
WAIT = timedelta(minutes=10)  # before a guest gives up


class TooEarly(Refused):
    """Nobody can say how a meeting went before it begins."""


class NoOutcome(Refused):
    """A meeting that took place has an outcome that fits its kind."""


@dataclass(frozen=True, slots=True)
class Ending:
    state: State
    outcome: str
    left: str

    @property
    def is_to_continue(self) -> bool:
        return self.state == State.INTERRUPTED or self.outcome == MeetingOutcome.PARTLY


@transaction.atomic
def close(
    meeting: Meeting,
    *,
    state: State,
    by: User,
    at: datetime,
    outcome: str = "",
    left: str = "",
) -> Meeting:
    """Say how it went: with its outcome where it took place, and with what is left where it has to
    go on. That the host did not come may be said by either side."""
    ending = Ending(state, outcome, " ".join(left.split()))
    _check(Kind(meeting.kind), ending)
    # The case is locked before the people, as everywhere.
    restore = RESTORERS.get(Kind(meeting.kind)) if state in NO_FAULT else None
    if restore:
        restore(meeting, at)
    row = take(meeting, by, at)
    _may_close(row, ending, by, at)
    row.outcome, row.left = outcome, ending.left
    end(row, state, at)
    _tell(row, ending, at)
    Event.objects.record(
        "close",
        about=row,
        by=by,
        at=at,
        before=State.BOOKED,
        after=state,
        **facts(row),
        outcome=outcome,
    )
    return row


def _check(kind: Kind, ending: Ending) -> None:
    if ending.state not in KINDS_OF_END:
        raise Refused(_("A meeting ends as held, broken off, or without one of the two."))
    fitting = OUTCOMES[kind] if ending.state == State.DONE else ("",)
    if ending.outcome not in fitting:
        raise NoOutcome(_("Choose what came of the meeting."))
    if ending.is_to_continue and not ending.left:
        raise Refused(_("Say what is left. Both of you read it."))
    if ending.left and not ending.is_to_continue:
        raise Refused(_("Something is left only where the meeting has to go on."))


def _may_close(meeting: Meeting, ending: Ending, by: User, at: datetime) -> None:
    if ending.state != State.HOST_ABSENT and by == meeting.guest:
        raise NotYours(_("Your host says how the meeting went."))
    if not meeting.is_booked:
        raise TooLate(_("This meeting is closed already."))
    if not meeting.has_begun(at):
        raise TooEarly(_("The meeting has not begun yet."))
    if by == meeting.guest and at < meeting.starts_at + WAIT:
        raise TooEarly(_("Wait ten minutes before you give up. Your host may be on the way."))


def _tell(meeting: Meeting, ending: Ending, at: datetime) -> None:
    if ending.is_to_continue:
        tell(meeting, INTERRUPTED, "broken_off", at=at, for_host=STAFF_INTERRUPTED)
    absent = {
        State.GUEST_ABSENT: WORDS[Kind(meeting.kind)].absent,
        State.HOST_ABSENT: HOST_ABSENT,
    }
    if kind := absent.get(ending.state):
        key = f"meeting:{meeting.pk}:absent"
        post(kind, to=meeting.guest, key=key, not_before=at, meeting=meeting.pk)


@transaction.atomic
def share_note(meeting: Meeting, *, text: str, by: User, at: datetime) -> Meeting:
    """What both of them read, and whoever may read the case file. It stands once the meeting is
    closed."""
    row = take(meeting, by, at)
    if by != row.host:
        raise NotYours(_("Your host writes the shared note."))
    if not row.is_booked:
        raise TooLate(_("This meeting is closed, so its shared note stays as it is."))
    row.shared_note = _tidy(text)
    row.save(update_fields=["shared_note"])
    return row


@transaction.atomic
def keep_note(meeting: Meeting, *, text: str, by: User) -> None:
    """The host's note for themselves. Emptied, it is gone. The trail does not mention it."""
    row = Meeting.objects.get(pk=meeting.pk)
    if by.pk != row.host_id:
        raise NotYours(_("Only the host keeps notes of a meeting."))
    if text := _tidy(text):
        PrivateNote.objects.update_or_create(meeting=row, author=by, defaults={"text": text})
    else:
        PrivateNote.objects.filter(meeting=row, author=by).delete()


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
