"""What the database itself refuses around appeals and complaints, on both engines.

A seat for whoever took a part in the case, is the applicant, or might be meant by a complaint; to
change a signed vote or a note; and to set a grant aside: an appeal never makes a result worse.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEAT, NOTE, DECISION = "appeals_seat", "appeals_note", "applicants_decision"
INVOLVED = """
EXISTS (SELECT 1 FROM appeals_appeal a
  JOIN applicants_decision d ON d.id = a.decision_id
  JOIN applicants_application c ON c.id = d.application_id
  LEFT JOIN applicants_caserole r ON r.application_id = c.id AND r.person_id = NEW.person_id
  WHERE a.id = NEW.appeal_id AND (c.applicant_id = NEW.person_id OR d.by_id = NEW.person_id
    OR r.role <> 'panel_chair'
    OR EXISTS (SELECT 1 FROM applicants_teachingrelation t WHERE t.ends_on IS NULL
      AND ((t.teacher_id = NEW.person_id AND t.learner_id = c.applicant_id)
        OR (t.learner_id = NEW.person_id AND t.teacher_id = c.applicant_id)))))
OR EXISTS (SELECT 1 FROM appeals_complaint m
  LEFT JOIN appeals_complaint_kept_from k
    ON k.complaint_id = m.id AND k.user_id = NEW.person_id
  WHERE m.id = NEW.complaint_id AND (k.id IS NOT NULL
    OR m.against_id = NEW.person_id OR m.sender_id = NEW.person_id))
"""
SIGNED = (
    "OLD.person_id <> NEW.person_id OR OLD.signed_at IS NOT NULL AND "
    "(NEW.signed_at IS NULL OR NEW.vote <> OLD.vote OR NEW.words <> OLD.words)"
)
# name: (when, on which table, only if, what is said)
RULES = {
    "seat_is_uninvolved": (
        "INSERT",
        SEAT,
        INVOLVED,
        "whoever took a part in it does not sit on its panel",
    ),
    "seat_keeps_its_person": (
        "UPDATE",
        SEAT,
        SIGNED,
        "a signed vote is never changed",
    ),
    "seat_stays": ("DELETE", SEAT, "", "a seat is never removed"),
    "note_is_kept": ("UPDATE", NOTE, "", "a note is never changed"),
    "note_stays": ("DELETE", NOTE, "", "a note is never removed"),
    "grant_stands": (
        "UPDATE",
        DECISION,
        "OLD.outcome = 'grant' AND NEW.set_aside_at IS NOT NULL",
        "an appeal never makes a result worse",
    ),
}


def put_up(connection: BaseDatabaseWrapper) -> None:
    write = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for name, (when, table, only, words) in RULES.items():
            cursor.execute(write(name, when, table, only, words))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that are not there; none are looked for before their tables exist."""
    with connection.cursor() as cursor:
        if NOTE not in connection.introspection.table_names(cursor):
            return []
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {row[0] for row in cursor.fetchall()}
    return sorted(set(RULES) - there)


def _postgresql(name: str, when: str, table: str, only: str, words: str) -> str:
    refuse = f"RAISE EXCEPTION '{words}';"
    if only:
        refuse = f"IF {only} THEN {refuse} END IF;"
    row = "OLD" if when == "DELETE" else "NEW"
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {refuse} RETURN {row}; END $$; DROP TRIGGER IF EXISTS {name} ON {table}; "
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _sqlite(name: str, when: str, table: str, only: str, words: str) -> str:
    condition = f"WHEN {only} " if only else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {when} ON {table} {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    put_up(editor.connection)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for name, (_when, table, _only, _words) in RULES.items():
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
