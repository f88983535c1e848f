"""Hints about authorship: found in the background, kept beside the submission, never a rating."""

from datetime import timedelta
from random import Random

import pytest
from django.core.management import call_command

from accounts.roles import Role
from applicants.flow import Stage
from portfolios import checking, evidence, handing_in, quoting
from portfolios.beat import compare
from portfolios.likeness import comparing
from portfolios.likeness.records import Comparison, Fingerprint, Likeness
from portfolios.likeness.stock import Stock
from portfolios.models import AuditResult, Finding
from tests import make
from tests.portfolios.files import upload

pytestmark = pytest.mark.django_db
Kind = Likeness.Kind
LIFTED = (
    "On the third evening we walked to the harbour, and Kofi told me without any hurry why he had "
    "stopped writing to his father. I kept quiet until the ferry came."
)


def babble(seed, **planted):
    """Forty words on each statement that nobody else would choose, but for what is planted."""

    def say(wanted):
        dice = Random(f"{seed}{wanted.statement.code}{wanted.facet}")
        own = " ".join(f"w{dice.randrange(10**6)}" for _ in range(40))
        return f"{own} {planted.get(wanted.statement.code.replace('.', '_'), '')}".strip()

    return say


@pytest.fixture
def handed(cast):
    """Somebody hands in a portfolio in which certain entries say certain things."""

    def hand_in(who, at=make.NOON, files=(), texts=(), slug="current-concepts", **planted):
        walk = make.walk(cast, to=Stage.PORTFOLIO, slug=slug, by=who, at=at)
        walk.write(babble(who.pk, **planted))
        for code, name, content in files:
            wanted = walk.case.asked().get(statement__code=code)
            evidence.add_file(
                walk.case.portfolio,
                upload=upload(name, content),
                requirement=wanted,
                by=who,
                at=walk.at,
            )
        for code, title, text in texts:
            quoting.add_text(
                walk.case.portfolio,
                title=title,
                text=text,
                requirement=walk.case.asked().get(statement__code=code),
                by=who,
                at=walk.at,
            )
        checking.check_due(walk.at)
        walk.hand_in()
        return walk

    return hand_in


def hints(walk):
    rows = Likeness.objects.filter(submission__portfolio__application=walk.case)
    return sorted((row.code, row.kind, row.words) for row in rows)


def test_what_stands_in_an_earlier_submission_is_hinted_at_in_the_later_one(handed, ada, eve, at):
    first, second = handed(ada, M1_1=LIFTED), handed(eve, M5_2=f"So. {LIFTED} Yes.")

    compare()

    assert (hints(first), hints(second)) == ([], [("M5.2", Kind.OTHER, 31)])
    hint = Likeness.objects.get()
    text = second.case.portfolio.submissions.get().snapshot["entries"][33]["text"]
    [passage] = hint.passages
    assert text[passage["start"] : passage["end"]] == LIFTED.rstrip(".")
    assert "text" not in passage  # of other people it keeps the place alone
    assert Finding.objects.count() == 0


def test_the_applicants_own_earlier_work_is_told_apart(handed, ada):
    walk = handed(ada, M1_1=LIFTED, M2_1=LIFTED)

    compare()

    assert hints(walk) == [("M2.1", Kind.OWN, 31)]


def test_public_texts_are_named_and_one_s_own_statement_is_not(handed, ada, eve):
    statement = {
        r.statement.code: r.statement for r in make.tier("current-concepts").requirements.all()
    }
    words = max((s for s in statement.values()), key=lambda s: len(s.concept_prompt))
    prompt = f"{words.concept_prompt} {words.action} {words.outcome}"
    here = words.code.replace(".", "_")
    elsewhere = "M1_1" if here != "M1_1" else "M1_2"
    handed(ada, **{here: prompt})
    second = handed(eve, **{here: prompt, elsewhere: prompt})

    compare()

    assert {(code, kind) for code, kind, _words in hints(second)} == {
        (elsewhere.replace("_", "."), Kind.PUBLIC)
    }
    said = Likeness.objects.filter(source=Likeness.Source.PROMPT)
    assert {row.name for row in said} == {words.code}
    assert words.concept_prompt.startswith(said[0].passages[0]["text"][:40])


def test_quotation_marks_are_respected(handed, ada, eve):
    handed(ada, M1_1=LIFTED)
    second = handed(eve, M1_1=f"Ada says: “{LIFTED}”")

    compare()

    assert hints(second) == [("M1.1", Kind.OTHER, 0)]
    assert Likeness.objects.get().passages[0]["quoted"] is True


