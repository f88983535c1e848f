"""How people of the demo rate themselves: as the tables say, else by a fixed rule."""

from enum import Enum
from functools import cache

from applicants.models import Application
from assessments.services import Answer
from imc_portal.demo.people import table


@cache
def _told() -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (row["persona"], row["statement_code"]): (
            int(row["concept_rating"]),
            int(row["practice_rating"]),
        )
        for row in table("self_assessments")
    }


class Round(Enum):
    """Before what the tables tell; what they tell; and two years on, where they are silent."""

    EARLIER = 1
    TOLD = 2
    AGAIN = 3


def _round(case: Application, *, earlier: bool) -> Round:
    if earlier:
        return Round.EARLIER
    return Round.TOLD if case.renews_id is None else Round.AGAIN


def answers(key: str, case: Application, *, earlier: bool) -> dict[int, Answer]:
    """One answer a statement, in the order of the profile."""
    which = _round(case, earlier=earlier)
    found = {}
    for requirement in case.asked():
        statement = requirement.statement
        told = None if which == Round.EARLIER else _told().get((key, statement.code))
        concept, practice = told or _rule(statement.position, grown=which == Round.AGAIN)
        found[statement.pk] = Answer(concept, practice)
    return found


def _rule(position: int, *, grown: bool) -> tuple[int, int]:
    """Mostly “sound”, with some above and below, as people rate themselves; later a little more
    here and there."""
    more = int(grown and position % 3 == 0)
    return 2 + position % 7 // 5, 1 + position % 5 // 2 + more
