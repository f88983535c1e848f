"""The library of a programme: files are checked, shown with criteria, frozen with what was handed
in, and read by nobody else."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db.models import ProtectedError
from django.urls import reverse

from awards import keeping
from awards.flow import Stage
from awards.handing_in import Incomplete
from awards.keeping import HandedIn
from awards.models import Criterion, KeptFile
from files import scanning
from files.held import FileState
from files.uploads import BadFile
from tests.awards.walking import begin, walk
from tests.make import person
from tests.portfolios import files as samples
from trail.flow import Refused

pytestmark = pytest.mark.django_db


def keep(way, name="charter.pdf", content=None, **said) -> KeptFile:
    upload = samples.upload(name, content or samples.pdf())
    facts = {"about": "Why it exists", "dated_on": date(2024, 2, 1)} | said
    kept, _new = keeping.keep(way.bid.programme, upload=upload, by=way.who.cora, at=way.at, **facts)
    return kept


def show(way, kept, *codes) -> int:
    criteria = Criterion.objects.filter(code__in=codes)
    return keeping.show_with(way.bid, criteria, kept=kept, by=way.who.cora, at=way.at)


def fresh(kept) -> KeptFile:
    return KeptFile.objects.get(pk=kept.pk)


def checked(way, kept) -> KeptFile:
    keeping.check_due(way.at)
    return fresh(kept)


@pytest.fixture
def way(who):
    return begin(who)


# --- Coming in -----------------------------------------------------------------------------------


def test_a_file_is_kept_once_and_checked_in_the_background(way):
    kept = keep(way)
    again = keep(way, "copy.pdf")

    assert (again.pk, kept.state, kept.open_to_others) == (kept.pk, FileState.WAITING, False)
    assert checked(way, kept).state == FileState.TYPE_ONLY
    assert default_storage.exists(kept.file.name)
    assert "charter" not in kept.file.name


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "do not take"),
        ("plan.pdf", b"hello", "not a PDF"),
        ("plan.pdf", b"", "empty"),
    ],
)
def test_what_can_be_seen_to_be_wrong_is_refused_at_once(way, name, content, said):
    upload = samples.upload(name, content)

    with pytest.raises(BadFile, match=said):
        keeping.keep(
            way.bid.programme, upload=upload, about="", dated_on=date(2024, 2, 1),
            by=way.who.cora, at=way.at,
        )  # fmt: skip
    assert not KeptFile.objects.exists()


def test_a_day_to_come_is_refused_and_strangers_add_nothing(way):
    with pytest.raises(Refused, match="still to come"):
        keep(way, dated_on=way.at.date() + timedelta(days=2))
    way.who.cora.organisation_memberships.update(ended_at=way.at)
    with pytest.raises(Refused, match="people of the organisation"):
        keep(way)


@pytest.mark.parametrize(("most", "total"), [(1, 10**9), (99, 700)])
def test_there_is_an_end_to_a_library(way, settings, most, total):
    settings.EVIDENCE_MOST, settings.EVIDENCE_TOTAL_BYTES = most, total
    keep(way)

    with pytest.raises(Refused, match="Take something away"):
        keep(way, "other.pdf", samples.pdf(pages=2))


def test_what_fails_inside_is_removed_and_its_row_says_why(way, django_capture_on_commit_callbacks):
    locked = samples.pdf(password="x")
    kept = keep(way, content=locked)
    with django_capture_on_commit_callbacks(execute=True):
        gone = checked(way, kept)

    assert (gone.state, gone.fault, bool(gone.file)) == (FileState.REFUSED, "locked", False)
    assert not default_storage.exists(kept.file.name)
    assert "password" in gone.why
    with pytest.raises(BadFile, match="password"):
        show(way, gone, "S1.1")
    with pytest.raises(BadFile, match="password"):
        keep(way, "again.pdf", locked)


def test_while_the_scanner_is_away_files_wait_and_what_it_finds_goes(way, monkeypatch):
    kept = keep(way)
    monkeypatch.setattr(scanning, "is_configured", lambda: True)

    def away(_chunks):
        raise scanning.Away

    monkeypatch.setattr(scanning, "found_in", away)
    assert checked(way, kept).state == FileState.WAITING
    monkeypatch.setattr(scanning, "found_in", lambda _chunks: "Eicar")
    keeping.check_due(way.at + timedelta(hours=1))

    assert fresh(kept).fault == "virus"


# --- Shown and handed in -------------------------------------------------------------------------


def test_one_file_speaks_to_several_criteria_and_to_each_once(way):
    kept = keep(way)

    assert (show(way, kept, "S1.1", "S1.2"), show(way, kept, "S1.1", "S3.1")) == (2, 1)
    codes = way.bid.evidence.values_list("criterion__code", flat=True)
    assert sorted(codes) == ["S1.1", "S1.2", "S3.1"]


def test_a_file_of_another_programme_is_not_shown(way, who):
    other = begin(who)

    with pytest.raises(Refused, match="another programme"):
        show(way, keep(other), "S1.1")


def test_nothing_is_handed_in_with_a_file_that_waits_or_was_refused(way):
    way.eligible()
    way.gather()
    kept = keep(way)
    show(way, kept, "S1.1")

    with pytest.raises(Incomplete) as waits:
        way.submit()
    KeptFile.objects.update(state=FileState.REFUSED, fault="virus", file="")
    with pytest.raises(Incomplete) as refused:
        way.submit()

    assert [m.said for m in waits.value.missing] == [
        "“charter.pdf” is still being checked. That takes a minute."
    ]
    assert [m.code for m in refused.value.missing] == ["S1.1"]


@pytest.fixture
def sent(who):
    way = begin(who)
    way.eligible()
    way.gather()
    way.kept = keep(way)
    show(way, way.kept, "S1.1", "S1.2")
    keeping.check_due(way.at)
    way.submit()
    return way


def test_what_was_handed_in_names_its_files_and_keeps_them(sent):
    row = next(r for r in sent.bid.submissions.get().content if r["code"] == "S1.1")

    assert row["evidence"][-1]["file"] == {
        "pk": sent.kept.pk,
        "sha256": sent.kept.sha256,
        "size": sent.kept.size,
        "dated_on": "2024-02-01",
    }
    with pytest.raises(HandedIn):
        keeping.remove(sent.kept, by=sent.who.cora, at=sent.at)
    with pytest.raises(ProtectedError):
        KeptFile.objects.all().delete()


def test_what_was_not_handed_in_can_be_taken_away(way, django_capture_on_commit_callbacks):
    kept = keep(way)
    show(way, kept, "S1.1")
    with django_capture_on_commit_callbacks(execute=True):
        keeping.remove(kept, by=way.who.cora, at=way.at)

    assert (KeptFile.objects.count(), way.bid.evidence.count()) == (0, 0)
    assert not default_storage.exists(kept.file.name)


def test_files_added_while_assessors_are_sought_are_frozen_at_their_appointment(who):
    way = walk(who, to=Stage.APPOINTMENT)
    kept = keep(way)
    show(way, kept, "S1.1")
    keeping.check_due(way.at)

    way.appoint()

    assert [row.submission.number for row in kept.handed_in.all()] == [2]


# --- Reading -------------------------------------------------------------------------------------


def status(client, url) -> int:
    answer = client.get(url)
    b"".join(answer)  # to its end, which closes the file
    return answer.status_code


def test_only_the_team_and_declared_judges_of_what_was_handed_in_read_it(sent, browse):
    sent.appoint()
    sent.kept.refresh_from_db()
    later = keep(sent, "later.pdf", samples.pdf(pages=3))
    keeping.check_due(sent.at)
    cast = {
        "cora": sent.who.cora, "fin": sent.who.fin, "noor": sent.who.noor,
        "pan": sent.who.pan, "eve": person("eve"),
    }  # fmt: skip

    got = {
        name: [
            status(browse(one), reverse("awards:file", args=[kept.pk]))
            for kept in (sent.kept, later)
        ]
        for name, one in cast.items()
    }

    assert got == {
        "cora": [200, 200], "fin": [200, 404], "noor": [200, 200],
        "pan": [404, 404], "eve": [404, 404],
    }  # fmt: skip


def test_it_is_an_attachment_and_before_it_was_checked_the_teams_alone(sent, browse):
    sent.appoint()
    url = reverse("awards:file", args=[sent.kept.pk])
    answer = browse(sent.who.fin).get(url)
    KeptFile.objects.update(state=FileState.WAITING)

    b"".join(answer)
    codes = [status(browse(one), url) for one in (sent.who.cora, sent.who.fin)]

    assert answer["Content-Disposition"] == 'attachment; filename="charter.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert codes == [200, 404]


def test_an_assessor_reads_the_day_of_a_file_as_people_write_it(sent, browse):
    sent.appoint()
    fin = browse(sent.who.fin)
    fin.post(reverse("awards:begin_sheet", args=[sent.bid.pk]))

    page = fin.get(reverse("awards:score", args=[sent.bid.pk, "S1.1"])).content.decode()

    assert "dated 1 February 2024" in page


def test_who_has_not_declared_reads_nothing(sent, browse):
    sent.appoint()
    sent.bid.cast.update(declared_at=None)

    url = reverse("awards:file", args=[sent.kept.pk])

    assert browse(sent.who.fin).get(url).status_code == 404


def test_the_library_is_kept_on_its_page(way, browse):
    cora = browse(way.who.cora)
    url = reverse("awards:library", args=[way.bid.programme_id])
    bad = cora.post(
        url,
        {"file": samples.upload("x.exe", b"MZ"), "about": "Kept words", "dated_on": "2024-01-02"},
    )
    cora.post(
        url,
        {"file": samples.upload("a.pdf", samples.pdf()), "about": "A", "dated_on": "2024-01-02"},
    )
    kept = KeptFile.objects.get()
    place = [way.bid.programme_id, kept.pk]
    cora.post(reverse("awards:show_file", args=place), {"criteria": ["S1.1", "S2.1"]})
    cora.post(reverse("awards:attach_file", args=[way.bid.pk, "S3.1"]), {"kept": kept.pk})
    page = cora.get(url).content.decode()
    criterion = cora.get(reverse("awards:criterion", args=[way.bid.pk, "S3.1"])).content.decode()
    stranger = browse(person("eve")).get(url)
    cora.post(reverse("awards:remove_file", args=place))

    assert "Kept words" in bad.content.decode()
    assert "We do not take" in bad.content.decode()
    assert way.bid.evidence.count() == 0
    assert "a.pdf" in criterion
    assert all(f"/criteria/{code}/" in page for code in ("S1.1", "S2.1", "S3.1"))
    assert stranger.status_code == 404
    assert not KeptFile.objects.exists()