def test_the_same_text_of_somebody_else_is_hinted_at_like_a_file(handed, ada, eve):
    handed(ada, texts=[("M1.1", "Feedback", "She listened."), ("M1.2", "A note", "Mine.")])
    second = handed(eve, texts=[("M3.1", "My feedback", "She listened.")])

    compare()

    assert hints(second) == [("M3.1", "file", 0)]


def test_the_same_file_of_somebody_else_is_hinted_at(handed, ada, eve):
    handed(ada, files=[("M1.1", "agreement.txt", b"One agreement"), ("M1.2", "b.txt", b"Other")])
    second = handed(eve, files=[("M3.1", "mine.txt", b"One agreement"), ("M3.2", "c.txt", b"New")])

    compare()

    assert hints(second) == [("M3.1", Kind.FILE, 0)]
    assert Likeness.objects.get().name == "mine.txt"


def test_a_revised_entry_is_not_compared_with_its_own_earlier_round(cast, handed, ada):
    walk = handed(ada, M1_1=LIFTED)
    walk.assign(Role.AUDITOR, cast.aud)
    walk.find(1, only="M1.1")
    walk.close_audit(AuditResult.REVISE)
    walk.write(lambda _wanted: f"{LIFTED} And more.")
    walk.hand_in()

    compare()

    assert hints(walk) == []
    second = walk.case.portfolio.submissions.last()
    assert Fingerprint.objects.filter(submission=second).values("place").distinct().count() == 1


def test_own_work_of_another_case_is_hinted_at_when_it_renews(cast, ada):
    earned = make.certified(cast)
    renewal = make.walk(
        cast, to=Stage.PORTFOLIO, at=earned.at + timedelta(days=650), renews=earned.certificate
    )
    renewal.portfolio()

    compare_everything()

    kinds = {kind for _code, kind, _words in hints(renewal)}
    assert kinds == {Kind.OWN}


def compare_everything():
    call_command("compare", verbosity=0)


def test_comparing_twice_changes_nothing_and_again_computes_the_same(handed, ada, eve):
    handed(ada, M1_1=LIFTED)
    second = handed(eve, M1_1=LIFTED)

    def state():
        rows = Fingerprint.objects.order_by("pk").values_list("mark", "submission", "place")
        return list(rows), hints(second)

    assert compare() == 4
    before = state()
    assert compare() == 0
    call_command("compare", "--again", verbosity=0)

    assert state() == before
    assert before[1] == [("M1.1", Kind.OTHER, 31)]


def test_nothing_is_compared_before_what_came_earlier_is_marked(handed, ada, eve, at):
    first, second = handed(ada, M1_1=LIFTED), handed(eve, M1_1=LIFTED)
    row = Comparison.objects.get(submission__portfolio__application=first.case)
    Comparison.objects.filter(pk=row.pk).update(leased_until=at + timedelta(minutes=5))

    comparing.compare_due(at)
    assert Comparison.objects.exclude(compared_at=None).count() == 0

    comparing.compare_due(at + timedelta(minutes=6))
    assert hints(second) == [("M1.1", Kind.OTHER, 31)]


def test_what_cannot_be_compared_is_tried_five_times_and_holds_nobody_up(handed, ada, eve, at):
    first, second = handed(ada), handed(eve)
    broken = first.case.portfolio.submissions.get()
    broken.snapshot = {"entries": [{"state": "ready"}]}
    broken.save()

    for n in range(8):
        comparing.compare_due(at + n * comparing.LEASE * 2)

    failed = Comparison.objects.get(submission=broken)
    assert (failed.attempts, failed.marked_at) == (5, None)
    assert "text" in failed.last_error
    done = Comparison.objects.get(submission__portfolio__application=second.case)
    assert done.compared_at is not None


def test_the_public_texts_are_the_frameworks_and_the_pages():
    sources = {public.source for public, _text in Stock().texts}

    assert sources == set(Likeness.Source)


def test_handing_in_owes_a_comparison(handed, ada):
    walk = handed(ada)

    row = Comparison.objects.get()
    assert row.submission == walk.case.portfolio.submissions.get()
    assert (row.marked_at, row.compared_at) == (None, None)
    assert handing_in.Submission.objects.count() == 1
