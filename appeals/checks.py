"""`manage.py check --database default` says when the guards of panels and decisions are gone.

On SQLite a migration that rebuilds a table drops its triggers silently.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from appeals.guards import missing


@register(Tags.database)
def guards_are_there(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The database does not guard panels and decisions: {', '.join(names)} missing.",
            hint="Put them up again in a migration: appeals.guards.install",
            id="appeals.E001",
        )
        for alias in databases or []
        if (names := missing(connections[alias]))
    ]
