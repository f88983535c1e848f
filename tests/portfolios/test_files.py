"""Who opens which file and when; what waits; what is swept; and many at once."""

import os
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from portfolios import auditing, checking, sweeping
from portfolios import evidence as keeping
from portfolios.models import AuditResult, Evidence, FileState
from tests.portfolios import files
from tests.portfolios.files import stored

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portfolios:{name}", args=args)


@pytest.fixture
def sent(walk, portfolio, add, asked, cast):
    """Ada has handed in a PDF of two pages with M1.1, and keeps a diary to herself. Aud audits."""
    plan, _new = add("plan.pdf", files.pdf(pages=2), requirement=asked["M1.1"])
    diary, _new = add("diary.txt", b"one day")
    checking.check_due(walk.at)
    walk.write()
    walk.hand_in()
    walk.assign(Role.AUDITOR, cast.aud)
    plan.refresh_from_db()
    diary.refresh_from_db()
    return plan, diary


# --- Looking --------------------------------------------------------------------------------------


def test_pages_are_shown_as_pictures(browse, sent, aud):
    plan, _diary = sent
    page = browse(aud).get(url("look", plan.pk))

    assert "pictures of its first 2 pages" in page.text
    assert "Checked for its type only, not scanned for viruses" in page.text
    picture = browse(aud).get(url("page", plan.pk, 2))
    assert b"".join(picture.streaming_content)[8:12] == b"WEBP"
    picture.close()
    assert picture["Content-Type"] == "image/webp"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in picture["Cache-Control"]


@pytest.mark.parametrize("number", [0, 3])
def test_page_that_is_not_there_is_not_found(browse, sent, aud, number):
    assert browse(aud).get(url("page", sent[0].pk, number)).status_code == 404


def test_what_cannot_be_drawn_says_so_and_can_be_downloaded(browse, sent, ada):
    page = browse(ada).get(url("look", sent[1].pk)).text

    assert "There is no picture of this kind of file" in page
    assert url("download", sent[1].pk) in page


def test_others_see_what_was_handed_in_and_nothing_else(browse, sent, aud, cast):
    plan, diary = sent

    codes = {}
    for who in ("aud", "eve"):
        for name in ("look", "download"):
            for piece in (plan, diary):
                answer = browse(getattr(cast, who)).get(url(name, piece.pk))
                codes[who, name, piece.title] = answer.status_code
                b"".join(answer)  # read to its end, a file is closed

    shut = {key: code for key, code in codes.items() if code != 200}
    assert shut == {key: 404 for key in codes if key[0] == "eve" or key[2] == "diary.txt"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (FileState.WAITING, "This file is still being checked"),
        (FileState.TYPE_ONLY, "does not let anybody open what no virus scanner has seen"),
    ],
)
@pytest.mark.parametrize("name", ["look", "download"])
def test_others_wait_for_what_may_do_harm(browse, sent, aud, ada, settings, state, words, name):
    settings.AUDITORS_OPEN_UNSCANNED = False
    Evidence.objects.update(state=state)

    answer = browse(aud).get(url(name, sent[0].pk))

    own = browse(ada).get(url(name, sent[0].pk))

    assert (answer.status_code, words in answer.text) == (403, True)
    assert own.status_code == 200
    b"".join(own)  # read to its end, a file is closed


def test_refused_file_is_nowhere_and_says_why(
    browse, portfolio, case, add, ada, walk, django_capture_on_commit_callbacks
):
    evidence, _new = add("locked.pdf", files.pdf(password="secret"))
    with django_capture_on_commit_callbacks(execute=True):
        checking.check_due(walk.at)

    assert stored() == []
    assert browse(ada).get(url("download", evidence.pk)).status_code == 404
    assert "“locked.pdf” is locked with a password." in browse(ada).get(url("files", case.pk)).text


# --- Handing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.pdf", files.pdf(), "“plan.pdf” is still being checked"),
        ("locked.pdf", files.pdf(password="x"), "“locked.pdf” is locked with a password."),
    ],
)
def test_file_that_waits_or_is_refused_is_not_handed_in(
    browse, case, walk, add, asked, ada, name, content, words
):
    add(name, content, requirement=asked["M1.1"])
    if name == "locked.pdf":
        checking.check_due(walk.at)
    walk.write()

    page = browse(ada).get(url("send", case.pk)).text

    assert words in page
    assert f'href="{url("workspace", case.pk)}#files-h"' in page


def test_file_beside_the_entries_does_not_hold_anybody_up(browse, case, walk, add, ada):
    add("plan.pdf", files.pdf())
    walk.write()

    walk.hand_in()

    assert walk.case.stage == "audit"


def test_what_was_handed_in_is_kept_and_the_rest_can_go(sent, walk, cast, settings):
    plan, diary = sent
    walk.find(1, only="M1.1")
    auditing.close(
        auditing.open_audit(walk.case, by=cast.aud, at=walk.at),
        result=AuditResult.REVISE,
        comment="Nearly.",
        by=cast.aud,
        at=walk.tomorrow(),
    )
    keeping.unlink(plan, plan.entries.get(), by=cast.ada, at=walk.at)

    with pytest.raises(keeping.HandedIn):
        keeping.remove(plan, by=cast.ada, at=walk.at)
    keeping.remove(diary, by=cast.ada, at=walk.at)

    assert [piece.title for piece in Evidence.objects.all()] == ["plan.pdf"]
    assert default_storage.exists(plan.file.name)


# --- Adding ---------------------------------------------------------------------------------------


def post(browser, case, *uploads, accept="application/json", **more):
    data = {"files": list(uploads), **more}
    return browser.post(url("add_files", case.pk), data, headers={"accept": accept})


