"""The action plans of the demo, and the days on which people look at them together."""

from datetime import date, timedelta

from applicants.models import Owner
from applicants.planning import PlanLine

PLAN = (
    PlanLine("Write down what I expect of myself as a mentor"),
    PlanLine(
        "Comment on my agreement", owner=Owner.OTHER, owner_name="Two people of my peer group"
    ),
    PlanLine("Keep a short note after each meeting"),
)
APART = timedelta(days=90)
FORGOTTEN = timedelta(days=14)  # a day longer past was kept, and the next one agreed


def next_check(day: date, today: date) -> date:
    """The first day after this one that is to come, or was missed lately."""
    day += APART
    while day < today - FORGOTTEN:
        day += APART
    return day
