"""The plan between the two: signed by both, changed by either, done by whoever owns a step."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from applicants.assigning import assign, declare, recuse
from applicants.flow import Stage
from applicants.models import ActionPlan, Application, CaseRole, Owner, PlanItem
from applicants.models.case import NotDeclared
from applicants.plan_view import help_for, panel
from applicants.planning import (
    PlanChanged,
    PlanLine,
    amend,
    check_plan,
    first_lines,
    manager_of,
    sign_plan,
    tick,
)
from applicants.registry import gaps_of
from applicants.reminders import remind_of_plans
from applicants.services import pause_reminders, withdraw
from assessments import services as rating
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]


@pytest.fixture
def walk(cast):
    """Recorded by Ina, and not signed by Ada yet."""
    walk = make.walk(cast, to=Stage.INTAKE)
    walk.intake()
    ActionPlan.objects.update(signed_by_applicant_at=None)
    return walk


@pytest.fixture
def signed(cast):
    return make.walk(cast, to=Stage.PORTFOLIO)


def plan_of(walk):
    return Application.objects.get(pk=walk.case.pk).plan


def lines_of(walk):
    return first_lines(walk.case, done=True)


def change(walk, lines=None, **changes):
    wanted = {"next_check_on": date(2026, 12, 1), "by": walk.cast.ada, "at": walk.at}
    lines = [*lines_of(walk), PlanLine("Ask for comments")] if lines is None else lines
    return amend(plan_of(walk), lines, **{**wanted, **changes})


# --- Signing ----------------------------------------------------------------------------------
def test_the_applicant_signs_once(walk):
    plan, cast = plan_of(walk), walk.cast

    for person in (cast.ina, cast.eve, cast.noor):
        with pytest.raises(Refused):
            sign_plan(plan, by=person, at=walk.at)
    sign_plan(plan, by=cast.ada, at=walk.at)
    with pytest.raises(Refused, match="You have signed this plan"):
        sign_plan(plan, by=cast.ada, at=walk.at + timedelta(days=1))

    assert plan_of(walk).signed_by_applicant_at == walk.at
    assert Event.objects.about(plan).last().verb == "sign_plan"


def test_nobody_signs_what_they_have_not_read(signed):
    read = plan_of(signed)
    change(signed)

    with pytest.raises(PlanChanged):
        sign_plan(read, by=signed.cast.ina, at=signed.at)

    assert plan_of(signed).signed_by_manager_at is None


# --- Changing ---------------------------------------------------------------------------------
def test_a_change_asks_the_other_to_sign_again_and_keeps_what_was(signed):
    before = plan_of(signed)

    change(signed)

    plan = plan_of(signed)
    assert (plan.version, plan.next_check_on) == (2, date(2026, 12, 1))
    assert (plan.signed_by_applicant_at, plan.signed_by_manager_at) == (signed.at, None)
    old = plan.versions.get()
    assert (old.number, old.replaced_by, old.replaced_at) == (1, signed.cast.ada, signed.at)
    assert old.signed_by_manager_at == before.signed_by_manager_at
    assert old.signed_by_applicant_at == before.signed_by_applicant_at
    assert [step["text"] for step in old.steps] == ["Draft an agreement with my next mentee"]
    assert Event.objects.about(plan).last().facts["version"] == 2
    [message] = Message.objects.filter(kind="action_plan_changed")
    assert message.to == signed.cast.ina
    assert "Ada Example has changed the action plan" in compose(message).body

    sign_plan(plan_of(signed), by=signed.cast.ina, at=signed.at)
    assert plan_of(signed).signed_by_manager_at == signed.at
    with pytest.raises(Obsolete):
        compose(message)


def test_the_manager_changes_it_too_and_the_applicant_is_asked(signed):
    change(signed, by=signed.cast.ina)

    plan = plan_of(signed)
    assert (plan.signed_by_manager_at, plan.signed_by_applicant_at) == (signed.at, None)
    assert Message.objects.get(kind="action_plan_changed").to == signed.cast.ada


def test_a_second_change_makes_the_first_letter_obsolete(signed):
    change(signed)
    change(signed)

    first, second = Message.objects.filter(kind="action_plan_changed").order_by("pk")
    with pytest.raises(Obsolete):
        compose(first)
    assert "/plan/" in compose(second).body


def test_steps_that_stay_keep_whether_they_are_done(signed):
    tick(plan_of(signed).items.get(), done=True, by=signed.cast.ada, at=signed.at)
    [line] = lines_of(signed)
    owner = {"owner": Owner.OTHER, "owner_name": " My peer group "}

    change(signed, [PlanLine("Draft two agreements", item=line.item), PlanLine("Ask", **owner)])

    first, second = plan_of(signed).items.all()
    assert (first.pk, first.text, first.done_by) == (
        line.item,
        "Draft two agreements",
        signed.cast.ada,
    )
    assert (second.owner, second.owner_name, second.done_at) == ("other", "My peer group", None)


def test_a_step_taken_out_is_gone_from_the_plan_and_not_from_its_history(signed):
    change(signed, [PlanLine("Ask for comments")])

    assert [item.text for item in plan_of(signed).items.all()] == ["Ask for comments"]
    assert plan_of(signed).versions.get().steps[0]["text"].startswith("Draft an agreement")


def test_a_step_of_another_plan_is_not_taken_over(signed, cast):
    other = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts", by=cast.eve)
    theirs = plan_of(other).items.get()

    change(signed, [PlanLine("Mine now", item=theirs.pk)])

    theirs.refresh_from_db()
    assert (theirs.plan, theirs.text) == (
        plan_of(other),
        "Draft an agreement with my next mentee",
    )


@pytest.mark.parametrize("name", ["eve", "aud", "noor"])
def test_nobody_else_changes_it(signed, name):
    with pytest.raises(Refused):
        change(signed, by=getattr(signed.cast, name))
    assert plan_of(signed).version == 1


def test_two_windows_do_not_overwrite_each_other(signed):
    read = plan_of(signed)
    change(signed)

    with pytest.raises(PlanChanged):
        amend(read, [PlanLine("Mine")], next_check_on=None, by=signed.cast.ada, at=signed.at)

    assert plan_of(signed).version == 2


def test_a_plan_keeps_a_step_and_ends_with_its_case(signed):
    with pytest.raises(Refused, match="at least one step"):
        change(signed, [])
    withdraw(signed.case, by=signed.cast.ada, at=signed.at)
    with pytest.raises(Refused, match="closed"):
        change(signed)
    assert plan_of(signed).version == 1


def test_who_took_the_part_over_signs_for_the_body_after_declaring(signed, cast):
    ivy = make.person("ivy", Role.INTAKE_MANAGER)
    recuse(signed.case, why="Friend", by=cast.ina, at=signed.at)
    assign(signed.case, Role.INTAKE_MANAGER, person=ivy, by=cast.noor, at=signed.at)
    change(signed)
    assert manager_of(plan_of(signed)) == ivy

    with pytest.raises(Refused):
        sign_plan(plan_of(signed), by=cast.ina, at=signed.at)
    with pytest.raises(NotDeclared):
        sign_plan(plan_of(signed), by=ivy, at=signed.at)
    declare(signed.case, clear=True, note="", by=ivy, at=signed.at)
    sign_plan(plan_of(signed), by=ivy, at=signed.at)

    assert plan_of(signed).manager == ivy


def test_without_anybody_in_the_part_who_made_the_plan_stays_its_manager(signed):
    CaseRole.objects.filter(role=Role.INTAKE_MANAGER).update(ended_at=signed.at)

    assert manager_of(plan_of(signed)) == signed.cast.ina


# --- Doing ------------------------------------------------------------------------------------
def test_the_applicant_ticks_steps_off_and_on(signed):
    item = plan_of(signed).items.get()

    for person in (signed.cast.ina, signed.cast.eve):
        with pytest.raises(Refused):
            tick(item, done=True, by=person, at=signed.at)
    tick(item, done=True, by=signed.cast.ada, at=signed.at)
    assert (item.done_at, item.done_by) == (signed.at, signed.cast.ada)
    tick(item, done=False, by=signed.cast.ada, at=signed.at)
    assert (item.done_at, item.done_by) == (None, None)


def test_the_manager_ticks_off_what_is_theirs(signed):
    change(signed, [PlanLine("Send the reading list", owner=Owner.MANAGER)])
    item = plan_of(signed).items.get()

    tick(item, done=True, by=signed.cast.ina, at=signed.at)

    item.refresh_from_db()
    assert item.done_by == signed.cast.ina


def test_looking_at_it_together_is_noted_with_the_next_day(signed):
    plan, later = plan_of(signed), signed.at.date() + timedelta(days=90)

    for person in (signed.cast.ada, signed.cast.eve):
        with pytest.raises(Refused):
            check_plan(plan, next_check_on=later, by=person, at=signed.at)
    with pytest.raises(Refused, match="to come"):
        check_plan(plan, next_check_on=signed.at.date(), by=signed.cast.ina, at=signed.at)
    check_plan(plan, next_check_on=later, by=signed.cast.ina, at=signed.at)

    assert (plan_of(signed).next_check_on, plan_of(signed).version) == (later, 1)
    assert Event.objects.about(plan).last().verb == "check_plan"


@pytest.mark.parametrize(
    "wrong",
    [{"owner": "other"}, {"owner_name": "My peer group"}, {"owner": "somebody"}],
    ids=str,
)
def test_the_database_refuses_a_step_of_nobody(signed, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.update(**wrong)


def test_the_database_refuses_a_doer_of_what_is_not_done(signed):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.update(done_by=signed.cast.ada)


# --- The letter before the day ----------------------------------------------------------------
def test_a_letter_leaves_a_week_before_the_day_once(signed):
    day = signed.at.date() + timedelta(days=30)
    check_plan(plan_of(signed), next_check_on=day, by=signed.cast.ina, at=signed.at)

    owed = [remind_of_plans(signed.at + timedelta(days=n)) for n in (22, 23, 24, 30, 31)]

    assert owed == [0, 1, 0, 0, 0]
    [message] = Message.objects.filter(kind="plan_check_soon")
    assert message.to == signed.cast.ada
    assert "Still open: Draft an agreement with my next mentee" in compose(message).body
    tick(plan_of(signed).items.get(), done=True, by=signed.cast.ada, at=signed.at)
    assert "Still open: every step is done" in compose(message).body
    check_plan(plan_of(signed), next_check_on=None, by=signed.cast.ina, at=signed.at)
    with pytest.raises(Obsolete):
        compose(message)


def test_nobody_is_asked_to_sign_the_plan_of_a_closed_case(signed):
    change(signed)
    withdraw(signed.case, by=signed.cast.ada, at=signed.at)

    with pytest.raises(Obsolete):
        compose(Message.objects.get(kind="action_plan_changed"))


@pytest.mark.parametrize("silenced", ["paused", "withdrawn"])
def test_no_letter_goes_to_who_wants_none(signed, silenced):
    day = signed.at.date() + timedelta(days=5)
    check_plan(plan_of(signed), next_check_on=day, by=signed.cast.ina, at=signed.at)
    if silenced == "paused":
        pause_reminders(signed.case, paused=True, by=signed.cast.ada)
    else:
        withdraw(signed.case, by=signed.cast.ada, at=signed.at)

    assert remind_of_plans(signed.at) == 0


# --- Gaps and what helps ----------------------------------------------------------------------
@pytest.fixture
def rated(cast):
    """Two statements, explained well and done seldom; not sent yet."""
    case = make.application(cast)
    levels = {"M3.1": 2, "M3.2": 0}
    answers = {
        asked.statement_id: rating.Answer(4, levels[asked.statement.code], "Hard", 0)
        for asked in case.asked()
    }
    rating.save(rating.start(case, by=cast.ada, at=make.NOON), answers, by=cast.ada, at=make.NOON)
    return case


def test_gaps_are_the_weakest_statements_first_once_the_baseline_is_sent(cast, rated):
    assert gaps_of(rated) == []

    rating.send(rated.self_assessment, by=cast.ada, at=make.NOON)

    assert [(gap.code, gap.value, gap.area, gap.note) for gap in gaps_of(rated)] == [
        ("M3.2", 0, "M3", "Hard"),
        ("M3.1", 2, "M3", "Hard"),
    ]


def test_each_gap_has_the_questions_of_its_level_and_its_area(cast, rated):
    rating.send(rated.self_assessment, by=cast.ada, at=make.NOON)

    found = help_for(rated)

    assert [[p.code for p in proposal.prompts] for proposal in found.proposals] == [
        ["AP-R0", "AP-M3"],
        ["AP-R2", "AP-M3"],
    ]
    assert [prompt.code for prompt in found.prompts] == [f"AP{n}" for n in range(1, 9)]


# --- Renewal ----------------------------------------------------------------------------------
def test_a_renewal_begins_with_what_is_open_of_the_plan_before(cast):
    held = make.walk(cast, to=Stage.PORTFOLIO)
    statement = held.case.asked().first().statement
    owner = {"owner": Owner.OTHER, "owner_name": "My peer group"}
    amend(
        plan_of(held),
        [
            *first_lines(held.case),
            PlanLine("Later", None, date(2027, 3, 1)),
            PlanLine("Sooner", statement, date(2027, 1, 1), **owner),
        ],
        next_check_on=None,
        by=cast.ada,
        at=held.at,
    )
    tick(plan_of(held).items.first(), done=True, by=cast.ada, at=held.at)
    for stage in (Stage.PORTFOLIO, Stage.AUDIT, Stage.VERIFICATION, Stage.DECISION):
        make.STEPS[stage](held)

    at = held.at + timedelta(days=600)
    renewal = make.walk(cast, to=Stage.INTAKE, at=at, renews=held.certificate)

    assert [
        (line.text, line.statement, line.owner_name, line.item, line.due_on)
        for line in first_lines(renewal.case)
    ] == [("Sooner", statement, "My peer group", None, None), ("Later", None, "", None, None)]
    seen = panel(renewal.case, cast.ada, at.date())
    assert (seen.now, seen.then_summary) == (None, "Go on with this certificate.")
    assert [step.item.text for step in seen.then.open] == ["Sooner", "Later"]
    assert [step.item.text for step in seen.then.done] == ["Draft an agreement with my next mentee"]
    renewal.intake()
    assert panel(Application.objects.get(pk=renewal.case.pk), cast.ada, at.date()).now is not None
    assert plan_of(held).items.filter(done_at=None).count() == 2


def test_a_first_case_begins_with_nothing(cast):
    case = make.application(cast)

    assert first_lines(case) == []
    seen = panel(case, cast.ada, make.NOON.date())
    assert (seen.now, seen.then) == (None, None)
    assert seen.about(case.asked().first().statement) == []
