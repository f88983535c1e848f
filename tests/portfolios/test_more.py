"""Renewals, carried work, letters that are seldom written, and the pages around them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.roles import Role
from applicants.flow import Stage
from applicants.models import Outcome
from notices.letters import Obsolete
from notices.models import Message
from notices.services import compose
from portfolios import auditing, grounds, verbal, writing
from portfolios.models import Audit, AuditResult, Evidence, VerbalAudit
from tests import make
from tests.portfolios import files

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portfolios:{name}", args=args)


def test_renewal_rests_on_one_practice_an_area(cast):
    earned = make.certified(cast)
    at = earned.at + timedelta(days=600)
    walk = make.walk(cast, to=Stage.AUDIT, at=at, renews=earned.certificate)

    walk.audit()

    assert grounds.portfolio_audited(walk.case, make.NOON).passed is True
    area = Audit.objects.get(application=walk.case).findings.filter(statement__code="M3.1")
    area.update(mastery=1, comment="Too thin.")
    assert grounds.portfolio_audited(walk.case, make.NOON).why == "Not found to be met: M3"


def test_carried_concepts_count_without_a_finding(cast):
    earned = make.certified(cast, "current-concepts")
    walk = make.walk(cast, to=Stage.AUDIT, at=earned.at + timedelta(days=30))

    walk.audit()

    assert Audit.objects.get(application=walk.case).findings.count() == 72
    assert grounds.portfolio_audited(walk.case, make.NOON).passed is True


def test_finding_below_met_blocks_the_grant(audit, judge, handed_in, aud):
    judge()
    audit.findings.filter(statement__code="M1.1").update(mastery=0, comment="No.")
    Audit.objects.update(closed_at=handed_in.at, result=AuditResult.PASS)

    why = grounds.portfolio_audited(handed_in.case, make.NOON).why
    assert why == "Not found to be met: M1.1 concept"


def test_reminder_counts_what_is_ready_and_names_the_next(portfolio, save):
    save("M1.1", ready=True)
    portfolio.refresh_from_db()
    writing.remind_idle(portfolio.touched_at + timedelta(days=30))
    message = Message.objects.get(kind="portfolio_reminder")

    assert "1 of 72 entries ready" in compose(message).body
    assert "M1.2 " in compose(message).body


def test_reminder_is_dropped_when_somebody_goes_on(portfolio, save, walk):
    writing.remind_idle(portfolio.touched_at + timedelta(days=30))
    save("M1.1", at=walk.at + timedelta(days=30))

    with pytest.raises(Obsolete):
        compose(Message.objects.get(kind="portfolio_reminder"))


def test_not_passed_is_told_with_the_decision(audit, judge, handed_in, aud):
    judge(M1_1={"authorship": 0})
    audit.application.rounds = 1
    type(handed_in.case).objects.update(rounds=1)
    handed_in.case.refresh_from_db()
    auditing.close(audit, result=AuditResult.NOT_PASS, comment="Copied.", by=aud, at=handed_in.at)

    assert not Message.objects.filter(kind="audit_not_passed").exists()
    handed_in.case.refresh_from_db()
    handed_in.decision(Outcome.DECLINE)

    decided = Message.objects.get(kind="audit_not_passed")
    until = date_format(handed_in.decided.appeal_until)
    assert f"you can appeal until {until}" in compose(decided).body


def test_links_are_added_refused_and_removed(browse, portfolio, case, ada):
    browser = browse(ada)
    browser.post(url("add_link", case.pk), {"url": "https://example.org/talk", "title": ""})
    refused = browser.post(
        url("add_link", case.pk), {"url": "javascript:alert(1)", "title": ""}, follow=True
    )
    empty = browser.post(url("add_link", case.pk), {"url": ""}, follow=True)
    link = Evidence.objects.get()

    assert (link.title, link.url) == ("example.org/talk", "https://example.org/talk")
    assert "begins with https://" in refused.text
    assert "begins with https://" in empty.text
    assert browser.get(url("download", link.pk)).status_code == 404
    browser.post(url("remove", link.pk))
    assert Evidence.objects.count() == 0


def test_link_and_file_come_with_an_entry(browse, portfolio, case, ada):
    browse(ada).post(
        url("entry", case.pk, "M1.1", "concept"),
        {
            "text": "",
            "language": "en",
            "revision": 0,
            "then": "attach",
            "url": "https://example.org/talk",
            "files": files.upload("a.txt", b"a"),
        },
    )

    shown = [[e.statement.code for e in piece.entries.all()] for piece in Evidence.objects.all()]
    assert shown == [["M1.1"], ["M1.1"]]


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.AUDIT, "Your portfolio is with the auditor"),
        (Stage.VERIFICATION, "Your portfolio has passed the audit"),
        (Stage.CERTIFIED, "This portfolio is closed"),
    ],
)
def test_workspace_says_whose_turn_it_is(browse, cast, stage, words):
    walk = make.walk(cast, to=stage)

    assert words in browse(cast.ada).get(url("workspace", walk.case.pk)).text


def test_verbal_audit_is_booked_on_its_page(browse, cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition", at=timezone.now())
    walk.assign(Role.AUDITOR, cast.aud)
    slot = verbal.verbal_slots(walk.case, at=timezone.now() + timedelta(days=2))[0]

    said = {"slot": slot.value, "host": cast.aud.pk, "how": "video", "support": "captions"}
    browse(cast.ada).post(url("book_verbal", walk.case.pk), {**said, "confirm": "1"})

    meeting = VerbalAudit.objects.get().meeting
    assert (meeting.host, meeting.starts_at) == (cast.aud, slot.starts_at)
    assert meeting.support == {"captions": ""}
    again = browse(cast.ada).get(url("book_verbal", walk.case.pk))
    assert again.url == reverse("meetings:manage", args=[meeting.pk])
