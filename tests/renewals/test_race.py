"""Eight windows, one click each: one entry, one request, one answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from certificates.dates import body_day
from certificates.models import Certificate
from renewals import services
from renewals.models import Leave, Note
from tests import make
from tests.applicants.test_race import PEOPLE, at_once
from trail.flow import Refused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need PostgreSQL"),
]


@pytest.fixture
def held(cast):
    make.small_catalogue("M1.1")
    return make.certified(cast)


def test_one_form_sent_by_eight_clicks_is_one_entry(held, ada):
    token = uuid4()
    written = services.Written(kind="change", on=body_day(held.at), text="I wait longer now.")

    won, stopped = at_once(
        lambda _n: services.add(held.certificate, written, token=token, by=ada, at=held.at)
    )

    assert (len(won), stopped) == (PEOPLE, [])
    assert Note.objects.count() == 1


def test_eight_answers_move_the_end_once(held, ada, noor):
    day = body_day(held.at)
    asked = services.ask_leave(
        held.certificate, why="study", starts_on=day, ends_on=day + timedelta(days=59), words="",
        by=ada, at=held.at,
    )  # fmt: skip
    read = [Leave.objects.get(pk=asked.pk) for _ in range(PEOPLE)]

    won, stopped = at_once(lambda n: services.grant_leave(read[n], by=noor, at=held.at))

    assert len(won) == 1
    assert all(isinstance(error, Refused) for error in stopped)
    certificate = Certificate.objects.get(pk=held.certificate.pk)
    assert certificate.extended_to == certificate.expires_on + timedelta(days=60)
    assert certificate.events.filter(kind="extended").count() == 1
