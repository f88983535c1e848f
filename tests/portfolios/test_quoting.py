"""Texts and sessions of the log as evidence: once collected, shown everywhere, frozen when sent."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from portfolios import auditing, frozen, handing_in, log, quoting, seconds, writing
from portfolios import evidence as keeping
from portfolios.logbook import LogSession
from portfolios.models import AuditResult, Evidence, EvidenceKind
from tests import make

pytestmark = pytest.mark.django_db
QUOTED = "“She asked me what I wanted, and waited.” R., in June"


def url(name, *args):
    return reverse(f"portfolios:{name}", args=args)


def session(person, focus="Goals for the spring", **line):
    given = {
        "sort": "mentoring",
        "on": date(2030, 3, 4),
        "minutes": 75,
        "mode": "walking",
        "mentee_alias": "R.",
        "focus": focus,
        "reflection": "I talked too much.",
        "next_step": "Ask less.",
    }
    return log.add(**{**given, **line}, by=person)


@pytest.fixture
def quote(portfolio, ada, walk):
    def text(title="Feedback", words=QUOTED, **options):
        given = {"by": ada, "at": walk.at, **options}
        return quoting.add_text(portfolio, title=title, text=words, **given)

    return text


@pytest.fixture
def pick(portfolio, ada, walk):
    def sessions(*chosen, title="Three months with R.", **options):
        given = {"by": ada, "at": walk.at, **options}
        numbers = [line.pk for line in chosen]
        return quoting.add_sessions(portfolio, title=title, sessions=numbers, **given)

    return sessions


@pytest.fixture
def sent(walk, quote, pick, asked, ada, aud):
    """A text and two sessions, both shown with M1.1, the text with M1.2 too; on Aud's desk."""
    lines = [session(ada), session(ada, "A hard talk", minutes=30, sort="supervision")]
    text = quote(requirement=asked["M1.1"])
    keeping.link(text, asked["M1.2"], by=ada, at=walk.at)
    log_piece = pick(*lines, requirement=asked["M1.1"])
    walk.write()
    walk.hand_in()
    walk.assign(Role.AUDITOR, aud)
    return text, log_piece, lines


# --- Collecting -----------------------------------------------------------------------------------
def test_a_text_is_collected_once_and_shown_with_many(quote, asked, walk, ada):
    first = quote(" Feedback \u202e from R. ", requirement=asked["M1.1"])

    again = quote("The same words", requirement=asked["M1.2"])

    assert (again.pk, again.title, again.kind) == (first.pk, "Feedback from R.", EvidenceKind.TEXT)
    assert [e.statement.code for e in first.entries.all()] == ["M1.1", "M1.2"]


def test_sessions_are_collected_once_and_stay_in_the_log(pick, ada, asked):
    lines = [session(ada), session(ada, "A hard talk")]
    first = pick(*lines, requirement=asked["M1.1"])

    again = pick(*reversed(lines))
    other = pick(lines[0])

    assert (again.pk, other.pk != first.pk) == (first.pk, True)
    assert LogSession.objects.count() == 2
    log.change(lines[0], by=ada, focus="Goals, put right")
    assert [s.focus for s in frozen.as_it_is(other).sessions] == ["Goals, put right"]


@pytest.mark.parametrize(
    ("title", "text", "refusal"),
    [
        ("", "Words.", quoting.NoTitle),
        (" \u200b ", "Words.", quoting.NoTitle),
        ("Feedback", " \n ", quoting.NoWords),
        ("Feedback", "\0", quoting.NoWords),
        ("Feedback", "a" * (quoting.LONGEST + 1), writing.TooLong),
    ],
)
def test_a_text_that_shows_nothing_is_refused(quote, title, text, refusal):
    with pytest.raises(refusal):
        quote(title, text)

    assert Evidence.objects.count() == 0


