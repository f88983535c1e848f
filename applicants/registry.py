"""What apps above know about a case, without the case knowing them.

`grounds`: what a grant rests on. `reopeners`: who opens named entries again when work is sent
back. Each app registers in its own `grounds.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from applicants.models import Application
from frameworks.models import Statement


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a grant rests on, and whether it stands."""

    label: str
    passed: bool
    why: str


Check = Callable[[Application, datetime], Ground | None]
Reopener = Callable[[Application, Sequence[Statement], str, datetime], None]
GROUNDS: list[Check] = []
REOPENERS: list[Reopener] = []


def ground(check: Check) -> Check:
    """Register a check at an instant; None where this case's route does not ask for it."""
    GROUNDS.append(check)
    return check


def reopener(reopen: Reopener) -> Reopener:
    """Register what opens named statements again: (application, statements, why, at)."""
    REOPENERS.append(reopen)
    return reopen
