"""Two auditors of one portfolio: drawn or asked for, blind, and settled by a third."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from applicants import assigning
from applicants.assigning import candidates, readiness
from applicants.flow import Stage
from certificates.dates import body_day
from imc_portal import worklist
from imc_portal.next_step import next_step
from notices.models import Message
from portfolios import auditing, grounds, handing_in, seconds
from portfolios.feedback import rounds_of
from portfolios.models import AuditResult, EntryState, Finding, Submission
from portfolios.panels import SecondAudit, SecondAuditShare
from tests import make
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
BELOW, COPIED = {"mastery": 1}, {"authorship": 0}


@pytest.fixture
def bea(cast):
    return make.person("bea", Role.AUDITOR)


@pytest.fixture
def cleo(cast):
    return make.person("cleo", Role.AUDITOR)


@pytest.fixture
def twice(handed_in, bea, noor):
    """Aud and Bea both read Ada's portfolio."""
    seconds.ask(handed_in.case, by=noor, at=handed_in.at)
    handed_in.assign(Role.SECOND_AUDITOR, bea)
    return handed_in


@pytest.fixture
def read(handed_in):
    """This auditor judges everything that lies before them, and closes."""

    def everything(person, comment="", *, closes=True, **below):
        audit = auditing.open_audit(handed_in.case, by=person, at=handed_in.at)
        for requirement in auditing.to_find(audit):
            marks = {"relevance": 2, "authorship": 2, "mastery": 2}
            marks.update(below.get(requirement.statement.code.replace(".", "_"), {}))
            auditing.save_finding(
                audit,
                requirement,
                **marks,
                comment="" if min(marks.values()) == 2 else f"{person.called}: say more.",
                by=person,
                at=handed_in.at,
            )
        if not closes:
            return audit
        result = auditing.arithmetic(audit).result
        words = comment or f"{person.called} has read it."
        auditing.close(audit, result=result, comment=words, by=person, at=handed_in.at)
        handed_in.case.refresh_from_db()
        audit.refresh_from_db()
        return audit

    return everything


def share(case, percent):
    SecondAuditShare.objects.update_or_create(tier=case.tier, defaults={"percent": percent})


def drawn(case):
    return Event.objects.of_case(case.trail_case()).filter(verb="draw")


# --- Who gets one --------------------------------------------------------------------------------


@pytest.mark.parametrize(("percent", "expected"), [(0, []), (100, ["drawn"])])
def test_the_share_of_the_tier_is_drawn_with_the_first_submission(cast, percent, expected):
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    share(walk.case, percent)

    walk.portfolio()

    assert list(SecondAudit.objects.values_list("why", flat=True)) == expected
    assert drawn(walk.case).count() == bool(percent)


def test_the_lot_is_the_first_link_of_the_case_and_is_kept(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO, slug="current-concepts")
    lot = seconds.lot_of(walk.case)
    percent = max(lot, 1)  # a share up to the lot does not take it in
    share(walk.case, percent)

    walk.portfolio()

    facts = {"lot": lot, "percent": percent, "drawn": lot < percent}
    assert drawn(walk.case).get().facts == facts
    assert SecondAudit.objects.exists() is (lot < percent)
    first = Event.objects.of_case(walk.case.trail_case()).order_by("pk")[0]
    assert (first.verb, int(first.hash[:12], 16) % 100) == ("apply", lot)


def test_a_share_is_at_most_everything(case):
    share(case, 0)
    share(case, 100)
    with pytest.raises(Exception, match="second_audit_share_0_to_100"):
        share(case, 101)


def test_auditor_administrator_and_director_ask_for_one(handed_in, aud):
    asked = seconds.ask(handed_in.case, by=aud, at=handed_in.at)

    assert (asked.why, asked.asked_by) == ("asked", aud)
    with pytest.raises(seconds.NotToAsk):
        seconds.ask(handed_in.case, by=aud, at=handed_in.at)


@pytest.mark.parametrize(("who", "may"), [("noor", True), ("dee", True), ("aud", True)])
def test_who_may_ask(handed_in, cast, who, may):
    assert seconds.may_ask(handed_in.case, getattr(cast, who)) is may


@pytest.mark.parametrize("who", ["ada", "vera", "eve", "ina"])
def test_nobody_else_asks(handed_in, cast, who):
    with pytest.raises(seconds.NotToAsk):
        seconds.ask(handed_in.case, by=getattr(cast, who), at=handed_in.at)


def test_there_is_nothing_to_ask_where_no_portfolio_is_in_the_audit(walk, noor):
    with pytest.raises(seconds.NotToAsk):
        seconds.ask(walk.case, by=noor, at=walk.at)


def test_asking_gives_the_days_that_every_auditor_has(handed_in, noor):
    handed_in.at += timedelta(days=10)

    seconds.ask(handed_in.case, by=noor, at=handed_in.at)

    handed_in.case.refresh_from_db()
    assert handed_in.case.due_on == body_day(handed_in.at) + timedelta(days=14)


# --- Assigning -----------------------------------------------------------------------------------


