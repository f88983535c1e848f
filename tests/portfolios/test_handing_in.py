"""Handing in: what is missing, what is frozen, who learns of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from applicants.flow import Stage
from notices.models import Message
from portfolios import checking, handing_in, log, writing
from portfolios import evidence as keeping
from portfolios.models import Submission
from tests import make
from tests.portfolios import files
from trail.models import Event

pytestmark = pytest.mark.django_db


def test_missing_names_each_entry_with_its_page(portfolio, save, case):
    save("M1.1", ready=True)
    save("M1.2")

    gaps = handing_in.missing(portfolio)

    assert len(gaps) == 71
    assert (gaps[0].text, gaps[0].group) == ("M1.2 concept: draft", "M1 Keep growing as a mentor")
    assert gaps[0].url == reverse("portfolios:entry", args=[case.pk, "M1.2", "concept"])
    assert gaps[1].text == "M1.3 concept: nothing yet"


def test_incomplete_portfolio_is_not_sent(portfolio, ada, walk, declaration):
    with pytest.raises(handing_in.Incomplete) as caught:
        handing_in.hand_in(portfolio, declaration=declaration, by=ada, at=walk.at)

    assert len(caught.value.missing) == 72
    assert Submission.objects.count() == 0
    walk.case.refresh_from_db()
    assert walk.case.stage == Stage.PORTFOLIO


def test_practice_asks_for_a_log_of_its_hours(cast):
    walk = make.walk(cast, to=Stage.PORTFOLIO)
    portfolio = writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)

    short = [gap.text for gap in handing_in.missing(portfolio) if not gap.group]

    assert short == [f"Mentoring log: 0.0 of {walk.case.tier.log_hours} hours"]
    walk.fill_log(hours=60)
    assert [gap for gap in handing_in.missing(portfolio) if not gap.group] == []


def test_unsigned_plan_is_missing(portfolio, case):
    case.plan.signed_by_applicant_at = None
    case.plan.save()
    portfolio.refresh_from_db()

    others = [gap for gap in handing_in.missing(portfolio) if not gap.group]

    assert [gap.url for gap in others] == [reverse("applicants:plan", args=[case.pk])]


@pytest.mark.parametrize("unsaid", ["own_words", "conduct"])
def test_nothing_is_sent_without_the_confirmations(walk, ada, unsaid):
    walk.write()
    said = {"own_words": True, "conduct": True, unsaid: False}

    with pytest.raises(handing_in.NotDeclared):
        handing_in.hand_in(
            walk.case.portfolio,
            declaration=handing_in.Declaration(**said),
            by=ada,
            at=walk.at,
        )

    assert Submission.objects.count() == 0


def test_submission_freezes_words_files_and_log(walk, portfolio, asked, ada, declaration):
    kept, _new = keeping.add_file(
        portfolio,
        upload=files.upload("diary.txt", b"one day"),
        requirement=asked["M1.1"],
        by=ada,
        at=walk.at,
    )
    entry = portfolio.entries.get()
    writing.save_entry(
        portfolio,
        asked["M1.1"],
        text="Words of that day.",
        language="en",
        ready=True,
        revision=entry.revision,
        by=ada,
        at=walk.at,
    )
    walk.write()
    checking.check_due(walk.at)

    submission = handing_in.hand_in(portfolio, declaration=declaration, by=ada, at=walk.at)

    first = submission.snapshot["entries"][0]
    assert (submission.number, len(submission.snapshot["entries"])) == (1, 72)
    assert (first["code"], first["text"], first["language"]) == (
        "M1.1",
        "Words of that day.",
        "en",
    )
    assert first["action"] == asked["M1.1"].statement.action
    assert [(e["title"], e["sha256"]) for e in first["evidence"]] == [("diary.txt", kept.sha256)]
    assert submission.snapshot["log"]["mentoring"] == log.totals(ada).mentoring
    assert submission.declaration["tools"] == "A spelling checker"
    assert len(submission.sha256) == 64


def test_handing_in_moves_the_case_and_writes_to_the_applicant(walk, ada):
    walk.portfolio()

    last = Event.objects.last()
    assert (walk.case.stage, last.verb, last.after) == (Stage.AUDIT, "complete", "audit")
    assert last.facts["submission"] == Submission.objects.get().pk
    kinds = Message.objects.filter(kind__in=["portfolio_received", "staff_task_assigned"])
    assert [(m.kind, m.to) for m in kinds] == [("portfolio_received", ada)]


def test_auditor_who_is_named_already_gets_the_task(walk, aud):
    walk.assign(Role.AUDITOR, aud)

    walk.portfolio()

    assert Message.objects.filter(kind="staff_task_assigned", to=aud).count() == 1


@pytest.fixture
def renewal(cast):
    earned = make.certified(cast)
    at = earned.at + timedelta(days=600)
    return make.walk(cast, to=Stage.PORTFOLIO, at=at, renews=earned.certificate)


def test_renewal_asks_for_one_practice_an_area_and_the_log_of_the_term(renewal, ada):
    portfolio = writing.open_portfolio(renewal.case, by=ada, at=renewal.at)

    assert [(r.statement.code, r.facet) for r in handing_in.wanted(portfolio)] == [
        (f"M{n}.1", "practice") for n in range(1, 10)
    ]
    gaps = handing_in.missing(portfolio)
    assert gaps[0].text == "one new practice entry, such as M1.1"
    assert [gap.text for gap in gaps if not gap.group] == [
        "Mentoring log: 0.0 of 24 hours",
        "Learning log: 0.0 of 20 hours",
        "Supervision or peer sessions: 0 of 4",
    ]


def test_renewal_is_handed_in_with_nine_entries(renewal):
    renewal.portfolio()

    submission = Submission.objects.latest("pk")
    assert (renewal.case.stage, len(submission.snapshot["entries"])) == (Stage.AUDIT, 9)


@pytest.mark.parametrize(
    ("alias", "warned"),
    [
        ("Anna Maria", True),
        ("with Ngọc Ánh", True),
        ("R.", False),
        ("R. K.", False),
        ("Anna", False),
        ("the new hire", False),
        ("", False),
    ],
)
def test_alias_that_looks_like_a_name_is_noticed(alias, warned):
    assert log.looks_like_a_full_name(alias) is warned
