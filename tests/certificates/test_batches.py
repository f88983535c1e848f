"""Work on many certificates: each row once, in a transaction of its own, whatever happens."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from applicants.flow import Stage as CaseStage
from applicants.models import Application, Decision, Outcome
from certificates import bulk, exporting, redrawing, working
from certificates.batch_flow import FLOW, Kind, Stage
from certificates.batches import Batch, BatchRow
from certificates.exporting import COLUMNS, inert
from certificates.models import Certificate
from certificates.papers import Drawing, EarlierPaper, PaperSigner
from certificates.printing import draw_due
from credentials import resealing
from credentials.keys import make_key
from credentials.models import Credential, EarlierCredential
from credentials.services import owe, seal_due
from notices.models import Message
from tests import make
from tests.make import NOON
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
assert redrawing  # as workers import them
assert resealing
State = BatchRow.State
LATER = NOON + timedelta(days=1)


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def order(noor, kind, **asked):
    return bulk.order(kind, asked=asked, reason="Audit.", token=uuid4(), by=noor, at=NOON)


def work(at=NOON, **how):
    return working.work_due(at, **how)


def decided(person, *, renews=None, tier=None):
    """A granting decision that came without its certificate, as records brought over do."""
    tier = tier or make.tier()
    case = Application.objects.create(
        applicant=person, tier=tier, edition=tier.framework.edition_at(NOON), renews=renews,
        opened_at=NOON, stage=CaseStage.CERTIFIED, stage_since=NOON,
    )  # fmt: skip
    return Decision.objects.create(
        application=case, outcome=Outcome.GRANT, reasons="It carries.", by=person, at=NOON
    )


def many(count, dee):
    """Decisions of as many people, written at once."""
    tier = make.tier()
    edition = tier.framework.edition_at(NOON)
    people = [make.User(email=f"p{n}@example.org", full_name=f"Person {n}") for n in range(count)]
    people = make.User.objects.bulk_create(people)
    cases = Application.objects.bulk_create(
        Application(applicant=who, tier=tier, edition=edition, opened_at=NOON,
                    stage=CaseStage.CERTIFIED, stage_since=NOON)
        for who in people
    )  # fmt: skip
    Decision.objects.bulk_create(
        Decision(application=case, outcome=Outcome.GRANT, reasons="It.", by=dee, at=NOON)
        for case in cases
    )


# --- Ordering ---------------------------------------------------------------------------------
def test_a_double_click_is_one_batch(noor):
    token = uuid4()
    twice = [
        bulk.order(Kind.TABLE, asked={}, reason="Audit.", token=token, by=noor, at=NOON)
        for _ in range(2)
    ]

    assert twice[0] == twice[1]
    assert Event.objects.filter(verb="order_batch").count() == 1


@pytest.mark.parametrize("who", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
def test_only_administrators_order_watch_stop_and_take(cast, who):
    me, batch = getattr(cast, who), order(cast.noor, Kind.TABLE)
    row = BatchRow.objects.create(batch=batch, subject="1", label="1", state="failed", error="x")

    assert list(Batch.objects.visible_to(me)) == []
    for deed in (
        lambda: order(me, Kind.TABLE),
        lambda: bulk.cancel(batch, by=me, at=NOON),
        lambda: bulk.try_again(row, by=me, at=NOON),
        lambda: bulk.take_away(batch, by=me, at=NOON),
    ):
        with pytest.raises(Refused):
            deed()


def test_an_order_says_why(noor):
    with pytest.raises(Refused, match="Say why"):
        bulk.order(Kind.TABLE, asked={}, reason=" ", token=uuid4(), by=noor, at=NOON)


def test_every_stage_reaches_the_end():
    assert {stage for stage in Stage if not FLOW.waits_for(stage)} == {Stage.CANCELLED}
    assert FLOW.waits_for(Stage.DONE) == {Role.ADMINISTRATOR}


# --- Issuing ----------------------------------------------------------------------------------
def test_what_was_decided_is_issued_once(cast):
    decision = decided(cast.ada)
    batch = order(cast.noor, Kind.ISSUE)

    assert bulk.waiting_for(Kind.ISSUE) == 1
    work()
    work()

    batch.refresh_from_db()
    [issued] = Certificate.objects.all()
    assert (issued.decision, issued.holder) == (decision.reference, cast.ada)
    assert (batch.stage, bulk.progress(batch).done) == (Stage.DONE, 1)
    assert bulk.waiting_for(Kind.ISSUE) == 0
    event = Event.objects.get(verb="issue_decided")
    assert event.facts["certificates"] == issued.number


def test_nothing_is_issued_without_a_decision_that_stands(cast):
    decision = decided(cast.ada)
    batch = order(cast.noor, Kind.ISSUE)
    working._begin(batch, NOON)
    Application.objects.update(stage=CaseStage.DECISION)  # it fell after the order

    work()

    row = batch.rows.get()
    assert (row.state, row.error) == ("failed", "The decision does not stand any more.")
    assert Certificate.objects.filter(decision=decision.reference).exists() is False
    refused = decided(cast.eve)
    Decision.objects.filter(pk=refused.pk).update(outcome=Outcome.DECLINE)
    assert bulk.waiting_for(Kind.ISSUE) == 0


def test_nobody_orders_their_own_certificate(cast):
    decided(cast.noor)
    batch = order(cast.noor, Kind.ISSUE)

    work()

    assert "Somebody else orders it." in batch.rows.get().error
    assert Certificate.objects.exists() is False


def test_a_decided_renewal_continues_the_chain(cast, award):
    first = award(cast.ada)
    decided(cast.ada, renews=first)
    order(cast.noor, Kind.ISSUE)
    batch = order(cast.noor, Kind.RENEW)

    work()

    renewed = Certificate.objects.get(renews=first)
    assert (renewed.anchor_on, renewed.term) == (first.anchor_on, 2)
    assert bulk.progress(batch).done == 1


def test_one_bad_row_does_not_stop_the_others(cast, award):
    """A renewal whose certificate was taken out of force meanwhile."""
    good, bad = award(cast.ada), award(cast.eve)
    decided(cast.eve, renews=bad)
    decided(cast.ada, renews=good)
    make.happened(bad, make.Kind.WITHDRAWN, at=NOON)
    batch = order(cast.noor, Kind.RENEW)

    work()

    assert list(batch.rows.values_list("state", flat=True)) == ["failed", "done"]
    assert "Settle that first." in batch.rows.first().error
    batch.refresh_from_db()
    assert batch.stage == Stage.DONE


def test_a_row_that_failed_is_tried_again_by_itself(cast):
    decision = decided(cast.ada)
    batch = order(cast.noor, Kind.ISSUE)
    working._begin(batch, NOON)
    Application.objects.update(stage=CaseStage.DECISION)
    work()
    row = batch.rows.get()
    Application.objects.update(stage=CaseStage.CERTIFIED)

    bulk.try_again(row, by=cast.noor, at=NOON)
    with pytest.raises(Refused, match="waits already"):
        bulk.try_again(row, by=cast.noor, at=NOON)
    work()

    batch.refresh_from_db()
    assert (batch.stage, bulk.progress(batch).done) == (Stage.DONE, 1)
    assert Certificate.objects.get().decision == decision.reference


# --- Bites, kills, cancelling -----------------------------------------------------------------
def test_it_goes_on_bite_by_bite_and_is_stopped(cast):
    many(5, cast.dee)
    batch = order(cast.noor, Kind.ISSUE)

    assert work(rows=2) == 2
    assert bulk.progress(batch).waiting == 3
    bulk.cancel(batch, by=cast.noor, at=NOON)
    assert work() == 0

    assert Certificate.objects.count() == 2
    with pytest.raises(Refused):
        bulk.cancel(batch, by=cast.noor, at=NOON)


class Killed(BaseException):
    """As when the machine goes away: nothing after it runs."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_kill_in_the_middle_of_a_row_leaves_it_undone_and_is_made_up(cast, monkeypatch, after):
    many(3, cast.dee)
    batch = order(cast.noor, Kind.ISSUE)
    do, calls = bulk.DOES[Kind.ISSUE], []

    def dies(row, at):
        said = do(row, at)
        calls.append(row.pk)
        if len(calls) == after + 1:
            raise Killed
        return said

    monkeypatch.setitem(bulk.DOES, Kind.ISSUE, dies)
    with pytest.raises(Killed):
        work()
    assert Certificate.objects.count() == after
    work(LATER)

    batch.refresh_from_db()
    assert (Certificate.objects.count(), batch.stage) == (3, Stage.DONE)
    assert Certificate.objects.values("decision").distinct().count() == 3