def test_one_file_is_answered_in_words(browse, portfolio, case, ada):
    browser = browse(ada)
    first = post(browser, case, files.upload("a.txt", b"one day"))
    again = post(browser, case, files.upload("b.txt", b"one day"))
    refused = post(browser, case, files.upload("a.exe", b"MZ"))
    none = post(browser, case)

    assert first.json() == {"said": "“a.txt” is here. We are checking it."}
    assert again.json() == {"said": "You have this already, as “a.txt”. It is kept once."}
    assert (refused.status_code, refused.json()["refused"][:24]) == (
        422,
        "We do not take “a.exe”. ",
    )
    assert (none.status_code, none.json()) == (422, {"refused": "Choose a file first."})


def test_file_comes_with_an_entry_and_its_list_shows_it(browse, portfolio, case, ada):
    browser = browse(ada)
    here = {"code": "M1.1", "facet": "concept"}

    post(browser, case, files.upload("a.txt", b"one day"), **here)

    assert [e.statement.code for e in Evidence.objects.get().entries.all()] == ["M1.1"]
    shown = browser.get(url("files", case.pk), here).text
    other = browser.get(url("files", case.pk), {"code": "M1.2", "facet": "concept"}).text
    assert ("a.txt" in shown, "a.txt" in other) == (True, False)
    assert "data-waiting" in shown


def test_fifty_at_once_are_bounded_and_told(browse, portfolio, case, ada, settings):
    settings.EVIDENCE_MOST = 20
    uploads = [files.upload(f"{n}.txt", b"%d" % n) for n in range(50)]

    page = browse(ada).post(url("add_files", case.pk), {"files": uploads}, follow=True).text

    assert page.count("is here. We are checking it.") == 20
    assert page.count("There are 20 pieces of evidence here.") == 30
    assert len(stored()) == Evidence.objects.count() == 20


def test_a_request_too_large_is_cut_and_told(browse, portfolio, case, ada, settings, tmp_path):
    settings.REQUEST_BYTES = 1_000_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    uploads = [files.upload(f"{n}.txt", b"%d" % n * 400_000) for n in range(4)]

    page = browse(ada).post(url("add_files", case.pk), {"files": uploads}, follow=True).text

    assert page.count("is here. We are checking it.") == 2
    assert page.count("came with too much else") == 2
    assert list(tmp_path.glob("*.upload*")) == []


def test_26_megabytes_are_refused_and_memory_stays_flat(browse, portfolio, case, ada):
    browser = browse(ada)
    large = files.upload("film.pdf", b"%PDF-" + bytes(26 * 1024 * 1024))
    whole = files.upload("scan.pdf", b"%PDF-" + bytes(24 * 1024 * 1024))

    refused = post(browser, case, large)
    kept = post(browser, case, whole)

    assert "larger than 25.0\xa0MB" in refused.json()["refused"]
    assert kept.status_code == 200
    assert len(stored()) == 1


def test_keeping_a_large_file_takes_little_memory(portfolio, ada, walk, tmp_path):
    from files.receiving import Received

    upload = Received("scan.pdf", "application/pdf", 0, None)
    for _ in range(24):
        upload.write(b"%PDF-" + bytes(1024 * 1024))
    upload.size = upload.tell()
    upload.seek(0)
    tracemalloc.start()

    keeping.add_file(portfolio, upload=upload, by=ada, at=walk.at)
    _now, peak = tracemalloc.get_traced_memory()

    tracemalloc.stop()
    assert peak < 4 * 1024 * 1024


# --- Sweeping -------------------------------------------------------------------------------------


def age(name, days):
    path = Path(default_storage.path(name))
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_old_files_without_a_row_are_swept(sent, capsys):
    plan, _diary = sent
    folder = plan.file.name.rpartition("/")[0]
    orphans = [f"{folder}/lost.pdf", f"{folder}/lost/1.webp", "evidence/999999/lost.txt"]
    young = f"{folder}/new.pdf"
    for name in [*orphans, young]:
        default_storage.save(name, ContentFile(b"x"))
        age(name, 0 if name == young else 2)
    kept = [plan.file.name, plan.page_name(1), plan.page_name(2)]
    for name in kept:
        age(name, 2)

    call_command("check_files")

    assert capsys.readouterr().out == "0 checked, 3 swept\n"
    assert [name for name in orphans if default_storage.exists(name)] == []
    assert [name for name in [*kept, young] if not default_storage.exists(name)] == []
    assert sweeping.sweep(timezone.now()) == 0


def test_empty_storage_is_swept_in_peace(db):
    assert sweeping.sweep(timezone.now()) == 0


def test_pages_go_with_their_file(add, ada, walk, django_capture_on_commit_callbacks):
    add("plan.pdf", files.pdf(pages=2))
    checking.check_due(walk.at)
    assert len(stored()) == 3

    with django_capture_on_commit_callbacks(execute=True):
        keeping.remove(Evidence.objects.get(), by=ada, at=walk.at)

    assert stored() == []


def test_file_taken_away_while_it_is_checked_leaves_nothing(
    add, ada, walk, monkeypatch, django_capture_on_commit_callbacks
):
    evidence, _new = add("locked.pdf", files.pdf(password="x"))
    looked_at = checking._looked_at

    def meanwhile(piece):
        found = looked_at(piece)
        keeping.remove(evidence, by=ada, at=walk.at)
        return found

    monkeypatch.setattr(checking, "_looked_at", meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        checking.check_due(walk.at)

    assert Evidence.objects.count() == 0
    assert stored() == []
