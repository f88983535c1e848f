"""The pages: who gets in, what is kept, how many queries they take."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from applicants import assigning
from applicants.flow import Stage
from portfolios import auditing, checking, log, writing
from portfolios import evidence as keeping
from portfolios.logbook import LogSession
from portfolios.models import Audit, Entry, EntryState, Evidence, Submission
from tests import make
from tests.portfolios import files
from tests.portfolios.conftest import TEXT

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portfolios:{name}", args=args)


@pytest.fixture
def entry_url(case):
    return url("entry", case.pk, "M1.1", "concept")


def typed(text=TEXT, **more):
    return {"text": text, "language": "en", "revision": 0, **more}


def test_workspace_waits_for_a_click_before_it_opens_anything(browse, case, ada):
    browser = browse(ada)

    page = browser.get(url("workspace", case.pk))

    assert "Begin my portfolio" in page.text
    assert not hasattr(case, "portfolio")
    browser.post(url("begin", case.pk))
    assert "Where you are" in browser.get(url("workspace", case.pk)).text


def own_pages(case):
    return [
        url("workspace", case.pk),
        url("entry", case.pk, "M1.1", "concept"),
        url("send", case.pk),
        url("feedback", case.pk),
    ]


def test_own_pages_open(browse, portfolio, case, ada):
    browser = browse(ada)

    assert [browser.get(page).status_code for page in own_pages(case)] == [200] * 4


@pytest.mark.parametrize("who", ["eve", "aud", "noor", "dee"])
def test_nobody_else_sees_what_is_in_the_making(browse, portfolio, case, cast, who):
    browser = browse(getattr(cast, who))

    assert [browser.get(page).status_code for page in own_pages(case)] == [404] * 4
    answer = browser.post(url("entry", case.pk, "M1.1", "concept"), typed())
    assert (answer.status_code, Entry.objects.count()) == (404, 0)


def test_what_is_not_asked_has_no_page(browse, portfolio, case, ada):
    browser = browse(ada)

    codes = [("M1.1", "practice"), ("X1.1", "concept"), ("M1.1", "x")]

    assert [browser.get(url("entry", case.pk, *c)).status_code for c in codes] == [404] * 3


def test_entry_is_saved_and_the_next_one_opens(browse, entry_url, portfolio, case, ada):
    answer = browse(ada).post(entry_url, typed(then="ready"))

    assert answer.url == url("entry", case.pk, "M1.2", "concept")
    assert Entry.objects.get().state == EntryState.READY


def test_extra_fields_change_nothing(browse, entry_url, portfolio, ada, noor):
    browse(ada).post(
        entry_url, typed(state="done", portfolio=99, carried_from=1, saved_at="2000-01-01")
    )

    entry = Entry.objects.get()
    assert (entry.state, entry.portfolio, entry.carried_from) == (
        EntryState.DRAFT,
        portfolio,
        None,
    )


def test_reading_changes_nothing(browse, portfolio, case, ada, save):
    save("M1.1")
    before = Entry.objects.values().get()
    browser = browse(ada)

    for page in own_pages(case):
        browser.get(page, {"then": "ready", "text": "x", "show": "draft"})

    assert Entry.objects.values().get() == before
    assert browser.get(url("begin", case.pk)).status_code == 405


def test_autosave_answers_with_the_new_revision(browse, entry_url, portfolio, ada):
    answer = browse(ada).post(entry_url, typed(), headers={"X-Autosave": "1"})

    assert answer.json()["revision"] == 1
    assert answer.json()["said"].startswith("Saved at ")


def test_autosave_leaves_a_ready_entry_ready(browse, entry_url, save, ada):
    save("M1.1", ready=True)

    browse(ada).post(entry_url, typed("More.", revision=1), headers={"X-Autosave": "1"})

    assert Entry.objects.get().state == EntryState.READY


def test_autosave_gives_both_texts_back(browse, entry_url, save, ada):
    save("M1.1", "From elsewhere.")

    answer = browse(ada).post(entry_url, typed("Mine."), headers={"X-Autosave": "1"})

    assert answer.status_code == 409
    assert (answer.json()["stored"], answer.json()["revision"]) == ("From elsewhere.", 1)


def test_conflict_page_shows_both_texts(browse, entry_url, save, ada):
    save("M1.1", "From elsewhere.")

    page = browse(ada).post(entry_url, typed("Mine, typed here."))

    assert "From elsewhere." in page.text
    assert "Mine, typed here." in page.text
    assert 'name="revision" value="1"' in page.text


def test_refused_text_stays_on_the_page(browse, entry_url, portfolio, ada):
    text = "long " * 4001

    page = browse(ada).post(entry_url, typed(text))

    assert text.strip() in page.text
    assert "20,000 characters" in page.text


def test_file_over_the_limit_keeps_the_text(browse, entry_url, portfolio, ada, settings):
    settings.EVIDENCE_BYTES = 100
    browser = browse(ada)

    page = browser.post(
        entry_url,
        typed("My words.", then="attach", files=files.upload("long.txt", b"a" * 101)),
        follow=True,
    )

    assert "larger than 100" in page.text
    assert "My words." in page.text
    assert (Entry.objects.get().text, Evidence.objects.count()) == ("My words.", 0)


def test_several_files_are_kept_or_refused_each(browse, portfolio, case, ada):
    page = browse(ada).post(
        url("add_files", case.pk),
        {"files": [files.upload("a.txt", b"a"), files.upload("b.pdf", b"<html>")]},
        follow=True,
    )

    assert [e.title for e in Evidence.objects.all()] == ["a.txt"]
    assert "not a PDF inside" in page.text


@pytest.fixture
def diary(portfolio, asked, ada, walk):
    evidence, _new = keeping.add_file(
        portfolio,
        upload=files.upload("diary.txt", b"<b>one day</b>"),
        requirement=asked["M1.1"],
        by=ada,
        at=walk.at,
    )
    checking.check_due(walk.at)
    evidence.refresh_from_db()
    return evidence


def test_download_is_an_attachment_in_a_sandbox(browse, diary, ada):
    answer = browse(ada).get(url("download", diary.pk))

    assert b"".join(answer.streaming_content) == b"<b>one day</b>"
    answer.close()
    assert answer["Content-Disposition"] == 'attachment; filename="diary.txt"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_download_is_nothing_to_strangers_and_waits_for_declarations(browse, diary, case, cast):
    pages = [browse(person).get(url("download", diary.pk)) for person in (cast.eve, cast.aud)]
    waits = browse(cast.noor).get(url("download", diary.pk))

    assert [page.status_code for page in pages] == [404, 404]
    assert waits.url == reverse("applicants:declare", args=[case.pk])


def test_evidence_of_others_is_out_of_reach(browse, diary, cast, case):
    browser = browse(cast.eve)

    answers = [
        browser.post(url("remove", diary.pk)),
        browser.post(url("use", case.pk, "M1.2", "concept"), {"evidence": diary.pk}),
        browser.post(url("add_files", case.pk), {"files": files.upload("a.txt", b"a")}),
    ]

    assert [a.status_code for a in answers] == [404] * 3
    assert [e.statement.code for e in diary.entries.all()] == ["M1.1"]


def test_evidence_is_shown_elsewhere_and_taken_away(browse, diary, case, ada):
    browser = browse(ada)

    browser.post(url("use", case.pk, "M1.2", "concept"), {"evidence": diary.pk})
    browser.post(url("use", case.pk, "M1.1", "concept"), {"evidence": diary.pk, "off": "yes"})

    assert [e.statement.code for e in diary.entries.all()] == ["M1.2"]


SESSION = {
    "sort": "mentoring",
    "on": "2026-01-05",
    "minutes": "60",
    "mode": "video",
    "mentee_alias": "R.",
    "focus": "Listening",
}


def test_log_takes_a_session_and_warns_of_names(browse, ada):
    page = browse(ada).post(
        url("add_session"), {**SESSION, "mentee_alias": "Rosa Diaz", "person": 99}, follow=True
    )

    assert [s.person for s in LogSession.objects.all()] == [ada]
    assert "looks like a real name" in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes", "4"), ("minutes", "721"), ("on", "2999-01-01"), ("focus", ""), ("mode", "fax")],
)
def test_log_refuses_what_cannot_be(browse, ada, field, value):
    page = browse(ada).post(url("add_session"), {**SESSION, field: value, "next_step": "Kept"})

    assert LogSession.objects.count() == 0
    assert 'value="Kept"' in page.text


def test_log_of_others_is_out_of_reach(browse, ada, eve, at):
    session = log.add(**{**SESSION, "minutes": 60}, reflection="", next_step="", by=ada)
    browser = browse(eve)

    pages = [
        browser.get(url("change_session", session.pk)),
        browser.post(url("change_session", session.pk), SESSION),
        browser.post(url("delete_session", session.pk)),
    ]

    assert [p.status_code for p in pages] == [404] * 3
    assert "Listening" not in browser.get(url("log")).text


def test_log_is_changed_and_deleted(browse, ada):
    session = log.add(**{**SESSION, "minutes": 60}, reflection="", next_step="", by=ada)
    browser = browse(ada)

    browser.post(url("change_session", session.pk), {**SESSION, "minutes": "90"})
    assert LogSession.objects.get().minutes == 90
    browser.post(url("delete_session", session.pk))
    assert LogSession.objects.count() == 0


def test_send_page_lists_what_is_missing_and_sends_nothing(browse, portfolio, case, ada):
    page = browse(ada).post(url("send", case.pk), {"own_words": "on", "conduct": "on"})

    assert "72 things are missing" in page.text
    assert Submission.objects.count() == 0


def test_portfolio_is_sent_with_its_declaration(browse, walk, ada):
    walk.write()

    browse(ada).post(
        url("send", walk.case.pk), {"own_words": "on", "conduct": "on", "tools": "None at all"}
    )

    walk.case.refresh_from_db()
    assert walk.case.stage == Stage.AUDIT
    assert Submission.objects.get().declaration["tools"] == "None at all"


def test_unconfirmed_declaration_keeps_what_was_typed(browse, walk, ada):
    walk.write()

    page = browse(ada).post(url("send", walk.case.pk), {"own_words": "on", "tools": "DeepL"})

    assert "DeepL" in page.text
    assert "code of conduct" in page.text
    assert Submission.objects.count() == 0


# --- The desk ----------------------------------------------------------------------------------
def desk_pages(case):
    return [url("desk", case.pk), url("finding", case.pk, "M1.1", "concept"), url("close", case.pk)]


def test_desk_pages_open_for_the_auditor(browse, audit, handed_in, aud):
    browser = browse(aud)

    assert [browser.get(p).status_code for p in desk_pages(handed_in.case)] == [200] * 3


@pytest.mark.parametrize("who", ["eve", "ada", "vera", "noor", "dee"])
def test_desk_is_closed_to_everybody_else(browse, audit, handed_in, cast, who):
    browser = browse(getattr(cast, who))

    assert [browser.get(p).status_code for p in desk_pages(handed_in.case)] == [404] * 3


def test_auditor_without_declaration_is_asked_first(browse, cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="current-concepts")
    assigning.assign(walk.case, Role.AUDITOR, person=cast.aud, by=cast.noor, at=walk.at)
    browser = browse(cast.aud)

    answers = [browser.get(page) for page in desk_pages(walk.case)]
    answers.append(browser.post(url("begin_audit", walk.case.pk)))

    ask = reverse("applicants:declare", args=[walk.case.pk])
    assert [a.url for a in answers] == [ask] * 4
    assert Audit.objects.count() == 0


def test_desk_waits_for_a_click_before_it_opens(browse, handed_in, aud):
    browser = browse(aud)

    page = browser.get(url("desk", handed_in.case.pk))

    assert "Open the desk" in page.text
    assert Audit.objects.count() == 0
    browser.post(url("begin_audit", handed_in.case.pk))
    assert Audit.objects.get().auditor == aud


MET = {"relevance": "2", "authorship": "2", "mastery": "2", "comment": ""}


def test_finding_is_recorded_and_the_next_opens(browse, audit, handed_in, aud):
    pk = handed_in.case.pk

    answer = browse(aud).post(url("finding", pk, "M1.1", "concept"), {**MET, "audit": 99})

    assert answer.url == url("finding", pk, "M1.2", "concept")
    assert [f.marks for f in audit.findings.all()] == [(2, 2, 2)]


def test_refused_finding_keeps_what_was_chosen(browse, audit, handed_in, aud):
    page = browse(aud).post(
        url("finding", handed_in.case.pk, "M1.1", "concept"), {**MET, "mastery": "1"}
    )

    assert "Write what is missing" in page.text
    assert 'name="mastery" value="1" checked' in page.text
    assert audit.findings.count() == 0


def test_autosaved_finding_may_be_half_filled(browse, audit, handed_in, aud):
    answer = browse(aud).post(
        url("finding", handed_in.case.pk, "M1.1", "concept"),
        {"relevance": "1"},
        headers={"X-Autosave": "1"},
    )

    assert answer.json()["said"].endswith("seen by you only")
    assert [f.marks for f in audit.findings.all()] == [(1, None, None)]


def test_findings_are_the_auditors_alone_until_the_audit_is_closed(
    browse, audit, judge, handed_in, ada, aud
):
    judge(M1_1={"mastery": 1})
    pages = [url("feedback", handed_in.case.pk), url("workspace", handed_in.case.pk)]
    assert [p for p in pages if "Say what came of it." in browse(ada).get(p).text] == []

    browse(aud).post(
        url("close", handed_in.case.pk), {"result": "revise", "comment": "Nearly there."}
    )

    page = browse(ada).get(url("feedback", handed_in.case.pk)).text
    assert ("Say what came of it." in page, "Nearly there." in page) == (True, True)
    entry = browse(ada).get(url("entry", handed_in.case.pk, "M1.1", "concept"))
    assert "Say what came of it." in entry.text


def test_wrong_result_is_refused_and_keeps_the_comment(browse, audit, judge, handed_in, aud):
    judge()

    page = browse(aud).post(
        url("close", handed_in.case.pk), {"result": "not_pass", "comment": "Typed here."}
    )

    assert "Typed here." in page.text
    audit.refresh_from_db()
    assert audit.closed_at is None


def test_verbal_desk_asks_the_questions_of_the_guide(browse, cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition")
    walk.assign(Role.AUDITOR, cast.aud)
    auditing.open_audit(walk.case, by=cast.aud, at=walk.at)
    browser = browse(cast.aud)

    page = browser.get(url("verbal", walk.case.pk), {"area": "M3"})

    assert "What is the difference between hearing and listening in mentoring?" in page.text
    assert "0 of 33 entries done" in page.text
    answer = browser.post(url("finding", walk.case.pk, "M3.1", "concept"), MET)
    assert answer.url == f"{url('verbal', walk.case.pk)}#M3.1-concept"


def test_verbal_audit_is_booked_by_its_applicant(browse, cast):
    walk = make.walk(cast, to=Stage.AUDIT, slug="2021-recognition")
    assert (
        "Your auditor is being named" in browse(cast.ada).get(url("book_verbal", walk.case.pk)).text
    )
    assert browse(cast.eve).get(url("book_verbal", walk.case.pk)).status_code == 404


# --- Queries -----------------------------------------------------------------------------------
@pytest.fixture
def full(cast):
    """144 entries, written and handed in."""
    walk = make.walk(cast, to=Stage.AUDIT)
    walk.assign(Role.AUDITOR, cast.aud)
    return walk


def test_workspace_takes_the_same_queries_with_144_entries(browse, cast, queries):
    walk = make.walk(cast, to=Stage.PORTFOLIO)
    portfolio = writing.open_portfolio(walk.case, by=cast.ada, at=walk.at)
    asked = list(walk.case.asked())
    browser = browse(cast.ada)

    def attach(requirement):
        keeping.add_file(
            portfolio,
            upload=files.upload("a.txt", requirement.statement.code.encode()),
            requirement=requirement,
            by=cast.ada,
            at=walk.at,
        )

    attach(asked[0])
    with queries(WORKSPACE):
        browser.get(url("workspace", walk.case.pk))
    walk.write()
    for requirement in asked[1:9]:
        if requirement.facet == "concept":
            attach(requirement)
    with queries(WORKSPACE):
        browser.get(url("workspace", walk.case.pk))


def test_desk_takes_the_same_queries_with_144_entries(browse, full, cast, queries):
    audit = auditing.open_audit(full.case, by=cast.aud, at=full.at)
    browser = browse(cast.aud)
    pages = [url("desk", full.case.pk), url("finding", full.case.pk, "M1.1", "concept")]
    browser.get(pages[0])  # the first page also notes that somebody is there

    for page, count in zip(pages, (DESK, FINDING), strict=True):
        with queries(count):
            browser.get(page)
    full.find()
    assert audit.findings.count() == 144
    for page, count in zip(pages, (DESK, FINDING), strict=True):
        with queries(count):
            browser.get(page)


WORKSPACE = 24
DESK = 14
FINDING = 17
