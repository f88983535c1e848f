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


# A translation may be added later, and then stays as it is. What was published stays published.
TEXTS = (
    ("frameworks_areatext", "area_id", "frameworks_area"),
    ("frameworks_statementtext", "statement_id", "frameworks_statement"),
)
FIXED = "framework_id, label, sample, published_at, published_by_id, columns"

PG_REFUSAL = f"""
CREATE OR REPLACE FUNCTION published_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$;
CREATE OR REPLACE FUNCTION published_text_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owner bigint := (to_jsonb(OLD) ->> TG_ARGV[0])::bigint;
DECLARE published boolean;
BEGIN
  EXECUTE 'SELECT e.published_at IS NOT NULL FROM ' || quote_ident(TG_ARGV[1]) || ' o '
    'JOIN frameworks_edition e ON e.id = o.edition_id WHERE o.id = $1'
    INTO published USING owner;
  IF published THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER edition_fixed BEFORE DELETE OR UPDATE OF {FIXED} ON frameworks_edition
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION published_is_fixed();
"""  # noqa: S608 - no word of it comes from outside


def install_for_texts(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(PG_REFUSAL)
        for table, column, owner in TEXTS:
            editor.execute(
                f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION published_text_is_fixed('{column}', '{owner}')"
            )
        return
    was_published = "OLD.published_at IS NOT NULL"
    guarded = [("frameworks_edition", was_published, f"UPDATE OF {FIXED}")]
    for table, column, owner in TEXTS:
        of_published = (
            f"EXISTS (SELECT 1 FROM {owner} o JOIN frameworks_edition e ON e.id = o.edition_id "  # noqa: S608
            f"WHERE o.id = OLD.{column} AND e.published_at IS NOT NULL)"
        )
        guarded.append((table, of_published, "UPDATE"))
    for table, when, update in guarded:
        for name, deed in (("update", update), ("delete", "DELETE")):
            editor.execute(
                f"CREATE TRIGGER {table}_fixed_{name} BEFORE {deed} ON {table} "
                f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def remove_for_texts(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER IF EXISTS edition_fixed ON frameworks_edition")
        for table, _column, _owner in TEXTS:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_fixed ON {table}")
        return
    for table in ("frameworks_edition", *(table for table, _column, _owner in TEXTS)):
        for deed in ("update", "delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_fixed_{deed}")
