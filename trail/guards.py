"""The database itself refuses to change or remove what happened, on both engines.

On SQLite some migrations rebuild a table and drop its triggers silently: a system check looks.
"""

from collections.abc import Callable

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The chain, who read what, and the published heads: each table with the names of its triggers.
TABLES = {"trail_event": "trail", "trail_sight": "trail_sight", "trail_head": "trail_head"}
DEEDS = ("update", "delete")
MESSAGE = "the trail is append-only"

NAME = "trail_is_append_only"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$;
"""


def _put_up(table: str, name: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        trigger = f"TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {table}"
        return [
            FUNCTION,
            f"DROP TRIGGER IF EXISTS {name}_append_only ON {table}",
            f"CREATE {trigger} FOR EACH ROW EXECUTE FUNCTION {NAME}()",
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {name}_no_{deed} BEFORE {deed.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for deed in DEEDS
    ]


def _take_down(table: str, name: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {name}_append_only ON {table}"]
    return [f"DROP TRIGGER IF EXISTS {name}_no_{deed}" for deed in DEEDS]


def _there(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The tables that exist already: migrations put them up one after the other."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
    return {table: name for table, name in TABLES.items() if table in names}


def put_up(connection: BaseDatabaseWrapper) -> None:
    _run(connection, _put_up)


def take_down(connection: BaseDatabaseWrapper) -> None:
    _run(connection, _take_down)


def _run(connection: BaseDatabaseWrapper, words: Callable[[str, str, str], list[str]]) -> None:
    for table, name in _there(connection).items():
        with connection.cursor() as cursor:
            for statement in words(table, name, connection.vendor):
                cursor.execute(statement)


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """For migrations."""
    put_up(editor.connection)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """For migrations."""
    take_down(editor.connection)


def present(connection: BaseDatabaseWrapper) -> bool:
    """Are the guards there? True where the tables themselves do not exist yet."""
    return all(_guarded(connection, table, name) for table, name in _there(connection).items())


def _guarded(connection: BaseDatabaseWrapper, table: str, name: str) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A disabled trigger guards nothing.
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgname = %s "
                "AND tgrelid = %s::regclass AND tgenabled <> 'D'",
                [f"{name}_append_only", table],
            )
            return bool(cursor.fetchone()[0] == 1)
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        return bool(cursor.fetchone()[0] == len(DEEDS))
