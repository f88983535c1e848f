"""Adding to a renewal file as things happen, and leaves that move its end."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from applicants.models.renewing import below
from certificates.dates import body_day
from certificates.models import Certificate
from certificates.renewal import grace_ends
from certificates.services import happen, present
from certificates.status import Kind, Status
from frameworks.models import Statement
from notices.services import post
from portfolios.logbook import LogSession
from renewals.flow import Stage
from renewals.models import Leave, Note, NoteKind
from trail.flow import Refused
from trail.models import Event

LONGEST = 20_000  # characters
SHORTEST_LEAVE, MOST_LEAVE = 14, 365  # days; the most that the leaves of one term may add up to


class NotYourFile(Refused):
    """A renewal file is one person's."""


class Closed(Refused):
    """The file takes nothing in now."""


class Conflict(Refused):
    """The same person saved in another window."""


class NoLeave(Refused):
    """This leave cannot be asked for or granted."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote down, with what shows it."""

    kind: NoteKind
    on: date
    text: str
    language: str = "en"
    statement: Statement | None = None
    link: str = ""
    link_title: str = ""
    sessions: list[LogSession] = field(default_factory=list)


# --- What happens on the way --------------------------------------------------------------------
def why_closed(certificate: Certificate, at: datetime) -> str:
    """Why nothing can be added now; empty where it can."""
    if certificate.ends_on is None:
        return _("This certificate does not expire, so there is nothing to renew.")
    if any(event.kind == Kind.RENEWED for event in certificate.events.all()):
        return _("This certificate has been renewed. Its successor has a file of its own.")
    standing = certificate.standing(at)
    if standing.status not in (Status.VALID, Status.LAPSED):
        return _("A certificate that is %(status)s cannot be renewed.") % {
            "status": str(standing.status.label).lower()
        }
    if standing.handed_in:
        return _("Your renewal is with us. What you handed in is frozen.")
    if body_day(at) > grace_ends(certificate.ends_on):
        return _("The time to renew has passed. Apply anew; your concepts do not expire.")
    return ""


def _own(certificate: Certificate, by: User, at: datetime) -> Certificate:
    now = present(certificate)
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=now.pk)
    if row.holder_id != by.pk:
        raise NotYourFile(_("This renewal file is somebody else’s."))
    if reason := why_closed(row, at):
        raise Closed(reason)
    return row


@transaction.atomic
def add(
    certificate: Certificate, written: Written, *, token: UUID | None, by: User, at: datetime
) -> Note:
    """Add one thing; the same form sent twice adds it once."""
    row = _own(certificate, by, at)
    if token and (before := Note.objects.of(row).filter(token=token).first()):
        return before
    _check(written, row, at)
    note = Note(certificate=row, token=token, added_at=at, saved_at=at, revision=0)
    return _write(note, written, at)


@transaction.atomic
def change(note: Note, written: Written, *, revision: int, by: User, at: datetime) -> Note:
    """Put it differently. Raises Conflict where it was saved elsewhere since it was read."""
    row = _own(note.certificate, by, at)
    stored = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if stored.revision != revision:
        raise Conflict(
            _("This was saved in another window meanwhile. Your words are here: save them again.")
        )
    _check(written, row, at)
    return _write(stored, written, at)


@transaction.atomic
def remove(note: Note, *, by: User, at: datetime) -> None:
    _own(note.certificate, by, at)
    Note.objects.filter(pk=note.pk).delete()


def _check(written: Written, certificate: Certificate, at: datetime) -> None:
    if not written.text.strip():
        raise Refused(_("Write a few words first."))
    if len(written.text) > LONGEST:
        raise Refused(_("That is longer than 20,000 characters. Shorten it a little."))
    if written.kind == NoteKind.PRACTICE and written.statement is None:
        raise Refused(_("Choose the statement that this entry is about."))
    if not certificate.awarded_on <= written.on <= body_day(at):
        raise Refused(
            _("Choose a day from %(first)s to today: this file began with the award.")
            % {"first": date_format(certificate.awarded_on)}
        )
    if any(session.person_id != certificate.holder_id for session in written.sessions):
        raise NotYourFile(_("These sessions are in somebody else’s log."))


def _write(note: Note, written: Written, at: datetime) -> Note:
    note.kind, note.on, note.language = written.kind, written.on, written.language
    note.text = written.text.replace("\r\n", "\n").strip()
    note.statement = written.statement if written.kind == NoteKind.PRACTICE else None
    note.link, note.link_title = written.link.strip(), written.link_title.strip()
    note.revision, note.saved_at = note.revision + 1, at
    note.save()
    note.sessions.set(written.sessions)
    return note


