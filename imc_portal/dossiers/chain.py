"""The chain of every statement as plain data: asked, rated, shown, found, confirmed."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from applicants.models import Application
from assessments.models import Rating
from certificates.models import Facet, Requirement
from portfolios.models import Entry, Evidence, Finding
from verification.models import Outcome

Data = dict[str, Any]


def areas(application: Application) -> list[Data]:
    """One for each area, in the order of the profile, with its statements."""
    asked = list(application.asked())
    rated = _ratings(application)
    entries, findings = _entries(application), _findings(application)
    outcomes = _outcomes(application)
    found: dict[int, Data] = {}
    for statement, facets in _statements(asked):
        area = found.setdefault(
            statement.area_id,
            {"code": statement.area.code, "name": statement.area.said.name, "statements": []},
        )
        area["statements"].append(
            {
                "code": statement.code,
                "action": statement.said.name,
                "outcome": statement.said.outcome,
                "asked_for": facets,
                "self_rating": rated.get(statement.pk, {}),
                "entries": entries[statement.pk],
                "findings": findings[statement.pk],
                "outcomes": outcomes[statement.pk],
            }
        )
    return list(found.values())


def _statements(asked: Iterable[Requirement]) -> list[tuple[Any, list[str]]]:
    both: dict[int, tuple[Any, list[str]]] = {}
    for requirement in asked:
        statement, facets = both.setdefault(requirement.statement_id, (requirement.statement, []))
        facets.append(str(Facet(requirement.facet).label))
        both[requirement.statement_id] = (statement, facets)
    return list(both.values())


def _ratings(application: Application) -> dict[int, Data]:
    """As they were sent. The note beside a rating was written for the interview and stays there."""
    rows = Rating.objects.filter(assessment__application=application)
    rows = rows.exclude(assessment__sent_at=None)
    return {r.statement_id: {"concept": r.concept, "practice": r.practice} for r in rows}


def _entries(application: Application) -> dict[int, list[Data]]:
    found: dict[int, list[Data]] = defaultdict(list)
    rows = Entry.objects.filter(portfolio__application=application)
    for entry in rows.prefetch_related("evidence").order_by("facet"):
        found[entry.statement_id].append(
            {
                "facet": entry.get_facet_display(),
                "state": entry.get_state_display(),
                "language": entry.language,
                "text": entry.text,
                "answer_to_advice": entry.answer,
                "files": [file_name(e) for e in entry.evidence.all() if e.file],
                "links": [e.url for e in entry.evidence.all() if e.url],
            }
        )
    return found


def file_name(evidence: Evidence) -> str:
    """The name inside the ZIP: ours, because names of files name people."""
    name = evidence.file.name or ""
    ending = name.rpartition(".")[2][:5] if "." in name else "bin"
    return f"files/{evidence.pk}.{ending}"


def _findings(application: Application) -> dict[int, list[Data]]:
    """Of every closed round; an open one is its auditor's own."""
    found: dict[int, list[Data]] = defaultdict(list)
    rows = Finding.objects.filter(audit__application=application)
    rows = rows.exclude(audit__closed_at=None).select_related("audit__auditor")
    for row in rows.order_by("audit__number", "audit__seat", "facet"):
        found[row.statement_id].append(
            {
                "round": row.audit.number,
                "facet": row.get_facet_display(),
                "relevance": row.relevance,
                "authorship": row.authorship,
                "mastery": row.mastery,
                "in_words": row.in_words,
                "met": row.is_met,
                "comment": row.advice,
                "by": row.audit.auditor.full_name,
                "role": row.audit.get_seat_display(),
                "closed_at": row.audit.closed_at,
            }
        )
    return found


def _outcomes(application: Application) -> dict[int, list[Data]]:
    found: dict[int, list[Data]] = defaultdict(list)
    rows = Outcome.objects.filter(verification__application=application)
    rows = rows.exclude(verification__signed_at=None).select_related("verification__verifier")
    for row in rows.order_by("saved_at"):
        found[row.statement_id].append(
            {
                "found": row.get_found_display(),
                "note": row.note,
                "by": row.verification.verifier.full_name,
                "signed_at": row.verification.signed_at,
            }
        )
    return found
