"""The database itself keeps judges apart from those they judge, and what was said as it was said.

On both engines: who belongs to a programme or helped with it gets no judge's part in its bids, and
a judge cannot join afterwards; final sheets, submissions and decisions are never changed.
"""

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BOUND = "who belongs to a programme or helped with it never assesses it"
JUDGES = "who assesses a programme does not belong to it"
FROZEN = "what is final is never changed"
NO_BAND = "an award needs a decision that names its band"

IS_BOUND = """
EXISTS (SELECT 1 FROM awards_bid b JOIN awards_programme p ON p.id = b.programme_id
  JOIN awards_member m ON m.organisation_id = p.organisation_id
  WHERE b.id = NEW.bid_id AND m.person_id = NEW.person_id)
OR EXISTS (SELECT 1 FROM awards_bid b JOIN awards_helper h ON h.programme_id = b.programme_id
  JOIN accounts_user u ON lower(u.email) = lower(h.email)
  WHERE b.id = NEW.bid_id AND u.id = NEW.person_id)"""
MEMBER_JUDGES = """
EXISTS (SELECT 1 FROM awards_bidpart c JOIN awards_bid b ON b.id = c.bid_id
  JOIN awards_programme p ON p.id = b.programme_id
  WHERE p.organisation_id = NEW.organisation_id AND c.person_id = NEW.person_id)"""
HELPER_JUDGES = """
EXISTS (SELECT 1 FROM awards_bidpart c JOIN awards_bid b ON b.id = c.bid_id
  JOIN accounts_user u ON u.id = c.person_id
  WHERE b.programme_id = NEW.programme_id AND lower(u.email) = lower(NEW.email))"""
SHEET_IS_FINAL = (
    "EXISTS (SELECT 1 FROM awards_sheet s WHERE s.id = {row}.sheet_id AND s.final_at IS NOT NULL)"
)
WITHOUT_BAND = (
    "NOT EXISTS (SELECT 1 FROM awards_awarddecision d WHERE d.id = NEW.decision_id "
    "AND d.band <> '')"
)
SHEET_COLUMNS = "bid_id, kind, number, submission_id, person_id, summary, opened_at, final_at"

# (name, table, when, condition, what it says); an empty condition always refuses.
GUARDS = (
    ("award_judge_is_free", "awards_bidpart", "INSERT", IS_BOUND, BOUND),
    ("award_judge_stays_free", "awards_bidpart", "UPDATE OF person_id, bid_id", IS_BOUND, BOUND),
    ("award_member_judges_not", "awards_member", "INSERT", MEMBER_JUDGES, JUDGES),
    ("award_helper_judges_not", "awards_helper", "INSERT", HELPER_JUDGES, JUDGES),
    ("award_score_added", "awards_criterionscore", "INSERT", SHEET_IS_FINAL.format(row="NEW"),
     FROZEN),
    ("award_score_changed", "awards_criterionscore", "UPDATE", SHEET_IS_FINAL.format(row="OLD"),
     FROZEN),
    ("award_score_removed", "awards_criterionscore", "DELETE", SHEET_IS_FINAL.format(row="OLD"),
     FROZEN),
    ("award_sheet_frozen", "awards_sheet", f"UPDATE OF {SHEET_COLUMNS}",
     "OLD.final_at IS NOT NULL", FROZEN),
    ("award_submission_frozen", "awards_awardsubmission", "UPDATE", "", FROZEN),
    ("award_submission_kept", "awards_awardsubmission", "DELETE", "", FROZEN),
    ("award_decision_frozen", "awards_awarddecision", "UPDATE", "", FROZEN),
    ("award_decision_kept", "awards_awarddecision", "DELETE", "", FROZEN),
    ("award_decided", "awards_award", "INSERT", WITHOUT_BAND, NO_BAND),
)  # fmt: skip
# Who is there already does not become somebody else. Put up by a later migration.
MOVES = (
    ("award_member_stays_apart", "awards_member", "UPDATE OF person_id, organisation_id",
     MEMBER_JUDGES, JUDGES),
    ("award_helper_stays_apart", "awards_helper", "UPDATE OF email, programme_id",
     HELPER_JUDGES, JUDGES),
)  # fmt: skip


Guard = tuple[str, str, str, str, str]


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    put_up(GUARDS, editor)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    take_down(GUARDS, editor)


def install_moves(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    put_up(MOVES, editor)


def remove_moves(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    take_down(MOVES, editor)


def put_up(guards: Iterable[Guard], editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    for name, table, when, condition, message in guards:
        if postgresql:
            row = "OLD" if when == "DELETE" else "NEW"
            test = f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF;"
            refuse = test if condition else f"RAISE EXCEPTION '{message}';"
            editor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN {refuse} RETURN {row}; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        else:
            only = f"WHEN {condition} " if condition else ""
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} {only}"
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )


def take_down(guards: Iterable[Guard], editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    for name, table, *_rest in guards:
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if postgresql else ''}")
        if postgresql:
            editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
