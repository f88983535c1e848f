"""A verification in two meetings, an addendum, a question of the decider's, then the grant."""

import pytest

from applicants import asking_more
from applicants.flow import Stage
from applicants.models import Whose
from meetings.models import How
from tests import make
from tests.journeys.telling import steps, told
from verification import services as verifying
from verification.models import Verification

pytestmark = pytest.mark.django_db
SIGNED = {"recommendation": "award"}


def named(on, code):
    return {next(a.statement for a in on.case.asked() if a.statement.code == code): ""}


def ask(on, whose, code):
    on.assign(make.Role.DECIDER, on.cast.dee)
    asking_more.ask_for_more(
        on.case,
        whose=whose,
        statements=named(on, code),
        why="How do you know that it helped?",
        by=on.cast.dee,
        at=on.at,
    )
    on.case.refresh_from_db()


def book(on):
    slot = verifying.slots(on.case, at=on.at)[0]
    said = {"starts_at": slot.starts_at, "how": How.VIDEO, "support_needs": ""}
    verifying.book(on.case, **said, by=on.cast.ada, at=on.at)
    on.at = slot.ends_at
    return verifying.open_verification(on.case, by=on.cast.vera, at=on.at)


def test_two_meetings_an_addendum_and_a_question_lead_to_a_certificate(cast):
    make.small_catalogue("M1.1", "M2.1")
    on = make.walk(cast, to=Stage.VERIFICATION)
    record = on.meet_verifier()
    verifying.go_on_later(record, left="M2.1", by=cast.vera, at=on.at)
    again = book(on)
    assert again == record
    on.verify(record)
    verifying.sign(record, **SIGNED, by=cast.vera, at=on.at)
    added = verifying.add_to_record(
        record, text="It was in June.", why="Wrong month.", by=cast.vera, at=on.at
    )
    on.case.refresh_from_db()

    # The decider asks about one statement: another meeting, a record of its own about it alone.
    ask(on, Whose.VERIFIER, "M2.1")
    assert (on.case.stage, on.case.rounds) == (Stage.VERIFICATION, 1)
    second = book(on)
    assert second != record
    verifying.save_record(
        second,
        identity_checked="Held to the camera",
        identity_document="passport",
        mode="video",
        persons_present="Both",
        adjustments_made="",
        summary="She explained it.",
        by=cast.vera,
        at=on.at,
    )
    with pytest.raises(verifying.Incomplete, match=r"M2\.1"):
        verifying.sign(second, **SIGNED, by=cast.vera, at=on.at)
    (statement,) = named(on, "M2.1")
    verifying.save_outcome(second, statement, found="confirmed", note="", by=cast.vera, at=on.at)
    verifying.sign(second, **SIGNED, by=cast.vera, at=on.at)
    on.case.refresh_from_db()

    # And once of the applicant: the entry opens, passes audit and verification, and comes back.
    ask(on, Whose.APPLICANT, "M1.1")
    assert (on.case.stage, on.case.rounds) == (Stage.PORTFOLIO, 2)
    on.portfolio()
    on.audit()
    on.verification()
    assert asking_more.may_be_asked(on.case) == []
    on.decision()

    assert on.case.stage == Stage.CERTIFIED
    assert added.text == "It was in June."
    assert Verification.objects.exclude(signed_at=None).count() == 3
    assert [step for step in steps(on.case) if step[1] in Stage.values][5:] == [
        ("complete", "decision", "Vera"),
        ("ask_verifier", "verification", "Dee"),
        ("complete", "decision", "Vera"),
        ("ask_more", "portfolio", "Dee"),
        ("complete", "audit", "Ada"),
        ("complete", "verification", "Aud"),
        ("complete", "decision", "Vera"),
        ("certify", "certified", "Dee"),
    ]
    assert ("add_to_record", "", "Vera") in told(on.case)
