"""Opening a case, leaving it, resting and waking up."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Application, CaseRole, Decision, Outcome
from applicants.services import (
    AlreadyOpen,
    NoEdition,
    PrerequisiteMissing,
    apply,
    pause_reminders,
    prerequisite_met,
    rest,
    resume,
    withdraw,
)
from certificates.models import Certificate, Tier
from certificates.services import Award, issue
from certificates.status import Kind
from frameworks.models import Edition
from meetings.models import Meeting, State
from notices.models import Message
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def holds(at):
    """Give somebody a certificate, by a decision in a case of theirs."""

    def give(person, slug, on=at):
        tier = make.tier(slug)
        edition = tier.framework.edition_at(on)
        case = Application.objects.create(
            applicant=person,
            tier=tier,
            edition=edition,
            opened_at=on,
            stage=Stage.CERTIFIED,
            stage_since=on,
        )
        decision = Decision.objects.create(
            application=case, outcome=Outcome.GRANT, reasons="Good.", by=person, at=on
        )
        award = Award(
            tier, person, edition, decision.reference, {"concept": 1, "practice": 1}, None
        )
        return issue(award, at=on)

    return give


def test_applying_opens_a_case_at_its_first_stage(ada, at):
    case = apply(make.tier(), by=ada, at=at)

    assert (case.stage, case.applicant, case.opened_at) == (Stage.SELF_ASSESSMENT, ada, at)
    assert case.edition == make.tier().framework.edition_at(at)
    assert list(case.cast.values_list("person", "role")) == [(ada.pk, Role.APPLICANT)]
    event = Event.objects.about(case).get()
    assert (event.verb, event.actor, event.after) == ("apply", ada, Stage.SELF_ASSESSMENT)
    assert event.facts == {"tier": "current-practice", "edition": case.edition_id}


def test_applying_welcomes_people_once_in_their_life(ada, at):
    first = apply(make.tier("current-concepts"), by=ada, at=at)
    apply(make.tier(), by=ada, at=at)

    letters = Message.objects.filter(kind="welcome")
    assert [letter.context for letter in letters] == [{"application": first.pk}]


def test_a_second_open_case_for_one_certificate_is_refused(ada, at):
    first = apply(make.tier(), by=ada, at=at)

    with pytest.raises(AlreadyOpen):
        apply(make.tier(), by=ada, at=at)
    assert list(Application.objects.all()) == [first]


def test_the_database_refuses_a_second_open_case(ada, at):
    first = apply(make.tier(), by=ada, at=at)
    copy = Application.objects.get(pk=first.pk)
    copy.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_a_new_case_can_follow_a_withdrawn_one(ada, at):
    first = apply(make.tier(), by=ada, at=at)
    withdraw(first, by=ada, at=at)

    again = apply(make.tier(), by=ada, at=at)

    assert (first.stage, again.stage) == (Stage.WITHDRAWN, Stage.SELF_ASSESSMENT)


def test_a_certificate_without_a_published_profile_opens_no_case(ada, at):
    with pytest.raises(NoEdition):
        apply(make.tier(), by=ada, at=datetime.min.replace(tzinfo=at.tzinfo, year=1990))


def test_a_certificate_that_is_not_offered_opens_no_case(ada, at):
    Tier.objects.filter(slug="current-practice").update(offered=False)

    with pytest.raises(Refused):
        apply(make.tier(), by=ada, at=at)


def test_a_retired_edition_is_not_what_new_cases_start_under(ada, at):
    case = apply(make.tier(), by=ada, at=at)
    edition = Edition.objects.create(
        framework=case.edition.framework, label="next", published_at=at + timedelta(days=1)
    )

    assert apply(make.tier("2021-practice"), by=ada, at=at).edition == case.edition
    assert make.tier().framework.edition_at(at + timedelta(days=2)) == edition
    case.refresh_from_db()
    assert case.edition != edition


@pytest.mark.parametrize("slug", ["current-journey", "2021-journey"])
def test_journey_asks_for_a_practice_certificate_in_force(ada, at, slug, holds):
    with pytest.raises(PrerequisiteMissing):
        apply(make.tier(slug), by=ada, at=at)

    holds(ada, "2021-practice")

    assert apply(make.tier(slug), by=ada, at=at).stage == Stage.SELF_ASSESSMENT


def test_the_prerequisite_ends_with_its_last_day(ada, at, holds):
    held = holds(ada, "current-practice")
    journey = make.tier("current-journey")
    last = datetime.combine(held.expires_on, at.timetz())

    assert prerequisite_met(journey, ada, last) is True
    assert prerequisite_met(journey, ada, last + timedelta(days=1)) is False


@pytest.mark.parametrize(
    ("kind", "met"), [(Kind.SUSPENDED, False), (Kind.WITHDRAWN, False), (Kind.RENEWED, True)]
)
def test_the_prerequisite_falls_with_what_stops_the_certificate(ada, at, holds, kind, met):
    held = holds(ada, "current-practice")
    make.happened(held, kind, at=at)

    assert prerequisite_met(make.tier("current-journey"), ada, at) is met


def test_somebody_elses_certificate_is_no_prerequisite(ada, eve, at, holds):
    holds(eve, "current-practice")

    assert prerequisite_met(make.tier("current-journey"), ada, at) is False


def test_renewing_somebody_elses_certificate_is_refused(ada, eve, at, holds):
    theirs = holds(eve, "current-practice")
    later = at + timedelta(days=700)

    with pytest.raises(Refused):
        apply(theirs.tier, by=ada, at=later, renews=theirs)


def test_renewing_before_its_time_is_refused(ada, at, holds):
    mine = holds(ada, "current-practice")

    with pytest.raises(Refused):
        apply(mine.tier, by=ada, at=at, renews=mine)
    assert apply(mine.tier, by=ada, at=at + timedelta(days=400), renews=mine).renews == mine


def test_a_renewal_asks_what_it_asks_and_journey_brings_practice_along(ada, at, holds):
    holds(ada, "current-practice")
    journey = holds(ada, "current-journey")
    case = apply(journey.tier, by=ada, at=at + timedelta(days=400), renews=journey)
    plain = apply(make.tier("2021-journey"), by=ada, at=at + timedelta(days=400))

    assert (case.asked().count(), plain.asked().count()) == (80 + 144, 80)


def test_withdrawing_closes_the_case_and_cancels_what_is_booked(cast):
    walk = make.walk(cast, to=Stage.INTAKE)
    before = walk.at
    walk.book()

    withdraw(walk.case, by=cast.ada, at=before)

    assert walk.case.stage == Stage.WITHDRAWN
    assert Meeting.objects.get().state == State.CANCELLED
    assert Event.objects.about(walk.case).last().verb == "withdraw"


def test_nobody_else_withdraws_a_case(cast, at):
    walk = make.walk(cast, to=Stage.INTAKE)
    before = walk.at
    walk.book()

    for person in (cast.eve, cast.noor, cast.ina):
        with pytest.raises(Refused):
            withdraw(walk.case, by=person, at=before)
    assert walk.case.stage == Stage.INTAKE
    assert Meeting.objects.get().state == State.BOOKED


def test_withdrawing_twice_is_refused(ada, at):
    case = apply(make.tier(), by=ada, at=at)
    withdraw(case, by=ada, at=at)

    with pytest.raises(Refused):
        withdraw(case, by=ada, at=at)


def test_a_silent_case_rests_and_wakes_up_where_it_was(ada, at):
    case = apply(make.tier(), by=ada, at=at)

    rest(case, at=at)
    assert (case.stage, case.dormant_from) == (Stage.DORMANT, Stage.SELF_ASSESSMENT)
    resume(case, by=ada, at=at)
    assert (case.stage, case.dormant_from) == (Stage.SELF_ASSESSMENT, "")


def test_a_case_that_waits_for_others_does_not_rest(cast, at):
    case = make.application(cast, at_stage=Stage.INTAKE)

    with pytest.raises(Refused):
        rest(case, at=at)


def test_only_the_applicant_wakes_a_case_up(cast, at):
    case = make.application(cast)
    rest(case, at=at)

    for person in (cast.eve, cast.noor):
        with pytest.raises(Refused):
            resume(case, by=person, at=at)


def test_a_case_that_is_awake_does_not_wake_up(ada, at):
    case = apply(make.tier(), by=ada, at=at)

    with pytest.raises(Refused):
        resume(case, by=ada, at=at)


def test_the_database_refuses_a_resting_case_from_nowhere(ada, at):
    case = apply(make.tier(), by=ada, at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=case.pk).update(stage=Stage.DORMANT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=case.pk).update(dormant_from=Stage.PORTFOLIO)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=case.pk).update(stage="nowhere")


def test_pausing_reminders_is_the_applicants_own(ada, eve, at):
    case = apply(make.tier(), by=ada, at=at)

    with pytest.raises(Refused):
        pause_reminders(case, paused=True, by=eve)
    pause_reminders(case, paused=True, by=ada)

    case.refresh_from_db()
    assert case.reminders_paused is True


def test_the_due_date_follows_the_stage(cast):
    walk = make.walk(cast, to=Stage.INTAKE)

    assert walk.case.due_on == walk.at.date() + timedelta(days=21)


def test_who_sees_a_case(cast, at):
    case = make.application(cast)
    other = apply(make.tier("current-concepts"), by=cast.eve, at=at)
    CaseRole.sign(case, cast.aud, Role.AUDITOR, at)

    seen = {
        name: set(Application.objects.visible_to(getattr(cast, name)))
        for name in ("ada", "aud", "vera", "dee", "noor", "pan", "eve")
    }

    assert seen == {
        "ada": {case},
        "aud": {case},
        "vera": set(),
        "dee": set(),
        "noor": {case, other},
        "pan": set(),
        "eve": {other},
    }


def test_the_worklist_is_what_moves_when_the_person_acts(cast):
    walk = make.walk(cast, to=Stage.INTAKE)
    walk.book()

    waits = {
        name: list(Application.objects.waiting_for(getattr(cast, name)))
        for name in ("ada", "ina", "aud", "noor", "eve")
    }

    assert waits == {"ada": [], "ina": [walk.case], "aud": [], "noor": [], "eve": []}


def test_a_certificate_needs_a_granting_decision(ada, at):
    tier = make.tier()
    edition = tier.framework.edition_at(at)
    case = apply(tier, by=ada, at=at)
    declined = Decision.objects.create(
        application=case, outcome=Outcome.DECLINE, reasons="No.", by=ada, at=at
    )
    award = Award(tier, ada, edition, declined.reference, {"concept": 1, "practice": 1}, None)

    with pytest.raises(Exception, match="granting decision"), transaction.atomic():
        issue(award, at=at)
    assert Certificate.objects.count() == 0
