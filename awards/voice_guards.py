"""The database keeps anonymous answers as they were given, and no more of them than links were
used. On both engines; see guards.py."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from awards.guards import put_up, take_down

KEPT = "an answer of the survey is never changed"
ONE_A_LINK = "one answer for each link that was used"
USED_ONCE = "a used link stays used"
MORE_THAN_USED = """
(SELECT COUNT(*) FROM awards_voice v
  WHERE v.survey_id = NEW.survey_id AND v."group" = NEW."group")
>= (SELECT COUNT(*) FROM awards_ticket t
  WHERE t.survey_id = NEW.survey_id AND t."group" = NEW."group" AND t.used)"""

GUARDS = (
    ("award_voice_has_link", "awards_voice", "INSERT", MORE_THAN_USED, ONE_A_LINK),
    ("award_voice_frozen", "awards_voice", "UPDATE", "", KEPT),
    ("award_voice_kept", "awards_voice", "DELETE", "", KEPT),
    ("award_ticket_used_once", "awards_ticket", "UPDATE OF used", "OLD.used AND NOT NEW.used",
     USED_ONCE),
)  # fmt: skip


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    put_up(GUARDS, editor)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    take_down(GUARDS, editor)