def test_a_part_that_is_not_needed_is_not_assigned(handed_in, bea, noor):
    with pytest.raises(Refused):
        assigning.assign(handed_in.case, Role.SECOND_AUDITOR, person=bea, by=noor, at=handed_in.at)


def test_the_second_is_somebody_else_and_may_act(handed_in, cast, bea, noor):
    seconds.ask(handed_in.case, by=noor, at=handed_in.at)

    found = candidates(handed_in.case, Role.SECOND_AUDITOR, handed_in.at.date())

    assert [(c.person.called, c.reasons) for c in found] == [
        ("Bea", []),
        ("Aud", ["Is the Auditor in this case."]),
    ]
    ready = {line.role: line.sentence for line in readiness(handed_in.case, make.NOON.date())}
    assert ready[Role.SECOND_AUDITOR] == "1 person may act"
    with pytest.raises(Refused):
        assigning.assign(
            handed_in.case, Role.SECOND_AUDITOR, person=cast.aud, by=noor, at=handed_in.at
        )


def test_nobody_left_is_said(handed_in, noor):
    seconds.ask(handed_in.case, by=noor, at=handed_in.at)

    ready = {line.role: line for line in readiness(handed_in.case, make.NOON.date())}

    line = ready[Role.SECOND_AUDITOR]
    assert (line.enough, line.sentence) == (
        False,
        "Nobody is left. Give somebody the role Auditor.",
    )


def test_the_second_gets_the_task_by_letter(twice, bea):
    assert Message.objects.filter(kind="staff_task_assigned", to=bea).count() == 1


def test_worklists_say_whose_turn_it_is(handed_in, cast, bea, noor, read):
    def rows(person):
        found = worklist.worklist(person, handed_in.at, {}).rows
        return [(row.stage, row.whose) for row in found]

    seconds.ask(handed_in.case, by=noor, at=handed_in.at)
    assert rows(noor) == [("Your turn: assign somebody", "You")]
    assert next_step(handed_in.case, noor, handed_in.at).heading == "Assign a second auditor"
    handed_in.assign(Role.SECOND_AUDITOR, bea)
    assert (rows(noor), rows(cast.aud), rows(bea)) == (
        [],
        [("Your turn: audit", "You")],
        [("Your turn: audit", "You")],
    )

    read(cast.aud)

    assert (rows(cast.aud), rows(bea)) == ([], [("Your turn: audit", "You")])
    assert next_step(handed_in.case, cast.aud, handed_in.at).state == "waiting"
    assert next_step(handed_in.case, bea, handed_in.at).state == "turn"


# --- Blind ---------------------------------------------------------------------------------------


def test_the_first_to_finish_closes_nothing(twice, cast, read):
    audit = read(cast.aud, M1_1=BELOW)

    assert (twice.case.stage, audit.closed_at) == (Stage.AUDIT, None)
    assert (audit.finished_at, audit.result) == (twice.at, AuditResult.REVISE)
    assert list(twice.case.audits.closed()) == []
    assert rounds_of(twice.case) == []
    assert grounds.portfolio_audited(twice.case, twice.at).why == "No audit is closed yet."
    event = Event.objects.of_case(twice.case.trail_case()).get(verb="finish_audit")
    assert event.facts == {"seat": 1}
    with pytest.raises(auditing.NotYourCase):
        read(cast.aud)


def test_two_who_agree_move_the_case_and_both_audits_are_closed(twice, cast, bea, read):
    read(cast.aud)
    read(bea)

    assert twice.case.stage == Stage.DECISION
    assert [a.closed_at for a in twice.case.audits.all()] == [twice.at, twice.at]
    assert grounds.portfolio_audited(twice.case, twice.at).passed is True
    assert SecondAudit.objects.get().settled_at == twice.at
    assert Message.objects.filter(kind="audit_passed").count() == 1


def test_different_marks_with_the_same_verdict_are_no_disagreement(twice, cast, bea, read):
    read(cast.aud, M1_1={"mastery": 1})
    read(bea, M1_1={"mastery": 0, "relevance": 1})

    back = twice.case.portfolio.entries.get(state=EntryState.TO_IMPROVE)
    assert (twice.case.stage, twice.case.rounds) == (Stage.PORTFOLIO, 1)
    assert back.advice == "Aud: say more.\n\nBea: say more."
    [told] = rounds_of(twice.case)
    assert [(t.finding.statement.code, t.words) for t in told.said] == [
        ("M1.1", "Aud: say more.\n\nBea: say more.")
    ]
    assert told.audit.auditor == cast.aud


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"M1_1": BELOW}, {}),
        ({"M1_1": BELOW}, {"M1_2": BELOW}),
        ({"M1_1": BELOW}, {"M1_1": COPIED}),
    ],
)
def test_what_counts_as_a_disagreement(twice, cast, bea, read, one, other):
    read(cast.aud, **one)
    read(bea, **other)

    assert twice.case.stage == Stage.AUDIT
    assert SecondAudit.objects.get().disputed_at == twice.at
    assert [a.closed_at for a in twice.case.audits.all()] == [None, None]


