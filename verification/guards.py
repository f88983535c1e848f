"""The database refuses to change a signed record, on both engines: its frame, its outcomes, and
what was added to it afterwards. Only that something is added to it is allowed."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RECORD, OUTCOME, ADDENDUM = (
    "verification_verification",
    "verification_outcome",
    "verification_addendum",
)
MESSAGE = "a signed record of a verification never changes"
SIGNED = (
    "EXISTS (SELECT 1 FROM verification_verification v "
    "WHERE v.id = {row}.verification_id AND v.signed_at IS NOT NULL)"
)
OLD, NEW = SIGNED.format(row="OLD"), SIGNED.format(row="NEW")

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION verification_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$;
CREATE OR REPLACE FUNCTION outcome_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND {OLD} THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF {NEW} THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {RECORD}_signed BEFORE UPDATE OR DELETE ON {RECORD}
FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION verification_is_signed();
CREATE TRIGGER {OUTCOME}_signed BEFORE INSERT OR UPDATE OR DELETE ON {OUTCOME}
FOR EACH ROW EXECUTE FUNCTION outcome_is_signed();
CREATE TRIGGER {ADDENDUM}_kept BEFORE UPDATE OR DELETE ON {ADDENDUM}
FOR EACH ROW EXECUTE FUNCTION verification_is_signed();
"""
SQLITE = {
    f"{RECORD}_signed_update": f"BEFORE UPDATE ON {RECORD} WHEN OLD.signed_at IS NOT NULL",
    f"{RECORD}_signed_delete": f"BEFORE DELETE ON {RECORD} WHEN OLD.signed_at IS NOT NULL",
    f"{OUTCOME}_signed_insert": f"BEFORE INSERT ON {OUTCOME} WHEN {NEW}",
    f"{OUTCOME}_signed_update": f"BEFORE UPDATE ON {OUTCOME} WHEN {OLD} OR {NEW}",
    f"{OUTCOME}_signed_delete": f"BEFORE DELETE ON {OUTCOME} WHEN {OLD}",
    f"{ADDENDUM}_kept_update": f"BEFORE UPDATE ON {ADDENDUM}",
    f"{ADDENDUM}_kept_delete": f"BEFORE DELETE ON {ADDENDUM}",
}


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL)
        return
    for name, when in SQLITE.items():
        editor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for name in (f"{RECORD}_signed", f"{OUTCOME}_signed", f"{ADDENDUM}_kept"):
            editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {name.rpartition('_')[0]}")
        return
    for name in SQLITE:
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")
