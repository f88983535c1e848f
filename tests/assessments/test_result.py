"""The result beyond its page: coverage of the other framework, the table, the paper."""

import csv
import hashlib
import io
import subprocess
import sys

import pikepdf
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some
from pypdf import PdfReader

from applicants import assigning
from applicants.flow import Stage
from assessments import printing, services
from assessments.coverage import coverage
from assessments.exporting import answers_csv
from assessments.models import Report
from assessments.pdf import render
from assessments.profile import told_of
from assessments.services import Answer, Closed
from certificates.papers import MOST_ATTEMPTS
from frameworks.models import Crosswalk
from tests import make
from tests.assessments.conftest import everything, statements

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 a report"


def url(name, case):
    return reverse(f"assessments:{name}", args=[case.pk])


@pytest.fixture
def sent(cast, at):
    """Ada's baseline: everything at 3, but M3.2 with a note, and M1.1 that she never did."""
    on = make.walk(cast, to=Stage.SELF_ASSESSMENT)
    answers = everything(on.case)
    codes = statements(on.case)
    answers[codes["M3.2"]] = Answer(3, 4, "=HYPERLINK(1)\nHard to say")
    answers[codes["M1.1"]] = Answer(4, 0)
    services.rate(on.case, answers, by=cast.ada, at=at)
    services.send(services.start(on.case, by=cast.ada, at=at), by=cast.ada, at=at)
    on.case.refresh_from_db()
    return on


# --- Coverage ------------------------------------------------------------------------------------


def test_an_indicator_is_covered_when_all_that_answer_it_are_rated_three(sent, at):
    assessment = sent.case.self_assessment
    answered = Crosswalk.objects.filter(link="direct", statement__code="M1.1")

    found = coverage(told_of(assessment, "en"), at, "en")

    assert (found.publisher, found.indicators) == ("International Mentoring Center", 77)
    assert [(a.code, a.indicators) for a in found.areas][:2] == [("C1", 9), ("C2", 8)]
    assert found.covered == 77 - answered.count() < 77


def test_what_is_not_rated_covers_nothing(case, assessment, ada, at):
    pk = statements(case)["M1.1"]
    services.save(assessment, {pk: Answer(concept=4)}, by=ada, at=at)
    half = coverage(told_of(assessment, "en"), at, "en").covered

    services.save(assessment, {pk: Answer(4, 3, revision=1)}, by=ada, at=at)

    answered = Crosswalk.objects.filter(link="direct", statement=pk)
    alone = [c for c in answered if c.indicator.answered_by.filter(link="direct").count() == 1]
    assert half == 0
    assert coverage(told_of(assessment, "en"), at, "en").covered == len(alone) > 0


FRAMEWORK, CENTER = "Core Competencies", "International Mentoring Center"


def test_the_page_says_whose_framework_it_is(sent, cast, browse):
    html = browse(cast.ada).get(url("result", sent.case)).content.decode()

    named = [f'<span lang="en">{words}</span>' for words in (FRAMEWORK, CENTER)]
    assert " of the ".join(named) in html
    assert "This is no accreditation by it, and we do not issue its credentials." in html


def test_a_profile_that_answers_no_indicator_shows_none(cast, at):
    Crosswalk.objects.all().delete()
    case = make.application(cast)
    assessment = services.start(case, by=cast.ada, at=at)

    assert coverage(told_of(assessment, "en"), at, "en") is None


# --- The table of one's own answers ---------------------------------------------------------------


def test_the_table_holds_every_answer_inert_and_typed(sent, cast, browse):
    answer = browse(cast.ada).get(url("answers", sent.case))

    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), quoting=csv.QUOTE_NONNUMERIC))
    by_code = {row[0]: row for row in rows[1:]}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="answers.csv"'
    assert rows[0] == ["Statement", "Area", "Action", "Outcome", "Concept", "Practice", "Note"]
    assert len(rows) == 73
    assert by_code["M3.2"][4:] == [3.0, 4.0, "'=HYPERLINK(1)\nHard to say"]
    assert by_code["M1.1"][1] == "Keep growing as a mentor"


def test_the_table_is_the_applicants_alone_and_there_before_sending(case, cast, browse, at):
    client = browse(cast.ada)
    before = client.get(url("answers", case)).status_code
    services.rate(case, {statements(case)["M1.1"]: Answer(2)}, by=cast.ada, at=at)
    assigning.declare(case, clear=True, note="", by=cast.noor, at=at)

    own = client.get(url("answers", case))
    others = [browse(p).get(url("answers", case)).status_code for p in (cast.noor, cast.eve)]

    assert (before, own.status_code, others) == (404, 200, [404, 404])
    assert '"M1.1",' in own.content.decode()


@given(note=some.text(max_size=40))
def test_no_cell_begins_like_a_formula_and_nothing_is_lost(note):
    row = {"code": "M1.1", "area_title": "A", "action": note, "outcome": "", "note": note}

    content = answers_csv([row | {"concept": 0, "practice": None}])

    _heading, told = csv.reader(
        io.StringIO(content.decode("utf-8-sig"), newline=""), quoting=csv.QUOTE_NONNUMERIC
    )
    for cell in (told[2], told[6]):
        begin = cell.lstrip()[:1]
        assert begin not in set("=+-@＝＋－＠")
        assert cell.removeprefix("'") == note.removeprefix("'") or cell == note
    assert (told[4], told[5]) == (0.0, "")


