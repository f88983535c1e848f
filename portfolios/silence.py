"""How long a portfolio has not moved, and which warning that calls for."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, QuerySet
from django.db.models.functions import Coalesce, Greatest

from applicants.flow import Stage
from applicants.models import Application
from notices.models import Message

REMINDER = "portfolio_reminder"
IDLE = timedelta(days=30)  # between one warning and the next
WARNINGS = 3
QUIET = timedelta(days=14)  # after the last warning, before the case rests


def waiting() -> QuerySet[Any]:
    """Cases that wait for their applicant to write, with the moment `since` which nothing happened.

    What was sent back has a date of its own, with reminders of its own.
    """
    return Application.objects.filter(
        stage=Stage.PORTFOLIO, reminders_paused=False, due_on=None
    ).annotate(
        since=Greatest(
            Coalesce("portfolio__touched_at", "stage_since"),
            F("stage_since"),
            output_field=DateTimeField(),
        )
    )


def key_of(case: int, since: datetime, number: int) -> str:
    return f"{REMINDER}:{case}:{since:%Y%m%d%H%M%S}:{number}"


def silent(at: datetime) -> list[tuple[int, int, datetime, int]]:
    """Who is owed a warning: case, person, silent since, and the number of the warning."""
    rows = waiting().filter(since__lte=at - IDLE).values_list("pk", "applicant", "since")
    return [
        (case, person, since, min(WARNINGS, (at - since) // IDLE)) for case, person, since in rows
    ]


def tired(at: datetime) -> list[Application]:
    """Cases whose last warning has been out for long enough without an answer."""
    old = {
        key_of(case.pk, case.since, WARNINGS): case
        for case in waiting().filter(since__lte=at - IDLE * WARNINGS - QUIET)
    }
    told = Message.objects.filter(key__in=old, not_before__lte=at - QUIET)
    return [old[key] for key in told.values_list("key", flat=True)]
