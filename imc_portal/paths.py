"""The way of a case as a row of steps: done, now, to come. Built from the route alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.flow import ROUNDS, Stage
from applicants.models import Application
from trail.models import Event


@dataclass(frozen=True, slots=True)
class Step:
    """`state` is done, now or todo."""

    state: str
    label: str
    note: str


TO_COME = {
    Stage.SELF_ASSESSMENT: lambda: _("You rate every statement"),
    Stage.INTAKE: lambda: _("15 minutes, to agree the next steps"),
    Stage.PORTFOLIO: lambda: _("Entry by entry, in your own words"),
    Stage.AUDIT: lambda: _("Somebody independent reads or asks"),
    Stage.VERIFICATION: lambda: _("A meeting of about an hour"),
    Stage.DECISION: lambda: _("By somebody who took no other part"),
}


def path_of(application: Application, events: Iterable[Event], now: str = "") -> list[Step]:
    """`events` are those of the case, newest first; `now` is the note under the present step."""
    finished: dict[str, Event] = {}
    for event in events:
        if event.subject == "applicants.application" and event.before in application.path:
            finished.setdefault(event.before, event)
    here = application.dormant_from or application.stage
    path = application.path
    reached = path.index(Stage(here)) if here in path else _last(path, finished)
    steps = []
    for stage in path:
        left = finished.get(stage)
        if stage == here:
            step = Step("now", str(stage.label), _round(application) or now)
        elif left is not None and path.index(stage) < reached:
            day = date_format(timezone.localtime(left.at), "j F Y")
            step = Step("done", str(stage.label), day)
        else:
            step = Step("todo", str(stage.label), TO_COME[stage]())
        steps.append(step)
    return steps


def _last(path: tuple[Stage, ...], finished: dict[str, Event]) -> int:
    """Of a closed case: how many steps were taken before it ended."""
    done = [n for n, stage in enumerate(path) if stage in finished]
    return done[-1] + 1 if done else 0


def _round(application: Application) -> str:
    if application.rounds and application.stage == Stage.PORTFOLIO:
        return _("Round %(number)d of %(most)d") % {"number": application.rounds, "most": ROUNDS}
    return ""
