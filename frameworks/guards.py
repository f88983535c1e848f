"""The database refuses to change the words of a published edition, on both engines."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("frameworks_area", "frameworks_statement")
MESSAGE = "a published edition never changes"

PG_FUNCTION = f"""
CREATE OR REPLACE FUNCTION edition_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.edition_id ELSE NEW.edition_id END;
BEGIN
  IF EXISTS (SELECT 1 FROM frameworks_edition WHERE id = mine AND published_at IS NOT NULL)
  OR (TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM frameworks_edition
      WHERE id = OLD.edition_id AND published_at IS NOT NULL))
  THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""  # noqa: S608 - no word of it comes from outside


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(PG_FUNCTION)
        for table in TABLES:
            editor.execute(
                f"CREATE TRIGGER {table}_published BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION edition_is_published()"
            )
        return
    for table in TABLES:
        for deed, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            editor.execute(
                f"CREATE TRIGGER {table}_published_{deed.lower()} BEFORE {deed} ON {table} "  # noqa: S608
                f"WHEN EXISTS (SELECT 1 FROM frameworks_edition WHERE id = {row}.edition_id "
                f"AND published_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_published ON {table}")
        else:
            for deed in ("insert", "update", "delete"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_published_{deed}")
