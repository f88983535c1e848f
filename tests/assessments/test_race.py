"""Two windows at the very same moment, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from assessments import services
from assessments.models import Rating, SelfAssessment
from assessments.services import Answer, Closed
from tests import make
from tests.assessments.conftest import everything, statements

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need PostgreSQL"),
]


def at_once(*works):
    """What each of these came to, started together, each on a connection of its own."""
    gate = Barrier(len(works))

    def go(work):
        try:
            gate.wait(timeout=10)
            return work()
        except Closed as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(go, works))


def test_of_many_windows_at_once_one_is_stored_and_the_others_are_told(cast, at):
    case = make.application(cast)
    assessment = services.start(case, by=cast.ada, at=at)
    pk = statements(case)["M1.1"]

    def window(rating):
        mine = SelfAssessment.objects.select_related("application__tier").get(pk=assessment.pk)
        return lambda: services.save(mine, {pk: Answer(concept=rating)}, by=cast.ada, at=at)

    for revision in range(5):
        Rating.objects.all().delete()
        told = at_once(*(window(rating) for rating in range(5)))

        winners = [saved for saved in told if saved.revisions]
        stored = Rating.objects.get()
        assert len(winners) == 1, revision
        assert {saved.conflicts[pk].stored.concept for saved in told if saved.conflicts} == {
            stored.concept
        }


def test_an_answer_is_in_the_baseline_or_refused_never_lost(cast, at):
    case = make.application(cast)
    services.rate(case, everything(case), by=cast.ada, at=at)
    assessment = SelfAssessment.objects.get(application=case)
    pk = statements(case)["M1.1"]
    last = Answer(concept=0, practice=0, revision=1)

    def send():
        with transaction.atomic():
            services.send(SelfAssessment.objects.get(pk=assessment.pk), by=cast.ada, at=at)

    said, _sent = at_once(
        lambda: services.save(
            SelfAssessment.objects.get(pk=assessment.pk), {pk: last}, by=cast.ada, at=at
        ),
        send,
    )

    assessment.refresh_from_db()
    frozen = next(row for row in assessment.answers if row["statement"] == pk)
    assert (frozen["concept"] == 0) == (not isinstance(said, Closed))
