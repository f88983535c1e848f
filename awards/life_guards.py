"""The database keeps what an award says, and asks for two people wherever its life changes."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from awards.guards import put_up, take_down

WORDS = "what an award says is never changed"
KEPT = "what happened to an award is never changed or removed"
ANSWERED = "a proposal is never changed or removed once it was answered"
ALONE = "suspending, reinstating and withdrawing an award take two people"
SAYS = (
    "decision_id, programme_id, scheme_title, label, awarded_on, valid_until, public_id, number, "
    "said, renews_id"
)
BY_TWO = (
    "NEW.kind IN ('suspended', 'reinstated', 'withdrawn') AND NOT EXISTS ("
    "SELECT 1 FROM awards_awardproposal p WHERE p.id = NEW.proposal_id "
    "AND p.stage = 'confirmed' AND p.award_id = NEW.award_id "
    "AND p.decided_by_id <> p.proposed_by_id AND p.deed = CASE NEW.kind "
    "WHEN 'suspended' THEN 'suspend' WHEN 'reinstated' THEN 'reinstate' ELSE 'withdraw' END)"
)

# (name, table, when, condition, what it says); an empty condition always refuses.
GUARDS = (
    ("award_words_stay", "awards_award", f"UPDATE OF {SAYS}", "", WORDS),
    ("award_stays", "awards_award", "DELETE", "", WORDS),
    ("award_credential_stays", "awards_award", "UPDATE OF credential_id",
     "OLD.credential_id IS NOT NULL AND OLD.credential_id <> NEW.credential_id", WORDS),
    ("award_event_takes_two", "awards_awardevent", "INSERT", BY_TWO, ALONE),
    ("award_event_stays", "awards_awardevent", "UPDATE", "", KEPT),
    ("award_event_kept", "awards_awardevent", "DELETE", "", KEPT),
    ("award_proposal_stays", "awards_awardproposal", "UPDATE", "OLD.stage <> 'waiting'", ANSWERED),
    ("award_proposal_kept", "awards_awardproposal", "DELETE", "", ANSWERED),
)  # fmt: skip


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    put_up(GUARDS, editor)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    take_down(GUARDS, editor)