# --- The paper -----------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch):
    """WeasyPrint has a test of its own; here a report is drawn in no time."""
    drawn = []
    monkeypatch.setattr(printing, "render", lambda a, lang: drawn.append((a.pk, lang)) or CONTENT)
    return drawn


def test_a_report_is_owed_drawn_and_downloaded(sent, cast, browse, quick, at):
    client = browse(cast.ada)
    first = client.get(url("result", sent.case)).content.decode()

    asked = client.post(url("report", sent.case))
    again = client.post(url("report", sent.case), headers={"hx-request": "true"})
    early = client.get(url("report_pdf", sent.case)).status_code
    drawn = [printing.draw_due(at), printing.draw_due(at)]

    state = client.get(url("report_state", sent.case)).content.decode()
    paper = client.get(url("report_pdf", sent.case))
    row = Report.objects.get()
    assert "Prepare the report (PDF)" in first
    assert (asked.status_code, asked.url) == (302, url("result", sent.case))
    assert 'hx-trigger="every 2s"' in again.content.decode()
    assert (early, drawn) == (404, [1, 0])
    assert quick == [(sent.case.self_assessment.pk, "en")]
    assert (url("report_pdf", sent.case) in state, "hx-trigger" in state) == (True, False)
    assert paper.getvalue() == CONTENT
    assert "baseline-ada-example.pdf" in paper.headers["Content-Disposition"]
    assert (row.attempts, row.sha256) == (1, hashlib.sha256(CONTENT).hexdigest())


def test_a_report_is_for_the_applicant_and_staff_who_declared(sent, cast, browse, quick, at):
    sent.book()
    services.ask_report(sent.case.self_assessment, language="en", by=cast.ada, at=at)
    printing.draw_due(at)

    def seen(person):
        client = browse(person)
        pages = [client.get(url(name, sent.case)) for name in ("report_state", "report_pdf")]
        for page in pages:
            page.getvalue()  # read to its end, a file is closed
        return [page.status_code for page in [*pages, client.post(url("report", sent.case))]]

    before = {name: seen(getattr(cast, name)) for name in ("ina", "noor", "eve")}
    assigning.declare(sent.case, clear=True, note="", by=cast.ina, at=at)

    assert before == {name: [404, 404, 404] for name in before}
    assert seen(cast.ina) == [200, 200, 302]
    with pytest.raises(Closed):
        services.ask_report(sent.case.self_assessment, language="en", by=cast.noor, at=at)


def test_there_is_no_report_before_it_is_sent(case, assessment, ada, at, browse):
    assert browse(ada).post(url("report", case)).status_code == 404
    with pytest.raises(Closed, match="once the self-assessment is sent"):
        services.ask_report(assessment, language="en", by=ada, at=at)


def test_a_report_that_fails_is_tried_three_times_and_asked_for_again(
    sent, cast, browse, monkeypatch, at
):
    assessment = sent.case.self_assessment
    services.ask_report(assessment, language="en", by=cast.ada, at=at)
    monkeypatch.setattr(printing, "render", lambda *_a: 1 / 0)

    drawn = [printing.draw_due(at) for _try in range(MOST_ATTEMPTS + 1)]

    row = Report.objects.get()
    html = browse(cast.ada).get(url("report_state", sent.case)).content.decode()
    assert (drawn, row.attempts, row.failed) == ([0] * 4, MOST_ATTEMPTS, True)
    assert "division by zero" in row.last_error
    assert ("We could not draw the report." in html, "hx-trigger" in html) == (True, False)
    assert services.ask_report(assessment, language="en", by=cast.ada, at=at).attempts == 0


def test_the_paper_is_tagged_and_says_what_the_page_says(sent):
    content = render(sent.case.self_assessment, "en")

    with pikepdf.open(io.BytesIO(content)) as document:
        marked = bool(document.Root.MarkInfo.Marked)
        language, pages = str(document.Root.Lang), len(document.pages)
    text = " ".join(
        " ".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).split()
    )
    assert (marked, language) == (True, "en")
    assert pages <= 9
    assert "Baseline of Ada Example" in text
    assert "This is no accreditation by it" in text
    assert "=HYPERLINK(1) Hard to say" in text
    assert text.count("so that") >= 72


def test_the_paper_of_a_renewal_shows_then_and_now_in_its_language(cast):
    first = make.certified(cast)
    again = make.walk(
        cast,
        to=Stage.SELF_ASSESSMENT,
        at=first.at.replace(year=first.at.year + 2),
        renews=first.certificate,
    )
    again.rate(4)
    assessment = services.start(again.case, by=cast.ada, at=again.at)
    services.send(assessment, by=cast.ada, at=again.at)

    content = render(assessment, "fr-ca")

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert "4 (3)" in " ".join(pages)
    assert "3. Bien écouter et bien parler" in " ".join(" ".join(pages).split())


@pytest.mark.slow
def test_web_workers_never_import_what_draws(tmp_path):
    code = (
        "import django, sys; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "import assessments.urls;"
        "sys.exit('weasyprint' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
