"""The letters about meetings. Each reads the meeting as it is when the letter leaves: nothing is
ever sent about a time that is no longer true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.clocks import zone_in_brackets, zone_words
from meetings.invite import Invite, Method, Party, ics
from meetings.models import Change, Kind, Meeting, State, Visit
from meetings.slots_view import needs_words, place_words
from notices.letters import Attachment, Letter, Obsolete, letter
from notices.models import Message
from notices.texts import absolute


@dataclass(frozen=True, slots=True)
class Words:
    """Which letters a kind of meeting writes."""

    booked: str
    moved: str = "interview_changed"
    cancelled: str = "interview_cancelled"
    absent: str = "interview_no_show"
    reminder: str = "meeting_in_two_days"


WORDS = {
    Kind.INTAKE: Words("interview_confirmation"),
    Kind.VERBAL_AUDIT: Words("verbal_audit_confirmation"),
    Kind.VERIFICATION: Words(
        "meeting_confirmation",
        "meeting_changed",
        "meeting_cancelled",
        "meeting_no_show",
        "meeting_reminder",
    ),
    Kind.RENEWAL: Words("interview_confirmation"),
    Kind.PROGRAMME: Words("interview_confirmation"),
}
# Two hours before, and what hosts read in words of their own.
SOON = "meeting_soon"
STAFF_TWO_DAYS, STAFF_SOON = "staff_meeting_in_two_days", "staff_meeting_soon"
STAFF_CANCELLED = "staff_meeting_cancelled"
NO_OUTCOME = "staff_meeting_outcome"
# What became of a meeting.
HOST_ABSENT = "meeting_host_absent"
INTERRUPTED, STAFF_INTERRUPTED = "meeting_interrupted", "staff_meeting_interrupted"
HANDED_OVER, TAKEN_OVER = "meeting_handed_over", "staff_meeting_taken_over"
GIVEN_AWAY = "staff_meeting_given_away"


def invite_of(meeting: Meeting) -> Invite:
    """What calendars are told: the present state, whoever asks."""
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    people = (meeting.guest, meeting.host)
    return Invite(
        uid=f"{meeting.uid}@{urlsplit(settings.SITE_URL).hostname}",
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        changed_at=meeting.changed_at,
        title=_("%(what)s: %(guest)s and %(host)s")
        % {
            "what": meeting.get_kind_display(),
            "guest": meeting.guest.first_name_to_use,
            "host": meeting.host.first_name_to_use,
        },
        place=place_words(meeting),
        url=absolute(reverse("meetings:manage", args=[meeting.pk])),
        organizer=Party(name, email),
        attendees=[Party(person.full_name, person.email) for person in people],
        cancelled=meeting.state == State.CANCELLED,
    )


def invite_of_visit(visit: Visit, *, url: str = "", attendees: Sequence[Party] = ()) -> Invite:
    """A visit names only the host; whoever asks for it adds who else may be named."""
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Invite(
        uid=f"{visit.uid}@{urlsplit(settings.SITE_URL).hostname}",
        sequence=visit.sequence,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        changed_at=visit.changed_at,
        title=_("%(what)s with %(host)s")
        % {"what": visit.get_kind_display(), "host": visit.host.first_name_to_use},
        place=place_words(visit),
        url=url or absolute(reverse("meetings:day")),
        organizer=Party(name, email),
        attendees=attendees,
        cancelled=not visit.is_booked,
    )


def _read(message: Message) -> tuple[Meeting, User]:
    """The meeting as it is now, and who reads the letter."""
    people = Meeting.objects.select_related("host", "guest")
    meeting = people.filter(pk=message.context["meeting"]).first()
    if meeting is None or message.to is None:
        raise Obsolete
    return meeting, message.to


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F Y")


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")


def _page(meeting: Meeting, key: str, otherwise: str) -> str:
    """A page that only the app above knows, or ours."""
    return absolute(meeting.about.get(key) or otherwise)


def _context(meeting: Meeting, reader: User) -> dict[str, str]:
    manage = reverse("meetings:manage", args=[meeting.pk])
    other = meeting.other(reader).full_name
    mine = manage if reader.pk == meeting.host_id else reverse("meetings:mine")
    return {
        "meeting_date": _day(meeting.starts_at),
        "meeting_time": _clock(meeting.starts_at),
        "time_zone": zone_in_brackets(reader, meeting.starts_at),
        "meeting_link": place_words(meeting),
        "manage_url": absolute(manage),
        "booking_url": _page(
            meeting, "booking_path" if reader.pk == meeting.guest_id else "", mine
        ),
        "prep_url": _page(meeting, "prep_path", manage),
        "task_url": _page(meeting, "task_path", manage),
        "support_needs": needs_words(meeting).replace("\n", "; ") or _("None asked for"),
        "cancel_reason": meeting.cancel_reason,
        "what_is_left": meeting.left,
        "applicant_name": meeting.guest.full_name,
        "task_name": meeting.about.get("task_name") or meeting.get_kind_display(),
        "tier_name": meeting.about.get("tier_name") or _("certificate"),
        "host_name": meeting.host.full_name,
        # Whoever reads it, “with” names the other one.
        "intake_manager_name": other,
        "auditor_name": other,
        "verifier_name": other,
    }


def _letter(
    meeting: Meeting,
    reader: User,
    *,
    method: Method | None = None,
    invite: Invite | None = None,
    more: Mapping[str, str] | None = None,
) -> Letter:
    files = []
    if method:
        content = ics(invite or invite_of(meeting), method)
        # The method belongs to the type: without it mail programs show a file, not a meeting.
        files.append(Attachment("invite.ics", content, f"text/calendar; method={method}"))
    when = _("%(day)s, %(time)s, %(zone)s") % {
        "day": _day(meeting.starts_at),
        "time": _clock(meeting.starts_at),
        "zone": zone_words(reader, meeting.starts_at),
    }
    return Letter(
        context={**_context(meeting, reader), **(more or {})},
        attachments=files,
        whose_turn=_turn(meeting, reader),
        by_when=when if meeting.is_booked else "",
    )


def _turn(meeting: Meeting, reader: User) -> str:
    if meeting.is_booked:
        return _("Both of you, at the time of the meeting")
    if reader.pk == meeting.guest_id:
        return _("Yours: choose a new time")
    return _("%(name)s’s: to choose a new time") % {"name": meeting.guest.first_name_to_use}


@letter("interview_confirmation", "verbal_audit_confirmation", "meeting_confirmation")
def booked(message: Message) -> Letter:
    meeting, reader = _read(message)
    if not meeting.is_booked or meeting.sequence != message.context["sequence"]:
        raise Obsolete
    return _letter(meeting, reader, method=Method.REQUEST)


@letter("interview_changed", "meeting_changed")
def moved(message: Message) -> Letter:
    meeting, reader = _read(message)
    change = _change(message)
    if not meeting.is_booked or meeting.sequence != message.context["sequence"]:
        raise Obsolete
    old = {
        "old_meeting_date": _day(change.old_starts_at),
        "old_meeting_time": _clock(change.old_starts_at),
    }
    return _letter(meeting, reader, method=Method.REQUEST, more=old)


@letter("interview_cancelled", "meeting_cancelled", STAFF_CANCELLED)
def cancelled(message: Message) -> Letter:
    meeting, reader = _read(message)
    if meeting.state != State.CANCELLED:
        raise Obsolete
    return _letter(meeting, reader, method=Method.CANCEL)


@letter("interview_no_show", "meeting_no_show")
def absent(message: Message) -> Letter:
    meeting, reader = _read(message)
    if meeting.state != State.GUEST_ABSENT:
        raise Obsolete
    return _letter(meeting, reader)


@letter(HOST_ABSENT)
def host_absent(message: Message) -> Letter:
    meeting, reader = _read(message)
    if meeting.state != State.HOST_ABSENT:
        raise Obsolete
    return _letter(meeting, reader)


@letter(INTERRUPTED, STAFF_INTERRUPTED)
def interrupted(message: Message) -> Letter:
    """Obsolete once the rest is booked."""
    meeting, reader = _read(message)
    if not meeting.is_to_continue or meeting.continued_by.filter(state=State.BOOKED).exists():
        raise Obsolete
    return _letter(meeting, reader)


@letter("meeting_reminder", "meeting_in_two_days", SOON, STAFF_TWO_DAYS, STAFF_SOON)
def reminder(message: Message) -> Letter:
    """Only while it takes place at the time this reminder speaks of, with this reader, and is to
    come."""
    meeting, reader = _read(message)
    same = meeting.starts_at == datetime.fromisoformat(message.context["starts_at"])
    takes_part = reader.pk in (meeting.host_id, meeting.guest_id)
    if not meeting.is_booked or not same or not takes_part or meeting.has_begun(timezone.now()):
        raise Obsolete
    return _letter(meeting, reader)


@letter(NO_OUTCOME)
def no_outcome(message: Message) -> Letter:
    meeting, reader = _read(message)
    if not meeting.is_booked or reader.pk != meeting.host_id or meeting.ends_at > timezone.now():
        raise Obsolete
    # The meeting is over: whose turn it is has nothing to do with its time.
    return replace(_letter(meeting, reader), whose_turn=_("Yours"), by_when=_("today, if you can"))


@letter(HANDED_OVER, TAKEN_OVER)
def handed_over(message: Message) -> Letter:
    """The same invitation with another host. Obsolete once it is somebody else's again."""
    meeting, reader = _read(message)
    change = _change(message)
    if not meeting.is_booked or meeting.host_id != message.context["host"]:
        raise Obsolete
    return _letter(meeting, reader, method=Method.REQUEST, more=_hands(meeting, change))


@letter(GIVEN_AWAY)
def given_away(message: Message) -> Letter:
    """The former host's calendar lets go of it; the others keep the meeting."""
    meeting, reader = _read(message)
    change = _change(message)
    if reader.pk == meeting.host_id:
        raise Obsolete
    party = Party(reader.full_name, reader.email)
    theirs = replace(invite_of(meeting), cancelled=True, attendees=[party])
    letter = _letter(
        meeting, reader, method=Method.CANCEL, invite=theirs, more=_hands(meeting, change)
    )
    return replace(letter, whose_turn=meeting.host.first_name_to_use)


def _change(message: Message) -> Change:
    changes = Change.objects.select_related("old_host")
    change = changes.filter(pk=message.context["change"]).first()
    if change is None:
        raise Obsolete
    return change


def _hands(meeting: Meeting, change: Change) -> dict[str, str]:
    old = change.old_host.full_name if change.old_host else ""
    return {
        "old_host_name": old,
        "host_name": meeting.host.full_name,
        "handover_reason": change.reason,
    }
