"""Owing many people the same kind of letter in one statement, however many they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, F, JSONField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from notices.letters import BUILDERS
from notices.models import Message

COLUMNS = (
    "key",
    "kind",
    "to_id",
    "address",
    "context",
    "posted_at",
    "not_before",
    "attempts",
    "last_error",
)


def text(column: str) -> Combinable:
    """A column as part of a key."""
    return Cast(F(column), CharField())


@transaction.atomic
def owe_all(
    kind: str,
    rows: QuerySet[Any],
    *,
    key: Combinable,
    to: str,
    ids: Mapping[str, str],
    at: datetime,
) -> int:
    """Owe a letter for every row that has none under its key; returns how many were new.

    `to` is the column of the recipient, `ids` maps names in the context to integer columns. It is
    one INSERT ... SELECT that passes over keys that exist, so a second run owes nothing.
    """
    if kind not in BUILDERS:
        raise LookupError(f"nobody writes the letter {kind}")
    chosen = rows.order_by().values_list(
        key,
        Value(kind),
        F(to),
        Value(""),
        _json(ids),
        Value(at),
        Value(at),
        Value(0),
        Value(""),
    )
    select, parameters = chosen.query.get_compiler(connection=connection).as_sql()
    quoted = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Message._meta.db_table} ({quoted}) {select} ON CONFLICT DO NOTHING",
            parameters,
        )
        return max(int(cursor.rowcount), 0)


def _json(ids: Mapping[str, str]) -> Combinable:
    """{"certificate": 12} built by the database; names are ours and columns are integers."""
    parts: list[Combinable] = [Value("{")]
    for n, (name, column) in enumerate(ids.items()):
        parts += [Value(f'{", " if n else ""}"{name}": '), text(column)]
    parts.append(Value("}"))
    return Cast(Concat(*parts, output_field=CharField()), JSONField())
