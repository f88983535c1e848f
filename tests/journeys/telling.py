"""How a journey is read back: what the trail says, in order, about one case."""

import pypdf

from applicants.models import Application
from certificates.models import Certificate
from certificates.papers import Drawing, Paper
from certificates.printing import draw_due
from trail.models import Event


def told(case: Application) -> list[tuple[str, str, str]]:
    """(verb, stage it led to, who): the case from its first event to its last."""
    events = Event.objects.of_case(case.trail_case()).select_related("actor").order_by("pk")
    return [(e.verb, e.after, e.actor.called if e.actor else "the clock") for e in events]


def steps(case: Application) -> list[tuple[str, str, str]]:
    """Only what led from one stage to another."""
    return [event for event in told(case) if event[1]]


def cast_of(case: Application) -> dict[str, str]:
    return {part.role: part.person.called for part in case.cast.filter(ended_at=None)}


def paper(certificate: Certificate, at) -> str:
    """The words on the certificate as it is printed."""
    while draw_due(at):
        pass
    drawing = Drawing.objects.get(certificate=certificate, paper=Paper.A4)
    with drawing.file.open("rb") as file:
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
