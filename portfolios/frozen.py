"""What a submission holds: how it is frozen, and how its evidence is read back.

A text, or sessions of the log, stand in the snapshot once, however many entries they are shown
with; of a file it holds the digest, and how far it has been checked is read as it is now.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from applicants.models import Application
from certificates.models import Requirement
from portfolios.logbook import LogSession
from portfolios.models import SENDABLE, Entry, Evidence, EvidenceKind, Portfolio, Submission


# --- Freezing -----------------------------------------------------------------------------------
def freeze(portfolio: Portfolio, *, log: Mapping[str, int]) -> dict[str, Any]:
    """Everything an auditor judges, in the words of today."""
    case = portfolio.application
    found = portfolio.entries.prefetch_related("evidence__sessions")
    entries = {(e.statement_id, e.facet): e for e in found}
    rows, written = [], {}
    for requirement in case.asked():
        entry = entries.get((requirement.statement_id, requirement.facet))
        if entry is not None and entry.state in SENDABLE:
            rows.append(_entry(requirement, entry))
            written.update({str(p.pk): _written(p) for p in entry.evidence.all() if p.is_written})
    return {"edition": str(case.edition), "entries": rows, "written": written, "log": dict(log)}


def _entry(requirement: Requirement, entry: Entry) -> dict[str, Any]:
    statement = requirement.statement
    return {
        "code": statement.code,
        "facet": requirement.facet,
        "action": statement.action,
        "outcome": statement.outcome,
        "prompt": requirement.prompt,
        "text": entry.text,
        "language": entry.language,
        "state": entry.state,
        "asked": entry.advice,
        "answer": entry.answer,
        "evidence": [_piece(piece) for piece in entry.evidence.all()],
    }


def _piece(piece: Evidence) -> dict[str, Any]:
    digest = hashlib.sha256(piece.text.encode()).hexdigest() if piece.text else piece.sha256
    return {
        "id": piece.pk,
        "kind": piece.kind,
        "title": piece.title,
        "url": piece.url,
        "size": piece.size,
        "sha256": digest,
    }


def _written(piece: Evidence) -> dict[str, Any]:
    if piece.kind == EvidenceKind.TEXT:
        return {"text": piece.text}
    return {"sessions": [_session(session) for session in piece.sessions.all()]}


def _session(session: LogSession) -> dict[str, Any]:
    """What was done. What the person noticed about themselves stays in their log."""
    return {
        "on": session.on.isoformat(),
        "minutes": session.minutes,
        "sort": session.sort,
        "mode": session.mode,
        "mentee_alias": session.mentee_alias,
        "focus": session.focus,
    }


# --- Reading ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence as it was handed in. `now` is a file's row as it is today."""

    id: int
    kind: str
    title: str
    url: str = ""
    size: int = 0
    text: str = ""
    sessions: tuple[LogSession, ...] = ()
    now: Evidence | None = None
    codes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return str(EvidenceKind(self.kind).label)

    @property
    def minutes(self) -> int:
        return sum(session.minutes for session in self.sessions)


def pieces_of(submission: Submission) -> dict[int, Piece]:
    """Everything that was shown, each once and by its number, with the codes of its entries. One
    query, whatever there is."""
    codes: dict[int, dict[str, None]] = {}
    told: dict[int, Mapping[str, Any]] = {}
    for row in submission.snapshot["entries"]:
        for one in row["evidence"]:
            told[one["id"]] = one
            codes.setdefault(one["id"], {})[row["code"]] = None
    held = Evidence.objects.filter(portfolio=submission.portfolio_id, kind=EvidenceKind.FILE)
    files = {piece.pk: piece for piece in held}
    written = submission.snapshot.get("written", {})
    return {
        key: _read(one, written.get(str(key), {}), files.get(key), tuple(codes[key]))
        for key, one in told.items()
    }


def shown_with(row: Mapping[str, Any], pieces: Mapping[int, Piece]) -> list[Piece]:
    """What stands with one entry of a snapshot."""
    return [pieces[one["id"]] for one in row["evidence"]]


def newest_pieces(application: Application) -> dict[tuple[str, str], list[Piece]]:
    """What was handed in last, by code and facet. Two queries."""
    submission = Submission.objects.filter(portfolio__application=application).last()
    if submission is None:
        return {}
    pieces = pieces_of(submission)
    rows = submission.snapshot["entries"]
    return {(row["code"], row["facet"]): shown_with(row, pieces) for row in rows}


def as_handed_in(evidence: Evidence) -> Piece | None:
    """This text, or these sessions, as they stand in the newest submission that holds them."""
    for submission in evidence.portfolio.submissions.order_by("-number"):
        if piece := pieces_of(submission).get(evidence.pk):
            return piece
    return None


def as_it_is(evidence: Evidence) -> Piece:
    """The same for its owner, before anything is handed in."""
    return Piece(
        id=evidence.pk,
        kind=evidence.kind,
        title=evidence.title,
        text=evidence.text,
        sessions=tuple(evidence.sessions.all()),
    )


def _read(
    told: Mapping[str, Any],
    written: Mapping[str, Any],
    now: Evidence | None,
    codes: tuple[str, ...],
) -> Piece:
    """Submissions of earlier days knew files and links alone, and did not name the kind."""
    return Piece(
        id=told["id"],
        kind=told.get("kind") or (EvidenceKind.LINK if told["url"] else EvidenceKind.FILE),
        title=told["title"],
        url=told["url"],
        size=told["size"],
        text=written.get("text", ""),
        sessions=tuple(_line(line) for line in written.get("sessions", [])),
        now=now,
        codes=codes,
    )


def _line(line: Mapping[str, Any]) -> LogSession:
    """A line as it was: no row of the log, and never saved."""
    return LogSession(**{**line, "on": date.fromisoformat(line["on"])})