# --- Leaves -------------------------------------------------------------------------------------
def used_days(certificate: Certificate) -> int:
    """Days of leave that this term has had."""
    return sum(leave.days for leave in Leave.objects.of(certificate).granted())


def moved_end(certificate: Certificate, days: int) -> date | None:
    """The end that so many days of leave would lead to."""
    ends = certificate.ends_on
    return ends + timedelta(days=days) if ends else None


@transaction.atomic
def ask_leave(
    certificate: Certificate,
    *,
    why: str,
    starts_on: date,
    ends_on: date,
    words: str,
    by: User,
    at: datetime,
) -> Leave:
    """Ask for a leave. A second click finds the one that waits."""
    row = _own(certificate, by, at)
    waiting = Leave.objects.of(row).waiting().first()
    if waiting and (waiting.starts_on, waiting.ends_on) == (starts_on, ends_on):
        return waiting
    if waiting:
        raise NoLeave(_("A request of yours waits for its answer. Take it back first."))
    leave = Leave(
        certificate=row,
        why=why,
        starts_on=starts_on,
        ends_on=ends_on,
        words=words.strip(),
        asked_at=at,
        stage=Stage.ASKED,
        stage_since=at,
    )
    check_leave(leave)
    leave.save()
    Event.objects.record("ask_leave", about=leave, by=by, at=at, after=leave.stage)
    for person in User.objects.with_role(Role.ADMINISTRATOR, body_day(at)).exclude(pk=by.pk):
        post("leave_asked", to=person, key=f"leave_asked:{leave.pk}:{person.pk}", leave=leave.pk)
    return leave


def check_leave(leave: Leave) -> None:
    """Raise NoLeave where its dates do not add up."""
    certificate = present(leave.certificate)
    last = certificate.ends_on
    if leave.ends_on < leave.starts_on:
        raise NoLeave(_("The last day comes before the first."))
    if last is None or leave.starts_on < certificate.awarded_on or leave.starts_on > last:
        raise NoLeave(
            _("The leave begins between %(first)s and %(last)s.")
            % {
                "first": date_format(certificate.awarded_on),
                "last": date_format(last) if last else "",
            }
        )
    if leave.days < SHORTEST_LEAVE:
        raise NoLeave(_("A leave takes 14 days or more. A shorter time needs no leave."))
    if used_days(certificate) + leave.days > MOST_LEAVE:
        raise NoLeave(
            _("The leaves of one term add up to %(most)d days at most; %(used)d are used.")
            % {"most": MOST_LEAVE, "used": used_days(certificate)}
        )
    others = Leave.objects.of(certificate).granted().exclude(pk=leave.pk)
    if others.filter(starts_on__lte=leave.ends_on, ends_on__gte=leave.starts_on).exists():
        raise NoLeave(_("Another leave covers some of these days already."))


@transaction.atomic
def grant_leave(leave: Leave, *, by: User, at: datetime) -> Leave:
    """Move the end of the certificate, and of the one that is renewed along, by its days."""
    now = present(leave.certificate)
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=now.pk)
    if reason := why_closed(certificate, at):
        raise NoLeave(reason)
    check_leave(leave)
    before, after = certificate.ends_on, moved_end(certificate, leave.days)
    answered = {"answered_by": by, "answered_at": at, "moved_from": before, "moved_to": after}
    leave.move("grant", by=by, at=at, also=answered, days=leave.days, to=str(after))
    for one in [certificate, *_along(certificate)]:
        moved = moved_end(one, leave.days)
        happen(one, Kind.EXTENDED, by=by, at=at, reason="", ends_on=moved)
    _answer(leave)
    return leave


def _along(certificate: Certificate) -> list[Certificate]:
    """Journey Mentor and the certificate on which it rests keep their distance."""
    if not certificate.tier.renews_with:
        return []
    other = below(certificate.holder_id, certificate.tier.renews_with)
    return [other] if other and other.ends_on and other.stopped_at is None else []


@transaction.atomic
def refuse_leave(leave: Leave, *, answer: str, by: User, at: datetime) -> Leave:
    if not answer.strip():
        raise Refused(_("Write why. The person reads your words."))
    also = {"answered_by": by, "answered_at": at, "answer": answer.strip()}
    leave.move("refuse", by=by, at=at, also=also)
    _answer(leave)
    return leave


@transaction.atomic
def take_leave_back(leave: Leave, *, by: User, at: datetime) -> Leave:
    leave.move("take_back", by=by, at=at, also={"answered_at": at})
    return leave


def _answer(leave: Leave) -> None:
    post(
        "leave_answered",
        to=leave.certificate.holder,
        key=f"leave_answered:{leave.pk}",
        leave=leave.pk,
    )