def test_a_row_that_kills_workers_ends_in_words(cast, monkeypatch):
    many(2, cast.dee)
    batch = order(cast.noor, Kind.ISSUE)
    poison = []

    def dies(row, _at):
        poison.append(row.pk)
        raise Killed

    monkeypatch.setitem(bulk.DOES, Kind.ISSUE, dies)
    for _nth in range(6):
        with pytest.raises(Killed):
            work()
    work()

    assert bulk.progress(batch).failed == 2
    assert len(poison) == 6
    assert "cut off three times" in batch.rows.first().error


def test_an_unforeseen_error_is_told_without_its_secrets(cast, monkeypatch):
    decided(cast.ada)
    batch = order(cast.noor, Kind.ISSUE)
    monkeypatch.setitem(bulk.DOES, Kind.ISSUE, lambda _row, _at: 1 / 0)

    work()

    assert "ZeroDivisionError" in batch.rows.get().error


def test_what_is_missing_holds_a_row_up_without_counting(cast, monkeypatch):
    decided(cast.ada)
    batch = order(cast.noor, Kind.ISSUE)

    def later(_row, _at):
        raise bulk.Later("no key")

    monkeypatch.setitem(bulk.DOES, Kind.ISSUE, later)
    for minutes in range(0, 20, 2):
        work(NOON + timedelta(minutes=minutes))

    row = batch.rows.get()
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "no key")
    assert work(row.later_until - timedelta(seconds=1)) == 0


