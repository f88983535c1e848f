"""Two rounds: what came back is answered and revised, the auditor sees what changed, and what was
handed in stays as it was."""

import hashlib
import json
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from portfolios import checking, evidence, writing
from portfolios.models import AuditResult, EntryState
from portfolios.rounds import difference
from tests import make
from tests.portfolios import files
from tests.portfolios.conftest import TEXT

pytestmark = pytest.mark.django_db
ANSWER = "I added what came of it, in the last sentence."


def url(name, *args):
    return reverse(f"portfolios:{name}", args=args)


@pytest.fixture
def sent_back(handed_in):
    """M1.1 came back with a comment; the other 71 entries are accepted."""
    handed_in.find(1, only="M1.1")
    handed_in.close_audit(AuditResult.REVISE)
    return handed_in


@pytest.fixture
def revise(sent_back, ada):
    def entry(text="M1.1 concept. New words.", answer=ANSWER, ready=True):
        portfolio = sent_back.case.portfolio
        stored = portfolio.entries.get(statement__code="M1.1")
        return writing.save_entry(
            portfolio,
            sent_back.case.asked().get(statement__code="M1.1"),
            text=text,
            language="en",
            ready=ready,
            revision=stored.revision,
            answer=answer,
            by=ada,
            at=sent_back.at,
        )

    return entry


@pytest.fixture
def second_round(sent_back, revise, aud):
    revise()
    sent_back.hand_in()
    return sent_back


# --- Answering -----------------------------------------------------------------------------------


def test_an_answer_is_kept_beside_the_comment_and_frozen_with_the_entry(second_round):
    [row] = [
        row
        for row in second_round.case.portfolio.submissions.last().snapshot["entries"]
        if row["code"] == "M1.1"
    ]

    assert (row["asked"], row["answer"]) == ("Say what came of it.", ANSWER)


def test_saving_without_an_answer_leaves_it_as_it_was(revise):
    revise()

    assert revise("Other words.", answer=None).answer == ANSWER


def test_an_answer_alone_is_a_change_worth_keeping(revise):
    first = revise(answer="")

    assert revise(first.text, answer="Now I answer.").revision == first.revision + 1


def test_a_new_comment_waits_for_a_new_answer(second_round, ada):
    second_round.find(1, only="M1.1")
    second_round.close_audit(AuditResult.REVISE)

    entry = second_round.case.portfolio.entries.get(statement__code="M1.1")
    assert (entry.state, entry.advice, entry.answer) == (
        EntryState.TO_IMPROVE,
        "Say what came of it.",
        "",
    )


def test_accepted_entries_stay_accepted(second_round, ada):
    entry = second_round.case.portfolio.entries.get(statement__code="M1.2")

    assert entry.state == EntryState.ACCEPTED
    assert entry.text == make.in_few_words(second_round.case.asked().get(statement__code="M1.2"))


def test_the_page_asks_for_an_answer_only_where_there_is_a_comment(browse, sent_back, ada):
    browser, pk = browse(ada), sent_back.case.pk

    asked = browser.get(url("entry", pk, "M1.1", "concept")).text
    assert "Say what came of it." in asked
    assert 'name="answer"' in asked
    assert 'name="answer"' not in browser.get(url("entry", pk, "M1.2", "concept")).text


def test_the_page_keeps_the_answer(browse, sent_back, ada):
    entry = sent_back.case.portfolio.entries.get(statement__code="M1.1")
    sent = {"text": TEXT, "language": "en", "revision": entry.revision, "answer": ANSWER}

    browse(ada).post(url("entry", sent_back.case.pk, "M1.1", "concept"), sent)

    entry.refresh_from_db()
    assert (entry.text, entry.answer) == (TEXT, ANSWER)


def test_sending_names_the_comments_without_an_answer_and_waits_for_none(browse, revise, ada):
    entry = revise(answer="")
    page = url("send", entry.portfolio.application_id)

    assert "without a word to the comment" in browse(ada).get(page).text
    revise(entry.text, answer=ANSWER)
    assert "without a word to the comment" not in browse(ada).get(page).text


