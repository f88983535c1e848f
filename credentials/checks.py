"""`manage.py check --database default` says when credentials would stop to verify."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from credentials import addresses

TABLE = "credentials_credential"
# The first credential that is not for trying.
FIRST = (
    f"SELECT c.document FROM {TABLE} c JOIN credentials_signingkey k ON k.id = c.key_id "  # noqa: S608 - no words of anybody's
    "WHERE NOT k.for_trying ORDER BY c.id LIMIT 1"
)


@register(Tags.database)
def host_stays(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The host is part of every signature: after the first real credential it is for ever."""
    return [
        Error(
            f"Credentials were issued by {issuer}, and the settings now say {addresses.issuer()}.",
            hint="Set CREDENTIAL_HOST back. Credentials under another host cannot be verified.",
            id="credentials.E001",
        )
        for alias in databases or []
        if (issuer := _issuer(alias)) and issuer != addresses.issuer()
    ]


def _issuer(alias: str) -> str:
    """Who issued it; empty where nothing was issued."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return ""
        cursor.execute(FIRST)
        row = cursor.fetchone()
    return str(json.loads(row[0])["issuer"]["id"]) if row else ""
