"""What apps above know about a case, without the case knowing them.

`grounds`: what a grant rests on. `reopeners`: who opens named entries again when work is sent
back. `gap_finders`: which statements an action plan might begin with. `more_parts`: parts that a
case needs beside those of its route. `unready`: who does not yet take a part anywhere, and why.
`done_already`: whose work is done while the case still waits for others. Each app registers in its
own `grounds.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.roles import Role
from applicants.models import Application
from frameworks.models import Statement


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a grant rests on, and whether it stands."""

    label: str
    passed: bool
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A statement that the applicant rated low, as an interview proposes it for the plan."""

    statement: int
    code: str
    area: str
    action: str
    lang: str  # where the action is not in the language of the reader
    value: int
    said: str  # the rating in words
    note: str  # what the applicant wrote down about it


Check = Callable[[Application, datetime], Ground | None]
Reopener = Callable[[Application, Sequence[Statement], str, datetime], None]
GapFinder = Callable[[Application], Sequence[Gap]]
MoreParts = Callable[[Application], Sequence[Role]]
Unready = Callable[[Role, Iterable[int]], dict[int, str]]
Done = Callable[[Iterable[int]], set[tuple[int, int]]]
GROUNDS: list[Check] = []
REOPENERS: list[Reopener] = []
GAP_FINDERS: list[GapFinder] = []
MORE_PARTS: list[MoreParts] = []
UNREADY: list[Unready] = []
DONE: list[Done] = []


def ground(check: Check) -> Check:
    """Register a check at an instant; None where this case's route does not ask for it."""
    GROUNDS.append(check)
    return check


def reopener(reopen: Reopener) -> Reopener:
    """Register what opens named statements again: (application, statements, why, at)."""
    REOPENERS.append(reopen)
    return reopen


def gap_finder(find: GapFinder) -> GapFinder:
    """Register what finds an applicant's gaps, the weakest statement first."""
    GAP_FINDERS.append(find)
    return find


def gaps_of(application: Application) -> list[Gap]:
    return [gap for find in GAP_FINDERS for gap in find(application)]


def more_parts(find: MoreParts) -> MoreParts:
    """Register what tells the parts a case needs now beside those of its route."""
    MORE_PARTS.append(find)
    return find


def unready(find: Unready) -> Unready:
    """Register what bars people from a part in any case: (part, people) → why, by person."""
    UNREADY.append(find)
    return find


def done_already(find: Done) -> Done:
    """Register who has finished in these cases, as (case, person)."""
    DONE.append(find)
    return find


def parts_beside(application: Application) -> list[Role]:
    return [role for find in MORE_PARTS for role in find(application)]


def why_unready(role: Role, people: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for find in UNREADY:
        found |= find(role, people)
    return found


def done_in(cases: Iterable[int]) -> set[tuple[int, int]]:
    return {pair for find in DONE for pair in find(cases)}
