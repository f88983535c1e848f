"""The database refuses a certificate without a granting decision, and changes to certificates."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROZEN = (
    "number, public_id, holder_id, tier_id, decision, awarded_on, expires_on, anchor_on, term, "
    "renews_id, snapshot, issued_at"
)
NO_DECISION = "a certificate needs a granting decision that stands"
IMMUTABLE = "a certificate is never changed or removed"
DECIDED = (
    "SELECT 1 FROM applicants_decision WHERE reference = NEW.decision "
    "AND outcome = 'grant' AND set_aside_at IS NULL"
)

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION certificate_is_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS ({DECIDED}) THEN RAISE EXCEPTION '{NO_DECISION}'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION certificate_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{IMMUTABLE}'; END $$;
CREATE TRIGGER certificate_decided BEFORE INSERT ON certificates_certificate
FOR EACH ROW EXECUTE FUNCTION certificate_is_decided();
CREATE TRIGGER certificate_frozen BEFORE DELETE OR UPDATE OF {FROZEN} ON certificates_certificate
FOR EACH ROW EXECUTE FUNCTION certificate_is_frozen();
CREATE TRIGGER certificate_event_frozen BEFORE UPDATE OR DELETE ON certificates_certificateevent
FOR EACH ROW EXECUTE FUNCTION certificate_is_frozen();
"""


def _refuse(name: str, when: str, message: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"


CERTIFICATE, EVENT = "certificates_certificate", "certificates_certificateevent"
SQLITE = (
    _refuse(
        "certificate_decided",
        f"INSERT ON {CERTIFICATE} WHEN NOT EXISTS ({DECIDED})",
        NO_DECISION,
    ),
    _refuse("certificate_kept", f"DELETE ON {CERTIFICATE}", IMMUTABLE),
    _refuse("certificate_frozen", f"UPDATE OF {FROZEN} ON {CERTIFICATE}", IMMUTABLE),
    _refuse("certificate_event_kept", f"DELETE ON {EVENT}", IMMUTABLE),
    _refuse("certificate_event_frozen", f"UPDATE ON {EVENT}", IMMUTABLE),
)

# A column that came later, under the same rule: written once.
POSTGRESQL_EDITION = (
    f"CREATE TRIGGER certificate_edition_frozen BEFORE UPDATE OF edition_id ON {CERTIFICATE} "
    "FOR EACH ROW WHEN (OLD.edition_id IS NOT NULL) EXECUTE FUNCTION certificate_is_frozen()"
)
SQLITE_EDITION = _refuse(
    "certificate_edition_frozen",
    f"UPDATE OF edition_id ON {CERTIFICATE} WHEN OLD.edition_id IS NOT NULL",
    IMMUTABLE,
)


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            editor.execute(statement)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    tables = {
        "certificate_decided": CERTIFICATE,
        "certificate_kept": CERTIFICATE,
        "certificate_frozen": CERTIFICATE,
        "certificate_event_kept": EVENT,
        "certificate_event_frozen": EVENT,
    }
    for name, table in tables.items():
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def install_edition(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    editor.execute(POSTGRESQL_EDITION if postgresql else SQLITE_EDITION)


def remove_edition(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    on = f" ON {CERTIFICATE}" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"DROP TRIGGER IF EXISTS certificate_edition_frozen{on}")