@pytest.fixture
def disputed(twice, cast, bea, cleo, read):
    """Aud and Bea agree on M2.3 (below), and differ on M1.1 and M1.2."""
    read(cast.aud, M1_1=BELOW, M2_3=BELOW)
    read(bea, M1_2=BELOW, M2_3=BELOW)
    twice.assign(Role.THIRD_AUDITOR, cleo)
    return twice


def test_third_judges_what_is_disputed_and_sees_both(disputed, cleo):
    audit = auditing.open_audit(disputed.case, by=cleo, at=disputed.at)

    on_desk = {item.code: item for item in auditing.items(audit)}
    assert [r.statement.code for r in auditing.to_find(audit)] == ["M1.1", "M1.2"]
    assert [f.is_met for f in on_desk["M1.1"].both] == [False, True]
    assert (on_desk["M2.3"].agreed, on_desk["M2.3"].state) == (True, "back")
    agreed = on_desk["M2.3"].requirement
    with pytest.raises(auditing.NotOnTheDesk):
        auditing.save_finding(
            audit, agreed, relevance=2, authorship=2, mastery=2, comment="", by=cleo, at=disputed.at
        )


def test_the_thirds_word_settles_it(disputed, cleo, read):
    read(cleo, M1_1=BELOW)

    back = disputed.case.portfolio.entries.filter(state=EntryState.TO_IMPROVE)
    assert [(e.statement.code, e.advice) for e in back] == [
        ("M1.1", "Aud: say more.\n\nCleo: say more."),
        ("M2.3", "Aud: say more.\n\nBea: say more."),
    ]
    assert disputed.case.stage == Stage.PORTFOLIO
    [told] = rounds_of(disputed.case)
    assert (told.audit.auditor, [t.finding.statement.code for t in told.said]) == (
        cleo,
        ["M1.1", "M2.3"],
    )
    assert disputed.case.audits.closed().count() == 3


def test_grounds_follow_the_settled_result(twice, cast, bea, cleo, read):
    read(cast.aud, M1_1=BELOW)
    read(bea)
    twice.assign(Role.THIRD_AUDITOR, cleo)

    read(cleo)

    assert twice.case.stage == Stage.DECISION
    assert grounds.portfolio_audited(twice.case, twice.at).passed is True


def test_third_opens_nothing_before_there_is_something_to_decide(disputed, cast, bea, cleo, read):
    read(cleo)
    revise(disputed)
    for person in (cast.aud, bea):
        auditing.open_audit(disputed.case, by=person, at=disputed.at)
    with pytest.raises(auditing.NotYourCase):
        auditing.open_audit(disputed.case, by=cleo, at=disputed.at)


def revise(walk):
    """The applicant improves what came back, and hands in again."""
    portfolio = walk.case.portfolio
    for requirement in handing_in.wanted(portfolio):
        entry = portfolio.entries.get(statement=requirement.statement_id, facet=requirement.facet)
        make.writing.save_entry(
            portfolio,
            requirement,
            text=f"{entry.text} And it helped.",
            language="en",
            ready=True,
            revision=entry.revision,
            by=walk.case.applicant,
            at=walk.at,
        )
    walk.hand_in()


def test_a_case_that_was_read_by_two_is_read_by_two_again(twice, cast, bea, read):
    read(cast.aud, M1_1=BELOW)
    read(bea, M1_1=BELOW)

    revise(twice)

    assert [s.why for s in SecondAudit.objects.all()] == ["asked", "before"]
    again = [read(person, closes=False) for person in (cast.aud, bea)]
    assert [a.findings.count() for a in again] == [1, 1]


# --- Stepping back -------------------------------------------------------------------------------


def test_who_steps_back_after_finishing_settles_nothing(twice, cast, bea, cleo, read):
    gone = read(cast.aud)
    assigning.recuse(twice.case, why="A cousin", by=cast.aud, at=twice.at)

    read(bea)

    gone.refresh_from_db()
    assert (twice.case.stage, gone.voided_at, gone.closed_at) == (Stage.AUDIT, twice.at, None)
    assert Finding.objects.filter(audit=gone).count() == 72
    twice.assign(Role.AUDITOR, cleo)
    read(cleo)
    assert twice.case.stage == Stage.DECISION


def test_third_waits_when_one_of_the_two_steps_back(disputed, cast, cleo, read):
    audit = read(cleo, closes=False)
    assigning.recuse(disputed.case, why="A cousin", by=cast.aud, at=disputed.at)

    with pytest.raises(seconds.WaitsForAnother):
        auditing.close(audit, result=AuditResult.REVISE, comment="Done.", by=cleo, at=disputed.at)

    other = make.person("abe", Role.AUDITOR)
    disputed.assign(Role.AUDITOR, other)
    read(other, M2_3=BELOW, M1_2=BELOW)
    assert disputed.case.stage == Stage.PORTFOLIO  # Abe agrees with Bea
    assert Submission.objects.count() == 1
