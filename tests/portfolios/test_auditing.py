"""Auditing: findings, arithmetic, rounds, and what the decision may rest on."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from applicants import assigning
from applicants.flow import Stage
from applicants.models.case import NotDeclared
from applicants.registry import REOPENERS
from certificates.dates import body_day
from notices.models import Message
from notices.services import compose
from portfolios import auditing, desk, grounds, handing_in, verbal, writing
from portfolios.models import Audit, AuditResult, EntryState, Finding
from tests import make

pytestmark = pytest.mark.django_db
BELOW = {"mastery": 1}
COPIED = {"authorship": 0}


def close(audit, result, handed_in, comment="Clear and honest."):
    return auditing.close(audit, result=result, comment=comment, by=audit.auditor, at=handed_in.at)


def again(handed_in, aud):
    """The applicant improves what came back, hands in, and the auditor opens the next round."""
    case, at = handed_in.case, handed_in.tomorrow()
    portfolio = case.portfolio
    for requirement in handing_in.wanted(portfolio):
        entry = writing.entry_for(portfolio, requirement, at=at)
        writing.save_entry(
            portfolio,
            requirement,
            text=f"{entry.text} And it helped.",
            language="en",
            ready=True,
            revision=entry.revision,
            by=case.applicant,
            at=at,
        )
    handed_in.hand_in()
    return auditing.open_audit(case, by=aud, at=handed_in.at)


def test_opening_twice_opens_once(audit, handed_in, aud):
    assert auditing.open_audit(handed_in.case, by=aud, at=handed_in.at) == audit
    assert (audit.number, audit.submission.number) == (1, 1)


def test_desk_opens_for_its_auditor_alone(handed_in, vera, noor, ada):
    for person in (vera, noor, ada):
        with pytest.raises(auditing.NotYourCase):
            auditing.open_audit(handed_in.case, by=person, at=handed_in.at)


def test_desk_stays_shut_until_interests_are_declared(cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    assigning.assign(walk.case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=walk.at)

    with pytest.raises(NotDeclared):
        auditing.open_audit(walk.case, by=cast.aud, at=walk.at)


@pytest.fixture
def save(audit, aud, handed_in):
    def finding(relevance=2, authorship=2, mastery=2, comment="", **options):
        given = {"by": aud, "at": handed_in.at, **options}
        return auditing.save_finding(
            audit,
            handed_in.case.asked()[0],
            relevance=relevance,
            authorship=authorship,
            mastery=mastery,
            comment=comment,
            **given,
        )

    return finding


def test_finding_below_met_needs_words(save):
    with pytest.raises(auditing.SayWhy):
        save(mastery=1)

    assert save(mastery=1, comment="Say what came of it.").is_complete is True


def test_finding_needs_all_three_unless_it_is_a_draft(save):
    with pytest.raises(auditing.NotFinished):
        save(mastery=None)

    assert save(mastery=None, draft=True).is_complete is False


def test_finding_can_be_changed_until_the_audit_is_closed(save, audit):
    save(mastery=1, comment="Too thin.")
    save()

    assert [f.marks for f in audit.findings.all()] == [(2, 2, 2)]


def test_nobody_else_records_findings(save, noor, ada):
    for person in (noor, ada):
        with pytest.raises(auditing.NotYourCase):
            save(by=person)


def test_arithmetic_waits_for_every_entry(audit, save):
    save()

    sums = desk.arithmetic(audit)

    assert (sums.result, len(sums.open), len(sums.met)) == (None, 71, 1)
    assert sums.sentence == "71 entries still wait for your findings."


@pytest.mark.parametrize(
    ("below", "rounds", "result"),
    [
        ({}, 0, AuditResult.PASS),
        ({}, 2, AuditResult.PASS),
        ({"M1_1": BELOW}, 0, AuditResult.REVISE),
        ({"M1_1": BELOW}, 1, AuditResult.REVISE),
        ({"M1_1": BELOW}, 2, AuditResult.NOT_PASS),
        ({"M1_1": COPIED}, 0, AuditResult.REVISE),
        ({"M1_1": COPIED}, 1, AuditResult.NOT_PASS),
    ],
)
def test_arithmetic_follows_the_rules(audit, judge, below, rounds, result):
    judge(**below)
    audit.application.rounds = rounds

    assert desk.arithmetic(audit).result == result


def test_result_is_confirmed_not_chosen(audit, judge, handed_in):
    judge(M1_1=BELOW)

    with pytest.raises(auditing.NotFinished):
        close(audit, AuditResult.PASS, handed_in)

    audit.refresh_from_db()
    assert (audit.closed_at, audit.result) == (None, "")


def test_closing_needs_every_finding_and_a_sentence(audit, judge, handed_in):
    with pytest.raises(auditing.NotFinished):
        close(audit, AuditResult.PASS, handed_in)
    judge()
    with pytest.raises(auditing.SayWhy):
        close(audit, AuditResult.PASS, handed_in, comment=" ")


def test_pass_accepts_everything_and_moves_on(audit, judge, handed_in):
    judge()

    close(audit, AuditResult.PASS, handed_in)

    handed_in.case.refresh_from_db()
    states = handed_in.case.portfolio.entries.values_list("state", flat=True)
    assert (handed_in.case.stage, set(states)) == (Stage.DECISION, {EntryState.ACCEPTED})
    assert grounds.portfolio_audited(handed_in.case, make.NOON).passed is True


def test_revise_reopens_only_the_named_entries(audit, judge, handed_in, ada):
    judge(M1_1=BELOW, M2_3=BELOW)

    close(audit, AuditResult.REVISE, handed_in)

    case = handed_in.case
    case.refresh_from_db()
    back = case.portfolio.entries.filter(state=EntryState.TO_IMPROVE)
    assert [(e.statement.code, e.advice) for e in back] == [
        ("M1.1", "Say what came of it."),
        ("M2.3", "Say what came of it."),
    ]
    assert case.portfolio.entries.filter(state=EntryState.ACCEPTED).count() == 70
    assert (case.stage, case.rounds) == (Stage.PORTFOLIO, 1)
    assert case.due_on == body_day(handed_in.at) + timedelta(days=30)
    accepted = case.asked().get(statement__code="M1.2", facet="concept")
    with pytest.raises(writing.Settled):
        writing.entry_for(case.portfolio, accepted, at=handed_in.at)


def test_second_round_judges_only_what_came_back(audit, judge, handed_in, aud):
    judge(M1_1=BELOW)
    close(audit, AuditResult.REVISE, handed_in)

    second = again(handed_in, aud)

    assert [r.statement.code for r in auditing.to_find(second)] == ["M1.1"]
    assert (second.number, desk.arithmetic(second).settled) == (2, 71)
    settled = handed_in.case.asked().get(statement__code="M1.2", facet="concept")
    with pytest.raises(auditing.NotOnTheDesk):
        auditing.save_finding(
            second,
            settled,
            relevance=2,
            authorship=2,
            mastery=2,
            comment="",
            by=aud,
            at=handed_in.at,
        )
    judge(second)
    close(second, AuditResult.PASS, handed_in)
    assert grounds.portfolio_audited(handed_in.case, make.NOON).passed is True


def test_last_round_ends_without_a_pass(audit, judge, handed_in, aud):
    judge(M1_1=BELOW)
    close(audit, AuditResult.REVISE, handed_in)
    for result in (AuditResult.REVISE, AuditResult.NOT_PASS):
        audit = again(handed_in, aud)
        judge(audit, M1_1=BELOW)
        close(audit, result, handed_in)

    case = handed_in.case
    case.refresh_from_db()
    ground = grounds.portfolio_audited(case, make.NOON)
    assert (case.stage, case.rounds) == (Stage.DECISION, 2)
    assert (ground.passed, ground.why) == (False, "The last audit did not end with a pass.")


def test_open_audits_carry_no_grant(audit, judge, handed_in):
    judge()

    assert grounds.portfolio_audited(handed_in.case, make.NOON).why == "No audit is closed yet."


def test_closed_audit_stays_as_it_is(audit, judge, handed_in, save):
    judge()
    close(audit, AuditResult.PASS, handed_in)

    with pytest.raises(auditing.NotYourCase):
        save(mastery=0, comment="No.")


def test_recusal_voids_what_was_written_and_keeps_it(audit, judge, handed_in, cast):
    judge(M1_1=BELOW)
    assigning.recuse(handed_in.case, why="A cousin", by=cast.aud, at=handed_in.at)
    other = make.person("abe", Role.AUDITOR)
    handed_in.assign(Role.AUDITOR, other)

    fresh = auditing.open_audit(handed_in.case, by=other, at=handed_in.at)

    audit.refresh_from_db()
    assert audit.voided_at == handed_in.at
    assert Finding.objects.filter(audit=audit).count() == 72
    assert (fresh.number, fresh.submission, fresh.findings.count()) == (2, audit.submission, 0)


def test_later_work_can_reopen_entries(audit, judge, handed_in):
    judge()
    close(audit, AuditResult.PASS, handed_in)
    statement = handed_in.case.asked()[0].statement

    writing.reopen(handed_in.case, [statement], "Show a result.", handed_in.at)

    back = handed_in.case.portfolio.entries.get(state=EntryState.TO_IMPROVE)
    assert (back.statement, back.advice) == (statement, "Show a result.")
    assert writing.reopen in REOPENERS


@pytest.mark.parametrize(
    ("result", "below", "words"),
    [
        (AuditResult.PASS, {}, "Clear and honest."),
        (AuditResult.REVISE, {"M1_1": BELOW}, "71 entries are done"),
    ],
)
def test_letters_say_what_the_audit_found(audit, judge, handed_in, result, below, words):
    judge(**below)
    close(audit, result, handed_in)

    letter = compose(Message.objects.get(kind__startswith="audit_"))

    assert words in letter.body


def test_received_letter_counts_entries(handed_in):
    letter = compose(Message.objects.get(kind="portfolio_received"))

    assert "72 entries" in letter.body


@pytest.fixture
def spoken(cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition")
    walk.assign(Role.AUDITOR, cast.aud)
    return walk


def book(walk):
    slot = verbal.verbal_slots(walk.case, at=walk.at)[0]
    booked = verbal.book_verbal(
        walk.case,
        starts_at=slot.starts_at,
        how="video",
        support_needs="",
        by=walk.case.applicant,
        at=walk.at,
    )
    walk.at = slot.ends_at
    return booked


def test_verbal_audit_is_booked_once_with_the_auditor(spoken, aud):
    booked = book(spoken)

    assert (booked.meeting.host, booked.meeting.minutes) == (aud, 60)
    with pytest.raises(verbal.NotBookable):
        book(spoken)


def test_verbal_audit_waits_for_an_auditor(cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition")

    assert verbal.verbal_slots(walk.case, at=walk.at) == []


def test_verbal_audit_judges_33_and_closes_after_its_meeting(spoken, judge_spoken):
    audit = judge_spoken()
    assert audit.findings.count() == 33
    with pytest.raises(verbal.NotFinished):
        verbal.close_verbal(
            audit, result=AuditResult.PASS, comment="Good.", by=audit.auditor, at=spoken.at
        )
    booked = book(spoken)

    verbal.close_verbal(
        audit, result=AuditResult.PASS, comment="Good.", by=audit.auditor, at=spoken.at
    )

    booked.meeting.refresh_from_db()
    spoken.case.refresh_from_db()
    assert (spoken.case.stage, booked.meeting.state) == (Stage.DECISION, "done")
    assert grounds.portfolio_audited(spoken.case, make.NOON).passed is True


def test_verbal_audit_has_one_round(spoken, judge_spoken):
    audit = judge_spoken(mastery=1)
    book(spoken)

    verbal.close_verbal(
        audit, result=AuditResult.NOT_PASS, comment="Not yet.", by=audit.auditor, at=spoken.at
    )

    spoken.case.refresh_from_db()
    assert spoken.case.stage == Stage.DECISION
    assert grounds.portfolio_audited(spoken.case, make.NOON).passed is False


@pytest.fixture
def judge_spoken(spoken, aud):
    def everything(mastery=2):
        audit = auditing.open_audit(spoken.case, by=aud, at=spoken.at)
        for n, requirement in enumerate(auditing.to_find(audit)):
            auditing.save_finding(
                audit,
                requirement,
                relevance=2,
                authorship=2,
                mastery=2 if n else mastery,
                comment="Say more.",
                by=aud,
                at=spoken.at,
            )
        return Audit.objects.get(pk=audit.pk)

    return everything