def test_sessions_are_ones_own_and_not_endless(pick, ada, eve, settings, monkeypatch):
    with pytest.raises(quoting.NoSessions, match="Choose one session"):
        pick(session(eve))
    monkeypatch.setattr(quoting, "MOST", 1)
    with pytest.raises(quoting.NoSessions, match="more than 100"):
        pick(session(ada), session(ada, "Another"))

    assert Evidence.objects.count() == 0


def test_texts_and_sessions_count_as_pieces(quote, pick, ada, settings):
    settings.EVIDENCE_MOST = 1
    quote()

    with pytest.raises(keeping.TooMany):
        quote("Other", "Other words.")
    with pytest.raises(keeping.TooMany):
        pick(session(ada))


def test_nobody_else_collects_or_changes(quote, pick, ada, eve, walk):
    text, picked = quote(), pick(session(ada))

    with pytest.raises(writing.NotYours):
        quote("Other", "Other words.", by=eve)
    with pytest.raises(writing.NotYours):
        quoting.change_text(text, title="Mine", text="Mine.", by=eve, at=walk.at)
    with pytest.raises(writing.NotYours):
        quoting.change_sessions(picked, title="Mine", sessions=[1], by=eve, at=walk.at)


def test_until_it_is_sent_it_can_change_and_go(quote, pick, ada, walk):
    text, picked = quote(), pick(session(ada))
    other = session(ada, "Another")

    quoting.change_text(text, title="Feedback of June", text="Other words.", by=ada, at=walk.at)
    quoting.change_sessions(picked, title="One talk", sessions=[other.pk], by=ada, at=walk.at)

    text.refresh_from_db()
    assert (text.title, text.text) == ("Feedback of June", "Other words.")
    assert list(picked.sessions.all()) == [other]
    for piece in (text, picked):
        keeping.remove(piece, by=ada, at=walk.at)
    assert (Evidence.objects.count(), LogSession.objects.count()) == (0, 2)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "text"},
        {"kind": "text", "text": "a", "url": "https://example.org/"},
        {"kind": "sessions", "text": "a"},
        {"kind": "link", "url": "https://example.org/", "text": "a"},
        {"kind": "text", "text": "a", "state": "clean"},
        {"kind": "file", "text": "a"},
        {"kind": "other", "text": "a"},
    ],
)
def test_the_database_knows_the_kinds(portfolio, walk, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(portfolio=portfolio, title="x", added_at=walk.at, **fields)


# --- Handing in -----------------------------------------------------------------------------------
def test_what_is_gone_from_the_log_holds_the_portfolio_back(pick, asked, ada, portfolio):
    line = session(ada)
    pick(line, requirement=asked["M1.1"])
    pick(session(ada, "Kept"), title="Shown with nothing")
    log.delete(line, by=ada)

    words = [gap.text for gap in handing_in.missing(portfolio)]

    assert "“Three months with R.” has no sessions any more: they are gone from your log" in words
    assert [w for w in words if "Shown with nothing" in w] == []


def test_the_snapshot_holds_words_and_sessions_once(sent, portfolio):
    text, picked, _lines = sent
    submission = portfolio.submissions.get()

    shown = [row["evidence"] for row in submission.snapshot["entries"] if row["evidence"]]

    assert [[p["id"] for p in pieces] for pieces in shown] == [[text.pk, picked.pk], [text.pk]]
    assert json.dumps(submission.snapshot, ensure_ascii=False).count("and waited") == 1
    assert submission.snapshot["written"][str(picked.pk)]["sessions"][0] == {
        "on": "2030-03-04",
        "minutes": 30,
        "sort": "supervision",
        "mode": "walking",
        "mentee_alias": "R.",
        "focus": "A hard talk",
    }
    assert "I talked too much." not in json.dumps(submission.snapshot)


def test_what_was_handed_in_is_frozen_whatever_the_log_says_later(sent, portfolio, ada, walk):
    text, picked, lines = sent
    log.change(lines[0], by=ada, focus="Quite another talk")
    log.delete(lines[1], by=ada)

    with pytest.raises(writing.NotNow):
        quoting.change_text(text, title="New", text="New.", by=ada, at=walk.at)
    pieces = frozen.pieces_of(portfolio.submissions.get())

    assert [s.focus for s in pieces[picked.pk].sessions] == ["A hard talk", "Goals for the spring"]
    assert pieces[picked.pk].minutes == 105
    assert pieces[text.pk].codes == ("M1.1", "M1.2")


def test_in_a_second_round_it_stays_and_something_newer_stands_beside_it(
    sent, walk, ada, portfolio, asked
):
    text, picked, _lines = sent
    walk.find(1, only="M1.1")
    walk.close_audit(AuditResult.REVISE)

    for change in (
        lambda: quoting.change_text(text, title="New", text="New.", by=ada, at=walk.at),
        lambda: quoting.change_sessions(picked, title="New", sessions=[1], by=ada, at=walk.at),
        lambda: keeping.remove(text, by=ada, at=walk.at),
    ):
        with pytest.raises(keeping.HandedIn):
            change()
    newer = quoting.add_text(
        portfolio,
        title="Newer",
        text="In July, too.",
        requirement=asked["M1.1"],
        by=ada,
        at=walk.at,
    )
    walk.write()
    walk.hand_in()

    first, second = portfolio.submissions.all()
    assert newer.pk not in frozen.pieces_of(first)
    assert frozen.pieces_of(second)[newer.pk].text == "In July, too."


def test_a_submission_of_earlier_days_still_reads(sent, portfolio):
    submission = portfolio.submissions.get()
    row = submission.snapshot["entries"][0]
    del submission.snapshot["written"]
    row["evidence"] = [
        {"id": 10**6, "title": "a.pdf", "url": "", "size": 9, "sha256": "0" * 64},
        {"id": 10**6 + 1, "title": "Talk", "url": "https://example.org/", "size": 0, "sha256": ""},
    ]

    found = frozen.shown_with(row, frozen.pieces_of(submission))

    assert [piece.kind for piece in found] == ["file", "link"]


# --- Pages ----------------------------------------------------------------------------------------
def test_a_text_is_added_from_an_entry_and_comes_back_there(browse, case, portfolio, ada):
    browser = browse(ada)
    page = browser.get(url("add_text", case.pk), {"code": "M1.1", "facet": "concept"}).text
    assert "It will be shown with M1.1, concept." in page

    data = {"title": "Feedback", "text": QUOTED, "code": "M1.1", "facet": "concept"}
    answer = browser.post(url("add_text", case.pk), data, follow=True)

    assert answer.redirect_chain[-1][0].startswith(url("entry", case.pk, "M1.1", "concept"))
    assert "“Feedback” is kept." in answer.text
    assert [e.statement.code for e in Evidence.objects.get().entries.all()] == ["M1.1"]


def test_what_is_refused_stays_in_the_form(browse, case, portfolio, ada):
    long = "a" * (quoting.LONGEST + 1)

    page = browse(ada).post(url("add_text", case.pk), {"title": "Feedback", "text": long}).text

    assert "This is longer than 10,000 characters." in page
    assert long in page
    assert Evidence.objects.count() == 0


def test_sessions_are_picked_on_a_page_that_shows_ones_own_log(browse, case, portfolio, ada, eve):
    mine, foreign = session(ada), session(eve, "Somebody else’s secret")
    browser = browse(ada)
    page = browser.get(url("add_sessions", case.pk)).text
    assert "Goals for the spring" in page
    assert "secret" not in page

    refused = browser.post(
        url("add_sessions", case.pk), {"title": "Talks", "sessions": [foreign.pk, 10**30, "x"]}
    )
    browser.post(url("add_sessions", case.pk), {"title": "Talks", "sessions": [mine.pk]})

    assert refused.status_code == 200
    piece = Evidence.objects.get()
    assert list(piece.sessions.all()) == [mine]
    assert "1 session" in browser.get(url("workspace", case.pk)).text
    shown = browser.get(url("look", piece.pk)).text
    assert "Goals for the spring" in shown
    assert "I talked too much." not in shown


def test_a_piece_is_changed_on_its_page(browse, case, quote, pick, ada):
    text, lines = quote(), [session(ada), session(ada, "Another")]
    picked, browser = pick(lines[0]), browse(ada)

    assert QUOTED[:10] in browser.get(url("change_piece", text.pk)).text
    browser.post(url("change_piece", text.pk), {"title": "June", "text": "Words of June."})
    chosen = browser.get(url("change_piece", picked.pk)).text
    browser.post(
        url("change_piece", picked.pk), {"title": "Both", "sessions": [s.pk for s in lines]}
    )

    text.refresh_from_db()
    assert (text.title, picked.sessions.count()) == ("June", 2)
    assert f'value="{lines[0].pk}" checked' in chosen
    assert f'value="{lines[1].pk}" checked' not in chosen


def test_a_file_has_no_such_page(browse, add, ada):
    kept, _new = add("a.txt", b"a")

    assert browse(ada).get(url("change_piece", kept.pk)).status_code == 404


def test_what_was_sent_says_that_it_stays(browse, sent, case, ada):
    text, _picked, _lines = sent

    assert "so it stays" in browse(ada).get(url("change_piece", text.pk)).text
    assert "is not with you now" in browse(ada).get(url("add_text", case.pk)).text


def test_the_auditor_reads_them_beside_the_entry_as_they_were(browse, sent, case, ada, cast):
    text, picked, lines = sent
    log.change(lines[0], by=ada, focus="Quite another talk")
    browser = browse(cast.aud)
    browser.post(url("begin_audit", case.pk))

    desk = browser.get(url("desk", case.pk)).text
    with_both = browser.get(url("finding", case.pk, "M1.1", "concept")).text
    with_text = browser.get(url("finding", case.pk, "M1.2", "concept")).text
    pages = [browser.get(url("look", piece.pk)).text for piece in (text, picked)]

    for page in (desk, with_both, pages[1]):
        assert "Goals for the spring" in page
        assert "Quite another talk" not in page
        assert "I talked too much." not in page
    for page in (desk, with_both, with_text, pages[0]):
        assert "and waited" in page
    assert "Goals for the spring" not in with_text
    file = browser.get(reverse("case_file", args=[case.pk])).text
    assert url("look", text.pk) in file
    assert url("look", picked.pk) in file


def test_the_owner_reads_them_in_what_was_sent(browse, sent, case, ada):
    page = browse(ada).get(url("submission", case.pk, 1)).text

    assert "and waited" in page
    assert "A hard talk" in page


def test_before_they_are_sent_nobody_else_reads_them(browse, quote, pick, ada, cast, asked):
    pieces = [quote(requirement=asked["M1.1"]), pick(session(ada), requirement=asked["M1.1"])]

    for person in (cast.aud, cast.eve, cast.ina, cast.noor, cast.dee):
        answers = [browse(person).get(url("look", piece.pk)) for piece in pieces]
        assert QUOTED[:12] not in "".join(answer.text for answer in answers)
        assert "Goals for the spring" not in "".join(answer.text for answer in answers)


def test_a_second_auditor_reads_the_same(browse, sent, case, cast, walk):
    bea = make.person("bea", Role.AUDITOR)
    seconds.ask(case, by=cast.noor, at=walk.at)
    walk.assign(Role.SECOND_AUDITOR, bea)
    auditing.open_audit(walk.case, by=bea, at=walk.at)

    page = browse(bea).get(url("finding", case.pk, "M1.1", "concept")).text

    assert "and waited" in page
    assert "A hard talk" in page
