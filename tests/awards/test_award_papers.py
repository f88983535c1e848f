"""Papers of awards and reports: drawn once, tried three times, archival, signed, accessible."""

import hashlib
import io
from datetime import timedelta

import pikepdf
import pytest
from pypdf import PdfReader

from awards import granting, printing, printouts
from awards.flow import Stage
from awards.models import Award, AwardPaper, Printout
from awards.printing import draw_due
from credentials.keys import NoKey
from notices.models import Message
from notices.services import compose
from tests.awards.walking import SUMMARY, lose, walk
from tests.certificates.archival import PROFILES, faults

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 a paper"
SILVER = lose("S1.1", "S2.1", "S2.2", "S3.1", "S4.1", "S5.1", points=3)


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS_DIR, settings.KEYS_FOR_TRYING = str(tmp_path / "keys"), True


@pytest.fixture
def way(who):
    return walk(who, to=Stage.AWARDED, points=SILVER)


@pytest.fixture
def award(way):
    return Award.objects.get()


@pytest.fixture
def quick(monkeypatch):
    drawn = []

    def render(snapshot, *, paper, attached):
        drawn.append((snapshot["language"], paper))
        return CONTENT

    monkeypatch.setattr(printing, "render", render)
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    return drawn


def content_of(row) -> bytes:
    with row.file.open("rb") as file:
        return file.read()


def words_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_four_papers_are_drawn_once_and_the_team_hears_once(award, quick, way):
    assert [draw_due(way.at), draw_due(way.at)] == [4, 0]

    assert sorted(quick) == [("en", "a4"), ("en", "letter"), ("fr-ca", "a4"), ("fr-ca", "letter")]
    for row in award.papers.all():
        assert content_of(row) == CONTENT
        assert row.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert (row.drawn_at, row.attempts, row.leased_until) == (way.at, 1, None)
    message = Message.objects.get(kind="programme_papers_ready")
    body = compose(message).body
    assert (message.to, award.number in body) == (way.who.cora, True)


def test_a_paper_that_fails_is_tried_three_times_shown_and_drawn_again(award, monkeypatch, way):
    def fail(*_args, **_kwargs):
        raise ValueError("no ink")

    with monkeypatch.context() as broken:
        broken.setattr(printing, "render", fail)
        assert [draw_due(way.at) for _turn in range(4)] == [0, 0, 0, 0]

    paper = award.papers.first()
    assert (paper.gave_up, paper.attempts, "no ink" in paper.last_error) == (True, 3, True)
    assert AwardPaper.objects.failed().count() == 4
    monkeypatch.setattr(printing, "render", lambda *_a, **_k: CONTENT)
    monkeypatch.setattr(printing, "signed", lambda content, **_: content)
    granting.draw_again(paper)
    assert draw_due(way.at) == 1


def test_without_a_key_papers_wait_and_no_attempt_counts(award, monkeypatch, way):
    def none(*_args, **_kwargs):
        raise NoKey("no signing key")

    monkeypatch.setattr(printing, "seal", none)
    assert draw_due(way.at) == 0

    paper = award.papers.first()
    assert (paper.attempts, paper.last_error) == (0, "no signing key")
    assert draw_due(way.at + timedelta(seconds=30)) == 0


def test_each_paper_is_archival_accessible_signed_and_carries_its_credential(award, way):
    assert draw_due(way.at) == 4
    award.refresh_from_db()

    for row in award.papers.all():
        content = content_of(row)
        assert [faults(content, profile) for profile in PROFILES] == [[], []]
        words = words_of(content)
        expected = "This certifies that" if row.language == "en" else "atteste que"
        assert (expected in words, "Nurse to Nurse" in words, award.number in words) == (True,) * 3
        with pikepdf.open(io.BytesIO(content)) as document:
            assert len(document.pages) == 1
            attached = document.attachments["credential.json"].get_file().read_bytes()
            assert attached.decode() == award.credential.document
            assert document.Root.AcroForm.Fields[0].FT == "/Sig"
        assert row.signer is not None


# --- Reports -------------------------------------------------------------------------------------
def test_the_report_tells_points_comments_and_arithmetic(way):
    sheet = way.bid.decision.sheet
    printouts.ask_report(way.bid, sheet, by=way.who.cora, at=way.at)
    printouts.ask_report(way.bid, sheet, by=way.who.cora, at=way.at)
    draw_due(way.at)

    row = Printout.objects.get()
    content = content_of(row)
    words = words_of(content)
    assert faults(content, "ua1") == []
    for said in (
        "Nurse to Nurse", SUMMARY, "82 of 88 points (93.18 %)", "That is Silver.",
        "82 × 100 = 8200", "About S6.4.", "Awarded: Silver",
    ):  # fmt: skip
        assert said in words, said


def test_the_guide_tells_the_likely_level_and_what_would_lift_it(who):
    way = walk(who, to=Stage.EVIDENCE)
    way.gather()
    way.answer("S1.1", score=1)
    way.answer("S3.2", score=0)
    printouts.ask_guide(way.bid, by=who.cora, at=way.at)
    again = printouts.ask_guide(way.bid, by=who.cora, at=way.at)
    draw_due(way.at)

    row = Printout.objects.get()
    content = content_of(row)
    words = words_of(content)
    assert (row, faults(content, "ua1")) == (again, [])
    for said in (
        "81 of 88 points (92.04 %)", "By your own score that would be Silver.",
        "What would lift it most", "alone enough for Gold", "How we meet S1.1.",
    ):  # fmt: skip
        assert said in words, said


def test_a_report_is_fetched_by_whoever_may_read_it(who, browse, way):
    sheet = way.bid.decision.sheet
    cora, sam, pan = browse(who.cora), browse(who.sam), browse(who.pan)
    assert cora.post(f"/programmes/bids/{way.bid.pk}/print/{sheet.pk}/").status_code == 302
    draw_due(way.at)
    row = Printout.objects.get()
    address = f"/programmes/bids/{way.bid.pk}/printed/{row.pk}/"

    for browser in (cora, sam, pan):
        response = browser.get(address)
        assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert browse(who.director).get(address).status_code == 404
