"""What the renewal file puts into the portfolio of a renewal: drafts at its beginning, the file as
it was at the end."""

from datetime import datetime
from typing import Any

from applicants.models import ActionPlan, Application, PlanItem
from assessments.models import SelfAssessment
from assessments.profile import AreaProfile, profile
from assessments.result import earlier_of
from certificates.models import Certificate, Facet
from certificates.services import present
from certificates.steps import Measure
from portfolios.registry import Seed, encloser, prover, seeder
from renewals.models import Leave, Note, NoteKind
from renewals.progress import facts_of, lines_of, rehearsed


@seeder
def written_before(case: Application) -> list[Seed]:
    """The newest practice entry about each statement."""
    if case.renews is None:
        return []
    notes = Note.objects.of(present(case.renews)).filter(kind=NoteKind.PRACTICE)
    found: dict[str, Note] = {}
    for note in notes.select_related("statement"):
        if note.statement:
            found.setdefault(note.statement.code, note)
    return [Seed(code, Facet.PRACTICE, note.text, note.language) for code, note in found.items()]


@prover
def shown_in_the_file(case: Application, at: datetime) -> frozenset[Measure]:
    shown = case.renews is not None and rehearsed(present(case.renews), at)
    return frozenset({Measure.REHEARSAL}) if shown else frozenset()


@encloser
def renewal_file(case: Application, at: datetime) -> dict[str, Any]:
    """The file, in plain values: nothing of it changes any more."""
    if case.renews is None:
        return {}
    return {"renewal": frozen(case, present(case.renews), at)}


def frozen(case: Application, certificate: Certificate, at: datetime) -> dict[str, Any]:
    return {
        "certificate": certificate.number,
        "awarded_on": certificate.awarded_on.isoformat(),
        "ends_on": certificate.ends_on.isoformat() if certificate.ends_on else "",
        "days_of_leave": sum(leave.days for leave in Leave.objects.of(certificate).granted()),
        "lines": [
            {"measure": line.measure, "have": line.count.have_told, "asked": line.count.asked_told}
            for line in lines_of(facts_of(certificate, at))
            if line.measure in {Measure.MENTORING, Measure.LEARNING, Measure.SUPERVISION}
        ],
        "notes": [
            _note(note)
            for note in Note.objects.of(certificate)
            .select_related("statement")
            .prefetch_related("sessions")
        ],
        "goals": [
            {"text": item.text, "done": item.done_at is not None} for item in goals(certificate)
        ],
        "then_and_now": _then_and_now(case),
    }


def goals(certificate: Certificate) -> list[PlanItem]:
    """The steps of the plan that was agreed on the way to this certificate."""
    plan = ActionPlan.objects.filter(application__decisions__reference=certificate.decision).first()
    return list(plan.items.select_related("statement").order_by("pk")) if plan else []


def _note(note: Note) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "on": note.on.isoformat(),
        "code": note.statement.code if note.statement else "",
        "text": note.text,
        "language": note.language,
        "link": note.link,
        "link_title": note.link_title,
        "sessions": [
            {"on": s.on.isoformat(), "minutes": s.minutes, "focus": s.focus, "sort": s.sort}
            for s in note.sessions.all()
        ],
    }


def _then_and_now(case: Application) -> list[dict[str, Any]]:
    now = SelfAssessment.objects.filter(application=case).first()
    earlier = earlier_of(now) if now else None
    if now is None or earlier is None:
        return []
    then = {area.area: area for area in profile(earlier, "en")}
    return [
        {
            "area": area.area,
            "title": area.title,
            "then": _means(then.get(area.area)),
            "now": _means(area),
        }
        for area in profile(now, "en")
    ]


def _means(area: AreaProfile | None) -> list[float | None]:
    if area is None:
        return [None, None]
    return [None if mean is None else round(mean, 1) for mean in (area.concept, area.practice)]
