"""The database itself refuses to put one person into two meetings at once, on both engines.

PostgreSQL: an exclusion constraint over person and time range. SQLite: triggers, which some
migrations drop silently when they rebuild a table: a system check looks (checks.py).
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "meetings_busy"
NAME = "nobody_is_in_two_meetings"

POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    (
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} "
        "EXCLUDE USING gist (person_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    ),
)
SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_{deed.lower()} BEFORE {deed} ON {TABLE} "  # noqa: S608 - no words of anybody's
    f"WHEN EXISTS (SELECT 1 FROM {TABLE} b WHERE b.person_id = NEW.person_id {others}"
    "AND b.starts_at < NEW.ends_at AND b.ends_at > NEW.starts_at) "
    f"BEGIN SELECT RAISE(ABORT, '{NAME}'); END"
    # A row that is about to be added has no id yet.
    for deed, others in (("INSERT", ""), ("UPDATE", "AND b.id <> NEW.id "))
)


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    statements = POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        editor.execute(statement)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {NAME}")
    else:
        for deed in ("insert", "update"):
            editor.execute(f"DROP TRIGGER IF EXISTS {NAME}_{deed}")


def present(connection: BaseDatabaseWrapper) -> bool:
    """Are the guards there? True where the table itself does not exist yet."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return True
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = %s", [NAME])
            return bool(cursor.fetchone()[0] == 1)
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
        )
        return bool(cursor.fetchone()[0] == len(SQLITE))
