"""Files and links: what is kept, and what never is."""

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from files import uploads
from portfolios import evidence as keeping
from portfolios import writing
from portfolios.models import Entry, EntryState, Evidence, FileState
from tests.portfolios import files
from tests.portfolios.files import stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", files.pdf()),
        ("notes.docx", files.docx()),
        ("notes.odt", files.odt()),
        ("map.png", files.picture("PNG")),
        ("map.jpg", files.picture("JPEG")),
        ("map.JPEG", files.picture("JPEG")),
        ("diary.txt", "Ngày đầu tiên\n".encode()),
    ],
)
def test_file_that_is_what_it_says_is_kept(add, name, content):
    evidence, new = add(name, content)

    assert (evidence.title, evidence.size, new) == (name, len(content), True)
    with default_storage.open(evidence.file.name) as kept:
        assert kept.read() == content
    assert name.rsplit(".")[0] not in evidence.file.name


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.pdf", b"<html><script>alert(1)</script></html>", "“page.pdf” is not a PDF inside"),
        (
            "page.pdf",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "“page.pdf” is not a PDF inside",
        ),
        ("page.pdf", b"GIF89a%PDF-1.7", "“page.pdf” is not a PDF inside"),
        ("drawing.png", b"<svg onload='alert(1)'/>", "is not the picture its name says"),
        ("photo.png", files.picture("JPEG"), "is not the picture its name says"),
        ("photo.jpg", files.picture("PNG"), "is not the picture its name says"),
        ("notes.docx", b"%PDF-1.7", "is not the document its name says"),
        ("locked.docx", uploads.OLD_OFFICE + b"x", "is locked with a password"),
        ("note.txt", b"MZ\0\0", "is not plain text"),
        ("empty.txt", b"", "is empty"),
        ("tool.exe", b"MZ", "We do not take “tool.exe”"),
        ("page.html", b"<p>", "We do not take “page.html”"),
        ("page.pdf.svg", b"<svg/>", "We do not take “page.pdf.svg”"),
        ("page.pdf\u202egnp.svg", b"<svg/>", "We do not take “page.pdfgnp.svg”"),
        ("noending", b"abc", "We do not take “noending”"),
    ],
)
def test_file_that_begins_as_something_else_is_not_taken_in(add, name, content, words):
    with pytest.raises(uploads.BadFile, match=words):
        add(name, content)

    assert Evidence.objects.count() == 0
    assert stored() == []


def test_file_over_the_limit_is_refused_with_the_limit(add, settings):
    settings.EVIDENCE_BYTES = 100

    with pytest.raises(uploads.TooBig, match="larger than 100\xa0bytes"):
        add("long.txt", b"a" * 101)

    assert stored() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("evil\u202egnp.txt", "evilgnp.txt"),
        ("zero\u200bwidth\u0000.txt", "zerowidth.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ada\\diary.txt", "diary.txt"),
        ("  two   words .txt", "two words .txt"),
        ("nhật ký.txt", "nhật ký.txt"),
        (f"{'a' * 300}.txt", f"{'a' * 196}.txt"),
        ("", "file"),
    ],
)
def test_names_lose_what_nobody_sees(given, kept):
    assert uploads.clean_name(given) == kept


def test_the_same_file_is_kept_once_and_shown_where_asked(add, asked):
    first, _new = add("diary.txt", b"one day")

    again, new = add("copy.txt", b"one day", requirement=asked["M1.1"])

    assert (again.pk, new) == (first.pk, False)
    assert [e.statement.code for e in first.entries.all()] == ["M1.1"]
    assert len(stored()) == 1


def test_file_can_come_before_the_words(add, asked, save):
    add("diary.txt", b"one day", requirement=asked["M1.1"])

    assert Entry.objects.get().text == ""
    assert save("M1.1", "Now the words.", revision=0).text == "Now the words."


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://example.org/a", "example.org", "data:text/html,x", "https://"],
)
def test_link_that_is_no_page_is_refused(portfolio, ada, walk, url):
    with pytest.raises(keeping.BadLink):
        keeping.add_link(portfolio, url=url, by=ada, at=walk.at)

    assert Evidence.objects.count() == 0


def test_link_is_kept_once_under_its_title(portfolio, ada, walk):
    kept = [
        keeping.add_link(
            portfolio, url="https://example.org/talk", title="My talk", by=ada, at=walk.at
        )
        for _ in range(2)
    ]

    assert [e.title for e in kept] == ["My talk", "My talk"]
    assert Evidence.objects.count() == 1


def test_evidence_is_shown_with_several_entries_and_taken_from_one(add, asked, save, ada, walk):
    evidence, _new = add("diary.txt", b"one day", requirement=asked["M1.1"])
    keeping.link(evidence, asked["M1.2"], by=ada, at=walk.at)

    keeping.unlink(evidence, Entry.objects.get(statement__code="M1.1"), by=ada, at=walk.at)

    assert [e.statement.code for e in evidence.entries.all()] == ["M1.2"]


def test_removed_file_leaves_the_store(add, ada, walk, django_capture_on_commit_callbacks):
    evidence, _new = add("diary.txt", b"one day")

    with django_capture_on_commit_callbacks(execute=True):
        keeping.remove(evidence, by=ada, at=walk.at)

    assert Evidence.objects.count() == 0
    assert stored() == []


def test_there_is_an_end_to_files(add, settings):
    settings.EVIDENCE_MOST = 1
    add("one.txt", b"one")

    with pytest.raises(keeping.TooMany, match="There are 1 pieces of evidence here"):
        add("two.txt", b"two")

    assert len(stored()) == 1


def test_there_is_an_end_to_their_size(add, settings):
    settings.EVIDENCE_TOTAL_BYTES = 10
    add("one.txt", b"123456")

    with pytest.raises(keeping.TooMany, match="may have 10\xa0bytes together"):
        add("two.txt", b"abcdef")

    assert len(stored()) == 1


def test_file_whose_entry_is_settled_leaves_nothing(add, asked, save):
    save("M1.1", ready=True)
    Entry.objects.update(state=EntryState.ACCEPTED)

    with pytest.raises(writing.Settled):
        add("diary.txt", b"one day", requirement=asked["M1.1"])

    assert Evidence.objects.count() == 0
    assert stored() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://example.org/", "state": FileState.CLEAN},
        {"file": "a.txt", "sha256": "1" * 64},
        {"file": "a.txt", "sha256": "1" * 64, "state": FileState.REFUSED, "fault": "virus"},
        {"sha256": "1" * 64, "state": FileState.REFUSED},
        {"file": "a.txt", "sha256": "1" * 64, "state": FileState.CLEAN, "fault": "virus"},
    ],
)
def test_state_and_file_agree_in_the_database(portfolio, walk, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(portfolio=portfolio, title="x", added_at=walk.at, **fields)
