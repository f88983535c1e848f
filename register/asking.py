"""The question behind every check, written once.

Django takes longer to write the SQL of a check than PostgreSQL takes to answer it. So it is written
once for each process, by Django itself, for one row a certificate and event; what comes back is put
together here as `select_related` and `prefetch_related` would. Nothing is kept between two checks:
the status is always that of the moment.
"""

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, models

from certificates.models import Certificate, CertificateEvent

ADDRESS = "the public id goes here"


class Part(NamedTuple):
    """What is read of one model, and where in a row it stands."""

    model: type[models.Model]
    names: list[str]
    places: slice

    def of(self, row: Sequence[Any]) -> Any:
        """The object; None where the row has none, as outer joins tell it."""
        values = row[self.places]
        return None if values[0] is None else self.model.from_db("default", self.names, values)


class Question(NamedTuple):
    sql: str
    told: tuple[Any, ...]
    converters: dict[int, Any]
    certificate: Part
    beside: dict[str, Part]
    event: Part


@functools.cache
def question(own: tuple[str, ...], events: tuple[str, ...]) -> Question:
    """`own` are columns of a certificate and of what is one to one with it."""
    parts, columns = {}, list[str]()
    wanted = [(*name.rpartition("__")[::2],) for name in own]
    wanted += [("events", name) for name in events]
    for prefix in dict.fromkeys(prefix for prefix, _name in wanted):
        model = _model(prefix)
        read = {name for where, name in wanted if where == prefix}
        fields = [f for f in model._meta.concrete_fields if f.primary_key or f.name in read]
        fields.sort(key=lambda field: not field.primary_key)
        start = len(columns)
        columns += [f"{prefix}__{f.attname}" if prefix else f.attname for f in fields]
        parts[prefix] = Part(model, [f.attname for f in fields], slice(start, len(columns)))
    rows = Certificate.objects.public().filter(public_id=ADDRESS).order_by()
    compiler = rows.values_list(*columns).query.get_compiler(connection.alias)
    sql, told = compiler.as_sql()
    converters = compiler.get_converters([one[0] for one in compiler.select])
    certificate, event = parts.pop(""), parts.pop("events")
    return Question(sql, tuple(told), converters, certificate, parts, event)


def _model(prefix: str) -> Any:
    return Certificate._meta.get_field(prefix).related_model if prefix else Certificate


def ask(public_id: str, own: tuple[str, ...], events: tuple[str, ...]) -> Certificate | None:
    """The certificate at this address, if it is public, with all that was asked for: one query."""
    asked = question(own, events)
    told = [public_id if each == ADDRESS else each for each in asked.told]
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, told)
        rows = [_converted(row, asked.converters) for row in cursor.fetchall()]
    if not rows:
        return None
    found: Certificate = asked.certificate.of(rows[0])
    for name, part in asked.beside.items():
        Certificate._meta.get_field(name).set_cached_value(found, part.of(rows[0]))  # type: ignore[union-attr]
    happened = [event for event in map(asked.event.of, rows) if event]
    history = CertificateEvent.objects.all()
    # Where Django's own prefetching puts them.
    history._result_cache = sorted(happened, key=lambda event: event.pk)  # noqa: SLF001
    found._prefetched_objects_cache = {"events": history}  # type: ignore[attr-defined] # noqa: SLF001
    return found


def _converted(row: Sequence[Any], converters: dict[int, Any]) -> list[Any]:
    """As Django's own reading does it: days and instants on SQLite, JSON everywhere."""
    values = list(row)
    for place, (steps, expression) in converters.items():
        for step in steps:
            values[place] = step(values[place], expression, connection)
    return values
