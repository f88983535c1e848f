"""The administrators' pages of batches: ordered, watched, stopped, tried again, taken away."""

from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from certificates import bulk, working
from certificates.batch_flow import Kind, Stage
from certificates.batches import Batch, BatchRow
from certificates.beat import sweep_exports, work_through_batches
from tests.make import NOON
from trail.models import Event

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"certificates:{name}", args=args)


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def order_as_form(**other):
    columns = ["number", "holder"]
    return {"token": str(uuid4()), "format": "csv", "columns": columns, "reason": "Audit.", **other}


@pytest.fixture
def batch(noor):
    return bulk.order(
        Kind.TABLE, asked={"columns": ["number"]}, reason="Audit.", token=uuid4(), by=noor, at=NOON
    )


@pytest.mark.parametrize("who", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
def test_the_pages_are_not_there_for_others(sign_in_as, cast, batch, who):
    client = sign_in_as(getattr(cast, who))
    row = BatchRow.objects.create(batch=batch, subject="1", label="1")

    got = [
        client.get(url("batches")),
        client.get(url("order_batch", "table")),
        client.post(url("order_batch", "table"), order_as_form()),
        client.get(url("batch", batch.pk)),
        client.get(url("batch_state", batch.pk)),
        client.post(url("cancel_batch", batch.pk)),
        client.post(url("take_export", batch.pk)),
        client.post(url("retry_row", row.pk)),
    ]

    assert {answer.status_code for answer in got} == {404}
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_is_ordered_with_a_reason(sign_in_as, cast, award, kind):
    award(cast.ada)
    client = sign_in_as(cast.noor)
    sent = order_as_form(paper="a4", which="failed")

    bare = words(client.post(url("order_batch", kind), {**sent, "reason": ""}))
    assert ("This field is required." in bare) is True
    if kind == Kind.RESEAL:  # no credential is signed yet, so there is no key to choose
        return
    client.post(url("order_batch", kind), sent)
    client.post(url("order_batch", kind), sent)

    assert [one.kind for one in Batch.objects.all()] == [kind]
    assert client.get(url("order_batch", "x")).status_code == 404
    assert client.get(url("batches")).status_code == 200


def test_a_batch_is_watched_stopped_and_taken(sign_in_as, cast, award, batch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    issued = award(cast.ada)
    client = sign_in_as(cast.noor)

    page = words(client.get(url("batch", batch.pk)))
    assert "It begins within seconds." in page
    assert "hx-get" in page
    working.work_due(NOON)
    done = words(client.get(url("batch_state", batch.pk)))
    assert "1 of 1" in done
    assert "hx-get" not in done
    taken = client.post(url("take_export", batch.pk))
    assert issued.number in b"".join(taken.streaming_content).decode("utf-8-sig")
    assert "attachment" in taken["Content-Disposition"]
    assert client.get(url("take_export", batch.pk)).status_code == 405
    assert Event.objects.filter(verb="take_export", actor=cast.noor).count() == 1
    taken.close()


def test_a_failed_row_is_told_and_tried_again(sign_in_as, cast, batch):
    row = BatchRow.objects.create(
        batch=batch, subject="1-1", label="1–1", state="failed", error="It was not so."
    )
    client = sign_in_as(cast.noor)

    assert "It was not so." in words(client.get(url("batch", batch.pk)))
    client.post(url("retry_row", row.pk))

    row.refresh_from_db()
    assert (row.state, row.error) == ("waiting", "")
    client.post(url("cancel_batch", batch.pk))
    batch.refresh_from_db()
    assert batch.stage == Stage.CANCELLED


def test_the_progress_page_asks_the_same_however_many_rows(
    sign_in_as, cast, batch, django_assert_num_queries
):
    client = sign_in_as(cast.noor)
    client.get(url("batch", batch.pk))
    for count in (1, 60):
        BatchRow.objects.bulk_create(
            BatchRow(batch=batch, subject=f"{count}-{n}", label="x", state="failed", error="No.")
            for n in range(count)
        )
        with django_assert_num_queries(QUERIES):
            client.get(url("batch_state", batch.pk))


QUERIES = 8


def test_the_clock_works_and_sweeps(batch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    assert work_through_batches() == 0
    batch.refresh_from_db()
    assert batch.stage == Stage.DONE
    assert sweep_exports() == 0
