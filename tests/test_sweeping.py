"""Tests that commit leave nothing behind, by whichever way they are cleared away."""

import pytest
from django.db import connection

from notices.models import LetterText
from notices.services import post
from tests import make
from tests.sweeping import PEOPLE, TRAIL, Broom, tables, with_rows
from trail.models import Event

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is swept"),
]


@pytest.fixture
def broom():
    broom = Broom()
    broom.remember()
    return broom


def test_what_a_test_leaves_is_swept_and_what_ships_stays(broom):
    shipped = set(with_rows(tables()))
    letters = set(LetterText.objects.values_list("pk", flat=True))
    ada = make.person("ada")
    post("no_account", key="k", to=ada)
    Event.objects.record("come", about=ada, by=ada, at=make.NOON)
    dirty = set(with_rows(tables())) - shipped

    assert broom.sweep()

    assert dirty == {PEOPLE, TRAIL, "notices_message"}
    assert set(with_rows(tables())) == shipped
    assert set(LetterText.objects.values_list("pk", flat=True)) == letters


def test_content_that_a_test_has_changed_is_not_taken_for_what_ships(broom):
    letter = LetterText.objects.first()
    letter.subject += "!"
    letter.save()

    assert not broom.sweep()


def test_content_that_a_test_has_removed_is_missed(broom):
    LetterText.objects.first().delete()

    assert not broom.sweep()


def test_rows_that_may_not_be_deleted_are_left_to_django(broom, cast):
    make.certified(cast)

    assert not broom.sweep()


def test_people_are_never_what_ships():
    make.person("ada")
    broom = Broom()
    broom.remember()

    assert not broom.sweep()
