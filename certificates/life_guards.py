"""The database refuses to withdraw or reinstate without two people, on both engines; and what was
proposed, and which certificate took which one's place, is never changed or removed."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PROPOSAL, EVENT = "certificates_proposal", "certificates_certificateevent"
CERTIFICATE = "certificates_certificate"
ALONE = "withdrawing and reinstating take two people"
KEPT = "a proposal is never changed or removed once it was answered"
LINKED = "a certificate is never changed or removed"
BY_TWO = (
    "NEW.kind IN ('withdrawn', 'reinstated') AND NOT EXISTS ("
    "SELECT 1 FROM certificates_proposal p WHERE p.id = NEW.proposal_id AND p.stage = 'confirmed' "
    "AND p.certificate_id = NEW.certificate_id AND p.decided_by_id <> p.proposed_by_id "
    "AND p.deed = CASE NEW.kind WHEN 'withdrawn' THEN 'withdraw' ELSE 'reinstate' END)"
)

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION certificate_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {BY_TWO} THEN RAISE EXCEPTION '{ALONE}'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION proposal_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.stage <> 'waiting' THEN RAISE EXCEPTION '{KEPT}'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION certificate_keeps_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{LINKED}'; END $$;
CREATE TRIGGER certificate_takes_two BEFORE INSERT ON {EVENT}
FOR EACH ROW EXECUTE FUNCTION certificate_takes_two();
CREATE TRIGGER proposal_kept BEFORE UPDATE OR DELETE ON {PROPOSAL}
FOR EACH ROW EXECUTE FUNCTION proposal_is_kept();
CREATE TRIGGER certificate_keeps_its_place BEFORE UPDATE OF replaces_id ON {CERTIFICATE}
FOR EACH ROW EXECUTE FUNCTION certificate_keeps_its_place();
"""
TABLES = {
    "certificate_takes_two": EVENT,
    "proposal_kept": PROPOSAL,
    "proposal_not_removed": PROPOSAL,
    "certificate_keeps_its_place": CERTIFICATE,
}


def _refuse(name: str, when: str, message: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"


SQLITE = (
    _refuse("certificate_takes_two", f"INSERT ON {EVENT} WHEN {BY_TWO}", ALONE),
    _refuse("proposal_kept", f"UPDATE ON {PROPOSAL} WHEN OLD.stage <> 'waiting'", KEPT),
    _refuse("proposal_not_removed", f"DELETE ON {PROPOSAL}", KEPT),
    _refuse("certificate_keeps_its_place", f"UPDATE OF replaces_id ON {CERTIFICATE}", LINKED),
)


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    statements = (POSTGRESQL,) if editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        editor.execute(statement)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for name, table in TABLES.items():
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


class Aside:
    """SQLite builds a table anew, loses the triggers on it, and stumbles over those that name it.
    So they are laid aside before, whoever put them up, and put back afterwards."""

    def __init__(self, *tables: str) -> None:
        self.tables = tables
        self.kept: list[str] = []

    def lay(self, _apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "sqlite":
            return
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            rows = [row for row in cursor.fetchall() if any(t in row[1] for t in self.tables)]
        self.kept = [sql for _name, sql in rows]
        for name, _sql in rows:
            editor.execute(f"DROP TRIGGER {name}")

    def put_back(self, _apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for sql in self.kept:
            editor.execute(sql)
        self.kept = []
