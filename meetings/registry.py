"""What the apps above do for a meeting, without meetings knowing any case.

Each app registers in its own `colleagues.py`: who else may take a kind of meeting, what changes
hands with it, and what a meeting lost through the host means for the case.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from accounts.models import User
from meetings.models import Kind, Meeting


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the same role; `reasons` says why they may not take this meeting (empty: they
    may)."""

    person: User
    reasons: Sequence[str]

    @property
    def may_act(self) -> bool:
        return not self.reasons


Work = TypeVar("Work")
Finder = Callable[[Meeting, datetime], Sequence[Colleague]]
# (meeting, to, by, at): the parts of the case change hands; raises Refused where they must not.
Giver = Callable[[Meeting, User, User, datetime], None]
Restorer = Callable[[Meeting, datetime], None]
FINDERS: dict[Kind, Finder] = {}
GIVERS: dict[Kind, Giver] = {}
RESTORERS: dict[Kind, Restorer] = {}


def colleagues(*kinds: Kind) -> Callable[[Finder], Finder]:
    """Register who might take a meeting of these kinds, those who may first."""

    def register(find: Finder) -> Finder:
        return _register(FINDERS, kinds, find)

    return register


def parts(*kinds: Kind) -> Callable[[Giver], Giver]:
    """Register what changes hands with a meeting of these kinds. It locks the case."""

    def register(give: Giver) -> Giver:
        return _register(GIVERS, kinds, give)

    return register


def time_back(*kinds: Kind) -> Callable[[Restorer], Restorer]:
    """Register what gives a guest the time back that a meeting cost through no fault of theirs."""

    def register(restore: Restorer) -> Restorer:
        return _register(RESTORERS, kinds, restore)

    return register


def _register(known: dict[Kind, Work], kinds: Iterable[Kind], work: Work) -> Work:
    for kind in kinds:
        if kind in known:
            raise ValueError(f"two apps look after {kind}")
        known[kind] = work
    return work