@pytest.mark.parametrize(("later", "late"), [(0, False), (1, True)])
def test_a_date_that_has_passed_is_said_kindly(browse, sent_back, ada, later, late):
    noon = datetime.combine(sent_back.case.due_on, time(16), UTC) + timedelta(days=later)

    with time_machine.travel(noon, tick=False):
        page = browse(ada).get(url("workspace", sent_back.case.pk)).text

    assert ("The day has passed" in page) is late


# --- What changed --------------------------------------------------------------------------------


def said(pieces):
    return [(piece.kind, piece.text) for piece in pieces]


def test_sentences_that_stayed_are_set_aside_and_the_rest_told_word_by_word():
    old = "I listened. Then we wrote a plan. It rained."
    new = "I listened. Then we wrote a short plan. It rained."

    assert said(difference(old, new)) == [
        ("same", "I listened. "),
        ("same", "Then we wrote a "),
        ("new", "short "),
        ("same", "plan. "),
        ("same", "It rained."),
    ]


def test_long_texts_are_compared_in_a_bounded_time():
    old = ". ".join(f"word{n} and more" for n in range(3000))

    pieces = difference(old, old.replace("and", "or"))

    assert [piece.kind for piece in pieces] == ["gone", "new"]


def test_the_desk_shows_answer_change_and_earlier_comment(browse, second_round, aud):
    browser, pk = browse(aud), second_round.case.pk
    browser.post(url("begin_audit", pk))

    page = browser.get(url("finding", pk, "M1.1", "concept")).text

    assert ANSWER in page
    assert "What changed, word by word" in page
    assert "<ins>" in page
    assert "Earlier rounds" in page
    settled = browser.get(url("finding", pk, "M1.2", "concept")).text
    assert "Not a word of the text has changed." in settled


# --- What was handed in --------------------------------------------------------------------------


def digest(submission):
    content = json.dumps(
        submission.snapshot, sort_keys=True, ensure_ascii=True, separators=(",", ":")
    )
    return hashlib.sha256(content.encode()).hexdigest()


def test_nothing_that_happens_later_changes_what_was_handed_in(cast, ada, walk, portfolio):
    wanted = walk.case.asked()[0]
    kept, _new = evidence.add_file(
        portfolio, upload=files.upload("a.txt", b"One"), requirement=wanted, by=ada, at=walk.at
    )
    checking.check_due(walk.at)
    walk.write()
    walk.hand_in()
    first = portfolio.submissions.get()
    before = (first.snapshot, first.declaration, first.sha256)
    walk.assign(Role.AUDITOR, cast.aud)
    walk.find(1, only="M1.1")
    walk.close_audit(AuditResult.REVISE)

    evidence.unlink(kept, portfolio.entries.get(statement=wanted.statement), by=ada, at=walk.at)
    walk.write(lambda _wanted: "Quite other words.")
    ada.full_name = "Ada Renamed"
    ada.save()
    walk.hand_in()

    first.refresh_from_db()
    assert (first.snapshot, first.declaration, first.sha256) == before
    assert digest(first) == first.sha256
    assert first.snapshot["entries"][0]["evidence"][0]["sha256"] == kept.sha256
    with pytest.raises(writing.NotNow):
        evidence.remove(kept, by=ada, at=walk.at)


def test_one_reads_what_one_sent_as_it_was(browse, second_round, ada):
    browser, pk = browse(ada), second_round.case.pk
    browser.get(url("workspace", pk))

    with CaptureQueriesContext(connection) as queries:
        first = browser.get(url("submission", pk, 1)).text

    assert "New words." not in first
    assert make.WORDS[:40] in first
    assert "You have sent a newer one since." in first
    second = browser.get(url("submission", pk, 2)).text
    assert "New words." in second
    assert ANSWER in second
    tables = " ".join(query["sql"] for query in queries)
    assert "portfolios_entry" not in tables
    assert "frameworks_statement" not in tables


def test_a_submission_that_was_never_sent_is_not_there(browse, handed_in, ada, aud):
    pk = handed_in.case.pk

    assert browse(ada).get(url("submission", pk, 2)).status_code == 404
    assert browse(aud).get(url("submission", pk, 1)).status_code == 404
