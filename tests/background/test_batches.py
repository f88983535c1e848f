"""A batch in the hands of a real worker that is killed in the middle."""

from uuid import uuid4

from django.db.models import Count
from django.utils import timezone

from applicants.models import Decision
from certificates import bulk
from certificates.batch_flow import Kind, Stage
from certificates.models import Certificate
from tests import make
from tests.background.conftest import wait_until
from tests.background.test_worker import broker, kill, pytestmark, start_worker
from tests.certificates.test_batches import many
from trail.models import Event

__all__ = ["broker", "pytestmark", "start_worker"]
ROWS = 400


def test_a_killed_worker_does_no_row_twice_and_the_next_one_goes_on(start_worker):
    cast = make.cast()
    many(ROWS, cast.dee)
    batch = bulk.order(
        Kind.ISSUE, asked={}, reason="Kept.", token=uuid4(), by=cast.noor, at=timezone.now()
    )
    worker = start_worker()
    wait_until(lambda: bulk.progress(batch).done >= 20, 60, "the worker has not begun")
    kill(worker)
    before = bulk.progress(batch)

    start_worker()
    wait_until(lambda: bulk.progress(batch).done == ROWS, 120, "rows are missing")

    assert 0 < before.waiting < ROWS
    assert before.done == ROWS - before.waiting
    per_decision = Certificate.objects.values("decision").annotate(n=Count("pk"))
    assert {row["n"] for row in per_decision} == {1}
    assert per_decision.count() == Decision.objects.count() == ROWS
    assert Event.objects.filter(verb="issue_decided").count() == ROWS
    wait_until(lambda: stage_of(batch) == Stage.DONE, 20, "the batch does not end")


def stage_of(batch):
    batch.refresh_from_db()
    return batch.stage
