"""How long a portfolio has not moved, and which warning that calls for."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, QuerySet
from django.db.models.functions import Coalesce, Greatest

from applicants.flow import Stage
from applicants.models import Application
from notices.foreseeing import Rule
from notices.models import Message

REMINDER = "portfolio_reminder"
IDLE = timedelta(days=30)  # between one warning and the next
WARNINGS = 3
QUIET = timedelta(days=14)  # after the last warning, before the case rests
REST_AFTER = IDLE * WARNINGS + QUIET


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


def silent(at: datetime) -> list[Message]:
    """The warnings that silent cases call for at this instant."""
    rows = waiting().filter(since__lte=at - IDLE)
    return [warning for case in rows for warning in warnings_of(case, at)]


def warnings_of(case: Any, at: datetime) -> list[Message]:
    """The warning that a case calls for at this instant, at most three."""
    number = min(WARNINGS, (at - case.since) // IDLE)
    if number < 1:
        return []
    return [
        Message(
            key=key_of(case.pk, case.since, number),
            kind=REMINDER,
            to_id=case.applicant_id,
            not_before=at,
            context={"application": case.pk, "since": case.since.isoformat()},
        )
    ]


def tired(at: datetime) -> list[Application]:
    """Cases whose last warning has been out for long enough without an answer."""
    old = {
        key_of(case.pk, case.since, WARNINGS): case
        for case in waiting().filter(since__lte=at - REST_AFTER)
    }
    told = Message.objects.filter(key__in=old, not_before__lte=at - QUIET)
    return [old[key] for key in told.values_list("key", flat=True)]


def _waiting_one(case: int) -> QuerySet[Any]:
    return waiting().filter(pk=case)


RULES = (Rule(_waiting_one, warnings_of),)
