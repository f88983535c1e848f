"""The database itself refuses to change or remove what happened, on both engines.

On SQLite some migrations rebuild a table and drop its triggers silently: a system check looks.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "trail_event"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$;
DROP TRIGGER IF EXISTS trail_append_only ON {TABLE};
CREATE TRIGGER trail_append_only BEFORE UPDATE OR DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION trail_is_append_only();
"""
SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS trail_no_{deed.lower()} BEFORE {deed} ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    for deed in ("UPDATE", "DELETE")
)


def put_up(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in (POSTGRESQL,) if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS trail_append_only ON {TABLE}")
        else:
            for deed in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS trail_no_{deed}")


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """For migrations."""
    put_up(editor.connection)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """For migrations."""
    take_down(editor.connection)


def present(connection: BaseDatabaseWrapper) -> bool:
    """Are the guards there? True where the table itself does not exist yet."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return True
        if connection.vendor == "postgresql":
            # A disabled trigger guards nothing.
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgname = 'trail_append_only' "
                "AND tgrelid = %s::regclass AND tgenabled <> 'D'",
                [TABLE],
            )
            return bool(cursor.fetchone()[0] == 1)
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
        )
        return bool(cursor.fetchone()[0] == len(SQLITE))
