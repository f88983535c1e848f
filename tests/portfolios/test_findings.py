"""Findings that say why they are missing, and two windows of one auditor."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from applicants.flow import Stage
from applicants.reminders import remind_of_due_dates
from imc_portal.case_facts import facts_of
from meetings.models import MeetingOutcome
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose
from portfolios import auditing, desk, seconds, verbal
from portfolios.models import AuditResult, EntryState, Finding
from portfolios.panels import SecondAudit
from tests import make

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}
MET = {"relevance": 2, "authorship": 2, "mastery": 2}


@pytest.fixture
def save(audit, aud, handed_in):
    def finding(code="M1.1", **options):
        asked = handed_in.case.asked().get(statement__code=code, facet="concept")
        given = {**MET, "comment": "", "by": aud, "at": handed_in.at, **options}
        return auditing.save_finding(audit, asked, **given)

    return finding


def test_what_is_not_assessed_has_no_marks_and_is_done(save, audit):
    finding = save(not_assessed="The file does not open.", comment="")

    assert (finding.marks, finding.is_complete, finding.is_met) == ((None,) * 3, True, False)
    assert (finding.in_words, finding.advice) == ("Not assessed", "The file does not open.")
    item = next(i for i in desk.items(audit) if i.code == "M1.1")
    assert (item.state, item.label) == ("back", "not assessed")


def test_what_is_not_assessed_goes_back_with_its_reason(save, audit, judge, handed_in, aud):
    judge()
    save(not_assessed="The file does not open.")
    sums = desk.arithmetic(audit)
    assert (sums.result, len(sums.not_assessed)) == (AuditResult.REVISE, 1)

    auditing.close(audit, result=sums.result, comment="Nearly.", by=aud, at=handed_in.at)

    back = handed_in.case.portfolio.entries.get(state=EntryState.TO_IMPROVE)
    assert back.advice == "The file does not open."


def test_what_is_not_assessed_fails_nobody_in_the_last_round(save, audit, judge):
    judge()
    save(not_assessed="The file does not open.")
    audit.application.rounds = 2

    sums = desk.arithmetic(audit)

    assert sums.result is None
    assert sums.sentence.startswith("1 entry is not assessed, and no round is left")


def test_the_database_keeps_marks_and_reasons_apart(save):
    save()

    with pytest.raises(Exception, match="finding_assessed_or_says_why_not"):
        Finding.objects.update(not_assessed="Because.")


def test_a_window_that_has_read_less_overwrites_nothing(save):
    save(revision=0)
    save(mastery=1, comment="Thin.", revision=1)

    with pytest.raises(auditing.Conflict) as conflict:
        save(mastery=0, comment="No.", revision=1)

    assert conflict.value.stored.in_words == "Met, met, partly met"
    assert Finding.objects.get().revision == 2
    assert (
        save(mastery=1, comment="Thin.", revision=1).revision == 2
    )  # the same again is no quarrel


@pytest.fixture
def post(browse, audit, handed_in, aud):
    page = reverse("portfolios:finding", args=[handed_in.case.pk, "M1.1", "concept"])

    def answer(headers=None, **data):
        return browse(aud).post(page, {"comment": "", **data}, headers=headers or {})

    return answer


def test_autosave_tells_the_revision_and_what_another_window_stored(post):
    first = post(AUTOSAVE, relevance="2", revision="0")
    other = post(AUTOSAVE, relevance="1", comment="Thin.", revision="0")

    assert (first.status_code, first.json()["revision"]) == (200, 1)
    assert (other.status_code, other.json()["revision"]) == (409, 1)
    assert other.json()["values"] == {
        "relevance": "2",
        "authorship": "",
        "mastery": "",
        "comment": "",
        "not_assessed": "",
    }
    assert other.json()["stored"] == "Met, –, –. "


def test_without_script_the_form_keeps_what_was_chosen_and_tells_the_other(post):
    post(relevance="2", authorship="2", mastery="2", revision="0")

    page = post(relevance="1", authorship="2", mastery="2", comment="Thin here.", revision="0")

    text = page.content.decode()
    assert "Met, met, met." in text
    assert "Thin here." in text
    assert 'name="revision" value="1"' in text


def test_a_reason_is_enough_without_levels(post):
    answer = post(not_assessed="The file does not open.", revision="0")

    assert (answer.status_code, Finding.objects.get().not_assessed) == (
        302,
        "The file does not open.",
    )


# --- On the desk of two ---------------------------------------------------------------------------


def test_the_auditor_asks_on_the_desk_and_it_says_so_afterwards(browse, audit, handed_in, aud):
    browser, pk = browse(aud), handed_in.case.pk
    page = reverse("portfolios:desk", args=[pk])
    assert "Ask for a second auditor" in browser.get(page).content.decode()

    answer = browser.post(reverse("portfolios:ask_second", args=[pk]))

    assert (answer.url, SecondAudit.objects.count()) == (page, 1)
    text = browser.get(page).content.decode()
    assert ("Ask for a second auditor" in text, "Another auditor reads" in text) == (False, True)


def test_the_desks_of_two_who_differ(browse, audit, judge, handed_in, cast, aud):
    bea, cleo = (make.person(name, Role.AUDITOR) for name in ("bea", "cleo"))
    seconds.ask(handed_in.case, by=aud, at=handed_in.at)
    handed_in.assign(Role.SECOND_AUDITOR, bea)
    judge(M1_1={"mastery": 1})
    pk = handed_in.case.pk
    done = browse(aud).post(
        reverse("portfolios:close", args=[pk]),
        {"result": "revise", "comment": "Read."},
        follow=True,
    )
    assert "Your findings are final." in done.content.decode()
    assert (
        "You finished on" in browse(aud).get(reverse("portfolios:desk", args=[pk])).content.decode()
    )
    other = auditing.open_audit(handed_in.case, by=bea, at=handed_in.at)
    for asked in auditing.to_find(other):
        auditing.save_finding(other, asked, **MET, comment="", by=bea, at=handed_in.at)
    auditing.close(other, result=AuditResult.PASS, comment="Read.", by=bea, at=handed_in.at)
    handed_in.assign(Role.THIRD_AUDITOR, cleo)

    browser = browse(cleo)
    browser.post(reverse("portfolios:begin_audit", args=[pk]))

    desk_page = browser.get(reverse("portfolios:desk", args=[pk])).content.decode()
    disputed = browser.get(reverse("portfolios:finding", args=[pk, "M1.1", "concept"]))
    agreed = browser.get(reverse("portfolios:finding", args=[pk, "M1.2", "concept"]))
    assert "differ on the entries that are open below" in desk_page
    assert "Say what came of it." in disputed.content.decode()
    assert "Aud Example" not in disputed.content.decode()
    assert "Both auditors agree" in agreed.content.decode()


# --- The verbal audit goes on ---------------------------------------------------------------------


@pytest.fixture
def spoken(cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition")
    walk.assign(Role.AUDITOR, cast.aud)
    book(walk)
    return walk


def book(walk):
    slot = verbal.verbal_slots(walk.case, at=walk.at)[0]
    verbal.book_verbal(
        walk.case,
        starts_at=slot.starts_at,
        how="video",
        support_needs="",
        by=walk.case.applicant,
        at=walk.at,
    )
    walk.at = slot.starts_at


def test_a_conversation_goes_on_in_another_meeting(spoken, aud):
    audit = auditing.open_audit(spoken.case, by=aud, at=spoken.at)
    asked = auditing.to_find(audit)
    auditing.save_finding(audit, asked[0], **MET, comment="", by=aud, at=spoken.at)

    verbal.go_on_later(audit, by=aud, at=spoken.at + timedelta(minutes=55))

    letter = Message.objects.get(kind="meeting_interrupted")
    assert "32 answers are left." in compose(letter).body
    assert facts_of(spoken.case).meeting is None
    spoken.at += timedelta(hours=1)
    book(spoken)
    with pytest.raises(Obsolete):
        compose(letter)
    for wanted in asked[1:]:
        auditing.save_finding(audit, wanted, **MET, comment="", by=aud, at=spoken.at)
    verbal.close_verbal(audit, result=AuditResult.PASS, comment="Good.", by=aud, at=spoken.at)
    spoken.case.refresh_from_db()
    assert spoken.case.stage == Stage.DECISION


def test_there_is_nothing_to_break_off_before_the_meeting(spoken, aud):
    audit = auditing.open_audit(spoken.case, by=aud, at=spoken.at)

    with pytest.raises(verbal.NotFinished):
        verbal.go_on_later(audit, by=aud, at=spoken.at - timedelta(hours=2))


def test_the_button_says_what_happened(browse, spoken, aud, time_machine):
    audit = auditing.open_audit(spoken.case, by=aud, at=spoken.at)
    page = reverse("portfolios:later", args=[spoken.case.pk])
    time_machine.move_to(spoken.at + timedelta(minutes=30))
    browser = browse(aud)
    held = browser.post(page, follow=True)
    again = browser.post(page, follow=True)

    assert "The applicant can book the rest." in held.content.decode()
    assert "No meeting is going on" in again.content.decode()
    assert audit.application.verbal_audits.get().meeting.outcome == MeetingOutcome.PARTLY


# --- Dates ----------------------------------------------------------------------------------------


def test_both_auditors_are_reminded_until_they_are_final(audit, judge, handed_in, cast, aud):
    bea = make.person("bea", Role.AUDITOR)
    seconds.ask(handed_in.case, by=aud, at=handed_in.at)
    handed_in.assign(Role.SECOND_AUDITOR, bea)
    judge()
    auditing.close(audit, result=AuditResult.PASS, comment="Read.", by=aud, at=handed_in.at)

    remind_of_due_dates(handed_in.at + timedelta(days=12))

    assert list(Message.objects.filter(kind="due_soon").values_list("to__called", flat=True)) == [
        "Bea"
    ]


def test_a_week_late_comes_before_the_administrators(handed_in, noor):
    late = handed_in.at + timedelta(days=14 + 8)

    remind_of_due_dates(late)
    remind_of_due_dates(late)

    letter = Message.objects.get(kind="due_escalated")
    assert (letter.to, "Audit is a week late" in compose(letter).subject) == (noor, True)
