"""`manage.py check --database default` says when the trail has lost its guards."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from trail.guards import present


@register(Tags.database)
def guards_are_there(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return [
        Error(
            "The trail can be changed: its triggers are missing.",
            hint="manage.py trail guard",
            id="trail.E001",
        )
        for alias in databases or []
        if not present(connections[alias])
    ]