def test_two_thousand_rows_at_the_same_queries_each(cast):
    many(2000, cast.dee)
    batch = order(cast.noor, Kind.ISSUE)
    with CaptureQueriesContext(connection) as beginning:
        working._begin(batch, NOON)
    counts = []
    for _row in range(3):
        with CaptureQueriesContext(connection) as queries:
            working._one(batch, NOON)
        counts.append(len(queries))

    assert len(beginning) < 50  # in bites, and those of SQLite are smaller
    assert counts[1] == counts[2]
    assert work(rows=3000, seconds=600) == 1997
    assert bulk.progress(batch).done == Certificate.objects.count() == 2000
    assert Certificate.objects.values("decision").distinct().count() == 2000


def test_the_database_wants_a_reason_and_words_for_a_failure(noor):
    batch = order(noor, Kind.TABLE)
    row = BatchRow.objects.create(batch=batch, subject="1", label="1")

    for rows, columns in (
        (Batch.objects.filter(pk=batch.pk), {"reason": ""}),
        (Batch.objects.filter(pk=batch.pk), {"made_at": NOON}),
        (BatchRow.objects.filter(pk=row.pk), {"state": "failed"}),
        (BatchRow.objects.filter(pk=row.pk), {"state": "odd"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchRow.objects.create(batch=batch, subject="1", label="again")


# --- Keys that changed ------------------------------------------------------------------------
@pytest.fixture
def drawn(cast, award, settings, tmp_path, files):
    settings.KEYS_DIR = tmp_path / "keys"
    issued = award(cast.ada)
    while draw_due(NOON):
        pass
    return issued


def new_paper_key(tmp_path):
    (tmp_path / "keys" / "paper-for-trying.p12").unlink()


def test_papers_under_an_earlier_key_are_drawn_anew(cast, drawn, tmp_path):
    old = {one.paper: one.sha256 for one in drawn.drawings.all()}
    first = PaperSigner.objects.get()
    new_paper_key(tmp_path)
    batch = order(cast.noor, Kind.REDRAW, which=str(first.pk))
    letters = Message.objects.count()

    work(LATER)

    new = {one.paper: one.sha256 for one in drawn.drawings.all()}
    assert bulk.progress(batch).done == 2
    assert not set(old.values()) & set(new.values())
    assert set(Drawing.objects.values_list("signer", flat=True)) == {
        PaperSigner.objects.exclude(pk=first.pk).get().pk
    }
    assert set(EarlierPaper.objects.values_list("sha256", flat=True)) == set(old.values())
    for digest in (*old.values(), *new.values()):
        assert Certificate.objects.on_paper(digest).get() == drawn
    for one in EarlierPaper.objects.all():  # the file itself is kept as well
        with default_storage.open(one.file) as file:
            content = file.read()
        assert hashlib.sha256(content).hexdigest() == one.sha256
    assert Message.objects.count() == letters  # nobody is told of it


def test_what_carries_the_present_key_is_left(cast, drawn):
    signer = PaperSigner.objects.get()
    batch = order(cast.noor, Kind.REDRAW, which=str(signer.pk))

    work()

    assert (bulk.progress(batch).left, EarlierPaper.objects.count()) == (2, 0)


def test_papers_that_failed_are_drawn_after_all(cast, drawn):
    Drawing.objects.update(drawn_at=None, sha256="", file="", signer=None, attempts=3)
    batch = order(cast.noor, Kind.REDRAW, which="failed")

    work()

    assert bulk.progress(batch).done == 2
    assert Drawing.objects.filter(drawn_at=None).exists() is False


def test_a_missing_key_holds_it_up(cast, drawn, settings, tmp_path):
    first = PaperSigner.objects.get()
    new_paper_key(tmp_path)
    settings.KEYS_FOR_TRYING = False
    batch = order(cast.noor, Kind.REDRAW, which=str(first.pk))

    work()

    assert "no key for papers" in batch.rows.first().error
    assert bulk.progress(batch).waiting == 2
    assert Drawing.objects.filter(drawn_at=None).exists() is False  # the earlier ones stay in use


def test_credentials_are_signed_anew_with_the_papers_that_carry_them(cast, drawn):
    owe()
    seal_due(NOON)
    before = Credential.objects.get()
    papers = set(drawn.drawings.values_list("sha256", flat=True))
    make_key(at=LATER, for_trying=True)
    batch = order(cast.noor, Kind.RESEAL, which=str(before.key_id))

    work(LATER)

    after = Credential.objects.get()
    assert bulk.progress(batch).done == 1
    assert (after.subject, after.place) == (before.subject, before.place)
    assert after.key_id != before.key_id
    assert EarlierCredential.objects.get().sha256 == before.sha256
    assert not papers & set(drawn.drawings.values_list("sha256", flat=True))
    again = order(cast.noor, Kind.RESEAL, which=str(after.key_id))
    work(LATER)
    assert bulk.progress(again).left == 1


# --- Exports ----------------------------------------------------------------------------------
EVIL = '=HYPERLINK("http://x","y")'


@pytest.fixture
def register(cast, award, files, monkeypatch):
    monkeypatch.setattr(working, "SLICES", {Kind.TABLE: 2, Kind.PAPERS: 2})
    names = [EVIL, 'Ünal, "Ö"', "  +1 555", "Ada", "@sum"]
    return [award(make.person(f"h{n}", full_name=name)) for n, name in enumerate(names)]


def content_of(batch):
    batch.refresh_from_db()
    with batch.file.open("rb") as file:
        return file.read()


def table_of(batch):
    return list(csv.reader(io.StringIO(content_of(batch).decode("utf-8-sig"), newline="")))


def test_the_register_leaves_as_inert_csv(cast, register):
    batch = order(cast.noor, Kind.TABLE, columns=["number", "holder", "status", "email"])

    work()

    heading, *rows = table_of(batch)
    assert heading == ["Number", "Holder", "Status", "E-mail address"]
    assert [row[0] for row in rows] == [one.number for one in register]
    assert [row[1] for row in rows] == [f"'{EVIL}", 'Ünal, "Ö"', "'  +1 555", "Ada", "'@sum"]
    assert {row[2] for row in rows} == {"Valid"}
    assert batch.rows.count() == 3
    assert batch.sha256 == hashlib.sha256(content_of(batch)).hexdigest()


def test_the_register_leaves_as_a_spreadsheet_with_typed_cells(cast, register):
    batch = order(cast.noor, Kind.TABLE, format="xlsx", columns=["holder", "awarded_on"])

    work()

    sheet = openpyxl.load_workbook(io.BytesIO(content_of(batch))).active
    rows = list(sheet.iter_rows(min_row=2))
    assert {row[0].data_type for row in rows} == {"s"}
    assert {row[1].is_date for row in rows} == {True}
    assert [row[0].value for row in rows][3] == "Ada"


def test_filters_say_which(cast, register):
    Certificate.objects.filter(pk=register[0].pk).update(stopped_at=NOON)
    batch = order(
        cast.noor, Kind.TABLE, tier="current-practice", in_force_on="2026-09-01",
        awarded_from="2026-01-01", awarded_until="2026-12-31", columns=["number"],
    )  # fmt: skip
    none = order(cast.noor, Kind.TABLE, tier="current-concepts", columns=["number"])

    work()

    assert [row[0] for row in table_of(batch)[1:]] == [one.number for one in register[1:]]
    assert table_of(none) == [["Number"]]


@pytest.mark.parametrize("words", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r=1", "\x00=1"])
def test_a_cell_is_inert(words):
    assert inert(words).startswith("'")
    assert inert("Ada") == "Ada"


def test_every_column_has_words(cast, register):
    for one in register:
        assert all(isinstance(say(one, NOON), str) for _label, say in COLUMNS.values())


def test_papers_leave_in_one_zip_with_their_hashes(cast, register):
    while draw_due(NOON, limit=2) and Drawing.objects.exclude(drawn_at=None).count() < 4:
        pass
    batch = order(cast.noor, Kind.PAPERS, paper="a4")

    work()

    with zipfile.ZipFile(io.BytesIO(content_of(batch))) as box:
        manifest = dict(list(csv.reader(io.StringIO(box.read("manifest.csv").decode())))[1:])
        papers = {name: box.read(name) for name in box.namelist() if name != "manifest.csv"}
    assert set(manifest) == {f"{one.number}-a4.pdf" for one in register}
    drawn = {name for name, digest in manifest.items() if digest}
    assert set(papers) == drawn
    assert 0 < len(drawn) < 5
    for name, content in papers.items():
        assert hashlib.sha256(content).hexdigest() == manifest[name]


def test_an_export_is_taken_by_deed_and_removed_after_a_week(cast, register):
    batch = order(cast.noor, Kind.TABLE)
    with pytest.raises(Refused, match="not there any more"):
        bulk.take_away(batch, by=cast.noor, at=NOON)
    work()
    batch.refresh_from_db()
    folder = batch.file.name.rpartition("/")[0]

    bulk.take_away(batch, by=cast.noor, at=NOON)
    assert Event.objects.get(verb="take_export").facts == {"sha256": batch.sha256}
    assert working.sweep(NOON + timedelta(days=7)) == 0
    assert working.sweep(NOON + timedelta(days=7, seconds=1)) == 1
    assert working.sweep(NOON + timedelta(days=8)) == 0

    batch.refresh_from_db()
    assert default_storage.listdir(folder)[1] == []
    with pytest.raises(Refused, match="not there any more"):
        bulk.take_away(batch, by=cast.noor, at=NOON)


def test_a_slice_that_was_cut_off_is_written_again_and_once(cast, register, monkeypatch):
    batch = order(cast.noor, Kind.TABLE, columns=["number"])
    keep, calls = exporting._keep_part, []

    def dies(row, content, ending):
        keep(row, content, ending)
        calls.append(row.pk)
        if len(calls) == 2:
            raise Killed

    monkeypatch.setattr(exporting, "_keep_part", dies)
    with pytest.raises(Killed):
        work()
    work(LATER)

    assert [row[0] for row in table_of(batch)[1:]] == [one.number for one in register]
    assert len(default_storage.listdir(batch.file.name.rpartition("/")[0])[1]) == 4


def test_a_full_disk_is_told_and_tried_again(cast, register, monkeypatch):
    batch = order(cast.noor, Kind.TABLE)
    together = bulk.FINISHES[Kind.TABLE]

    def full(_batch, _at):
        raise OSError("No space left on device")

    monkeypatch.setitem(bulk.FINISHES, Kind.TABLE, full)
    work()
    batch.refresh_from_db()
    assert (batch.stage, "No space" in batch.last_error) == (Stage.WORKING, True)
    monkeypatch.setitem(bulk.FINISHES, Kind.TABLE, together)
    work(LATER)

    batch.refresh_from_db()
    assert (batch.stage, batch.last_error) == (Stage.DONE, "")
    assert State.FAILED not in batch.rows.values_list("state", flat=True)
