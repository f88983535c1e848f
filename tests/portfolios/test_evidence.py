"""Files and links: what is kept, and what never is."""

import pytest
from django.core.files.storage import default_storage

from portfolios import evidence as keeping
from portfolios import handing_in, uploads, writing
from portfolios.models import Entry, Evidence
from tests.portfolios import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(portfolio, ada, walk):
    def file(name, content, **options):
        given = {"by": ada, "at": walk.at, **options}
        return keeping.add_file(portfolio, upload=files.upload(name, content), **given)

    return file


def stored():
    """Every file in the store, wherever it lies."""
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        try:
            below, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        folders += [f"{folder}/{name}".lstrip("/") for name in below]
        found += names
    return found


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
    ("name", "content"),
    [
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("page.pdf", b"%PDF-1.7\nthis is not one"),
        ("page.pdf", b"GIF89a%PDF-1.7"),
        ("locked.pdf", files.pdf(password="secret")),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("photo.png", files.picture("JPEG")),
        ("photo.jpg", files.picture("PNG")),
        ("cut.png", files.picture("PNG")[:40]),
        ("notes.docx", b"PK\x03\x04 nothing else"),
        ("notes.docx", files.odt()),
        ("notes.odt", files.docx()),
        ("notes.odt", files.odt(says="application/zip")),
        ("macros.docx", files.docx(**{"word/vbaProject.bin": b"x"})),
        ("note.txt", b"\xff\xfe\x00a"),
        ("note.txt", b"one\x00two"),
        ("note.txt", "cut at half: é".encode()[:-1]),
        ("empty.txt", b""),
        ("tool.exe", b"MZ"),
        ("page.html", b"<p>"),
        ("page.pdf.svg", b"<svg/>"),
        ("noending", b"abc"),
    ],
)
def test_file_that_is_something_else_is_refused_and_not_stored(add, name, content):
    with pytest.raises(uploads.BadFile):
        add(name, content)

    assert Evidence.objects.count() == 0
    assert stored() == []


def test_bomb_is_counted_while_reading(add, monkeypatch):
    monkeypatch.setattr(uploads, "UNPACKED", 1024 * 1024)
    bomb = files.docx(**{"word/media/zeros.bin": b"\0" * 4 * 1024 * 1024})
    assert len(bomb) < 20_000

    with pytest.raises(uploads.BadFile, match="unpacks to far more"):
        add("bomb.docx", bomb)


def test_archive_with_too_many_parts_is_refused(add, monkeypatch):
    monkeypatch.setattr(uploads, "MEMBERS", 10)

    with pytest.raises(uploads.BadFile, match="too many parts"):
        add("many.docx", files.docx(**{f"word/{n}.xml": "x" for n in range(20)}))


def test_picture_with_too_many_pixels_is_refused(add, monkeypatch):
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 7)

    with pytest.raises(uploads.BadFile, match="too many pixels"):
        add("huge.png", files.picture())


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


def test_what_was_handed_in_stays(walk, portfolio, add, asked, judge_free, ada, declaration):
    evidence, _new = add("diary.txt", b"one day", requirement=asked["M1.1"])
    judge_free()
    handing_in.hand_in(portfolio, declaration=declaration, by=ada, at=walk.at)

    with pytest.raises(writing.NotNow):
        keeping.remove(evidence, by=ada, at=walk.at)

    assert Evidence.objects.count() == 1


@pytest.fixture
def judge_free(walk, portfolio, ada):
    """Everything else is written too."""

    def write():
        for requirement in handing_in.wanted(portfolio):
            entry = writing.entry_for(portfolio, requirement, at=walk.at)
            writing.save_entry(
                portfolio,
                requirement,
                text="Words.",
                language="en",
                ready=True,
                revision=entry.revision if entry.pk else 0,
                by=ada,
                at=walk.at,
            )

    return write


def test_there_is_an_end_to_files(add, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 1)
    add("one.txt", b"one")

    with pytest.raises(keeping.TooMany):
        add("two.txt", b"two")
