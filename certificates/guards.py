"""The database refuses to change what a published edition asks for, on both engines.

A certificate that is to ask for something else, or a new one, is settled in a draft.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "certificates_requirement"
MESSAGE = "what a published edition asks for never changes"
PUBLISHED = (
    "EXISTS (SELECT 1 FROM frameworks_statement s JOIN frameworks_edition e "
    "ON e.id = s.edition_id WHERE s.id = {row}.statement_id AND e.published_at IS NOT NULL)"
)
OLD, NEW = PUBLISHED.format(row="OLD"), PUBLISHED.format(row="NEW")

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION requirement_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND {OLD} THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF {NEW} THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {TABLE}_published BEFORE INSERT OR UPDATE OR DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION requirement_is_published();
"""
SQLITE = {
    "insert": f"BEFORE INSERT ON {TABLE} WHEN {NEW}",
    "update": f"BEFORE UPDATE ON {TABLE} WHEN {OLD} OR {NEW}",
    "delete": f"BEFORE DELETE ON {TABLE} WHEN {OLD}",
}


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL)
        return
    for deed, when in SQLITE.items():
        refusal = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        editor.execute(f"CREATE TRIGGER {TABLE}_published_{deed} {when} {refusal}")


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_published ON {TABLE}")
        return
    for deed in SQLITE:
        editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_published_{deed}")
