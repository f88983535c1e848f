"""`manage.py check --database default` says when double bookings have become possible."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from meetings.guards import present


@register(Tags.database)
def guards_are_there(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return [
        Error(
            "One person can be booked twice: the guard against overlaps is missing.",
            hint="Run meetings.guards.install inside a migration.",
            id="meetings.E001",
        )
        for alias in databases or []
        if not present(connections[alias])
    ]
