"""Reading the frozen renewal file of a submission."""

from datetime import date
from typing import Any

from django import template

from applicants.models import Application
from certificates.models import Level
from certificates.steps import Measure
from portfolios.models import Submission
from renewals.models import NoteKind

register = template.Library()


@register.filter
def level_name(level: str) -> str:
    """A level in the words of the reader."""
    return str(Level(level).label)


@register.filter
def renewal_file(submission: Submission | None) -> dict[str, Any]:
    """The file with days as days and kinds in the reader's words; empty where there is none."""
    held: dict[str, Any] = (submission.snapshot if submission else {}).get("renewal") or {}
    if not held:
        return {}
    return {
        **held,
        "awarded_on": date.fromisoformat(held["awarded_on"]),
        "ends_on": date.fromisoformat(held["ends_on"]),
        "lines": [{**line, "label": Measure(line["measure"]).label} for line in held["lines"]],
        "notes": [_note(note) for note in held["notes"]],
    }


@register.filter
def newest_submission(application: Application) -> Submission | None:
    """What was handed in last, of a renewal."""
    if application.renews_id is None:
        return None
    return Submission.objects.filter(portfolio__application=application).last()


def _note(note: dict[str, Any]) -> dict[str, Any]:
    sessions = [{**s, "on": date.fromisoformat(s["on"])} for s in note["sessions"]]
    day, label = date.fromisoformat(note["on"]), NoteKind(note["kind"]).label
    return {**note, "on": day, "label": label, "sessions": sessions}
