"""What apps above put into a portfolio, without the portfolio knowing them.

`seeders`: drafts that a new portfolio begins with. `provers`: what is shown elsewhere already.
`enclosers`: what is frozen with it. Each app registers in its own `enclosures.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applicants.models import Application
from certificates.steps import Measure


@dataclass(frozen=True, slots=True)
class Seed:
    """Words that were written before, for one statement and facet."""

    code: str
    facet: str
    text: str
    language: str


Seeder = Callable[[Application], Sequence[Seed]]
Prover = Callable[[Application, datetime], frozenset[Measure]]
Encloser = Callable[[Application, datetime], dict[str, Any]]
SEEDERS: list[Seeder] = []
PROVERS: list[Prover] = []
ENCLOSERS: list[Encloser] = []


def seeder(find: Seeder) -> Seeder:
    SEEDERS.append(find)
    return find


def prover(find: Prover) -> Prover:
    PROVERS.append(find)
    return find


def encloser(find: Encloser) -> Encloser:
    ENCLOSERS.append(find)
    return find


def seeds_of(case: Application) -> list[Seed]:
    return [seed for find in SEEDERS for seed in find(case)]


def proven(case: Application, at: datetime) -> frozenset[Measure]:
    return frozenset(measure for find in PROVERS for measure in find(case, at))


def enclosed(case: Application, at: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for find in ENCLOSERS:
        found |= find(case, at)
    return found
