"""Texts and sessions of the log as evidence: collected once, shown with any number of entries."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Requirement
from files.uploads import clean_title
from portfolios.evidence import HandedIn, entry_of, handed_in, room
from portfolios.logbook import LogSession
from portfolios.models import Evidence, EvidenceKind, Portfolio
from portfolios.writing import TooLong, at_work, touch
from trail.flow import Refused

LONGEST = 10_000  # characters of a text
MOST = 100  # sessions in one piece


class NoTitle(Refused):
    """An auditor finds a piece of evidence by its title."""


class NoWords(Refused):
    """A text without words shows nothing."""


class NoSessions(Refused):
    """One's own log, and something of it."""


@transaction.atomic
def add_text(
    portfolio: Portfolio,
    *,
    title: str,
    text: str,
    requirement: Requirement | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    """Keep a note, a case study or quoted feedback. The same words are kept once."""
    row = at_work(portfolio, by)
    title, text = _titled(title), _worded(text)
    piece = row.evidence.filter(kind=EvidenceKind.TEXT, text=text).first()
    if piece is None:
        room(row)
        piece = Evidence.objects.create(
            portfolio=row, kind=EvidenceKind.TEXT, title=title, text=text, added_at=at
        )
    _show(piece, requirement, row, at)
    return piece


@transaction.atomic
def add_sessions(
    portfolio: Portfolio,
    *,
    title: str,
    sessions: Iterable[int],
    requirement: Requirement | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    """Keep sessions of one's own log as one piece. The same sessions are kept once."""
    row = at_work(portfolio, by)
    title, chosen = _titled(title), _chosen(sessions, by)
    piece = _same(row, chosen)
    if piece is None:
        room(row)
        piece = Evidence.objects.create(
            portfolio=row, kind=EvidenceKind.SESSIONS, title=title, added_at=at
        )
        piece.sessions.set(chosen)
    _show(piece, requirement, row, at)
    return piece


@transaction.atomic
def change_text(piece: Evidence, *, title: str, text: str, by: User, at: datetime) -> Evidence:
    row, kept = _still_ours(piece, by)
    kept.title, kept.text = _titled(title), _worded(text)
    kept.save(update_fields=["title", "text"])
    touch(row, at)
    return kept


@transaction.atomic
def change_sessions(
    piece: Evidence, *, title: str, sessions: Iterable[int], by: User, at: datetime
) -> Evidence:
    row, kept = _still_ours(piece, by)
    kept.title = _titled(title)
    kept.save(update_fields=["title"])
    kept.sessions.set(_chosen(sessions, by))
    touch(row, at)
    return kept


def _still_ours(piece: Evidence, by: User) -> tuple[Portfolio, Evidence]:
    """Raises HandedIn once an auditor has seen it: a newer piece stands beside it then."""
    row = at_work(piece.portfolio, by)
    kept = row.evidence.select_for_update(of=("self",)).get(pk=piece.pk)
    if kept.pk in handed_in(row):
        raise HandedIn(_("You have handed this in, so it stays. You can add something newer."))
    return row, kept


def _show(piece: Evidence, requirement: Requirement | None, row: Portfolio, at: datetime) -> None:
    if requirement is not None:
        piece.entries.add(entry_of(row, requirement, at))
    touch(row, at)


def _titled(title: str) -> str:
    plain = clean_title(title)
    if not plain:
        raise NoTitle(_("Give it a title. Your auditor finds it by that."))
    return plain[:200]


def _worded(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        raise NoWords(_("Write or paste the text first."))
    if len(text) > LONGEST:
        raise TooLong(_("This is longer than 10,000 characters. Keep the part that matters."))
    return text


def _chosen(sessions: Iterable[int], by: User) -> list[LogSession]:
    """Lines of this person's log. What is somebody else's is as if it were not there."""
    chosen = list(LogSession.objects.filter(person=by, pk__in=list(sessions)))
    if not chosen:
        raise NoSessions(_("Choose one session or more."))
    if len(chosen) > MOST:
        raise NoSessions(_("These are more than 100 sessions. Choose the ones that show most."))
    return chosen


def _same(row: Portfolio, chosen: list[LogSession]) -> Evidence | None:
    wanted = {session.pk for session in chosen}
    pieces = row.evidence.filter(kind=EvidenceKind.SESSIONS).prefetch_related("sessions")
    return next((p for p in pieces if {s.pk for s in p.sessions.all()} == wanted), None)
