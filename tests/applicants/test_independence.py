"""Two calendar years after teaching ends, to the day."""

from dataclasses import replace
from datetime import date

import pytest

from applicants.assigning import teach
from applicants.models import Interest, TeachingRelation
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.application(cast)


def taught(cast, at, ends_on):
    teach(
        teacher=cast.aud,
        learner=cast.ada,
        starts_on=date(2020, 1, 1),
        ends_on=ends_on,
        provider="",
        by=cast.aud,
        at=at,
    )


@pytest.mark.parametrize(
    ("ended", "on", "barred"),
    [
        (date(2024, 9, 1), date(2026, 8, 31), True),
        (date(2024, 9, 1), date(2026, 9, 1), True),
        (date(2024, 9, 1), date(2026, 9, 2), False),
        (None, date(2040, 1, 1), True),
        # 29 February counts as the 28th where there is none.
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2024, 2, 29), date(2026, 3, 1), False),
        (date(2022, 2, 28), date(2024, 2, 29), False),
        (date(2022, 2, 28), date(2024, 2, 28), True),
    ],
)
def test_teaching_bars_for_two_calendar_years(case, cast, at, ended, on, barred):
    taught(cast, at, ended)

    assert bool(case.bars(cast.aud, on)) is barred
    assert TeachingRelation.objects.barring(on).exists() is barred


def test_teaching_bars_in_both_directions_and_nobody_else(case, cast, at):
    taught(cast, at, None)
    theirs = make.application(replace(cast, ada=cast.aud))

    assert case.bars(cast.aud, at.date()) != []
    assert theirs.bars(cast.ada, at.date()) != []
    assert case.bars(cast.vera, at.date()) == []


def test_an_interest_bars_until_its_last_day(case, cast, at):
    Interest.objects.create(
        person=cast.aud, about=cast.ada, declared_at=at, ends_on=date(2026, 9, 30)
    )

    assert case.bars(cast.aud, date(2026, 9, 30)) != []
    assert case.bars(cast.aud, date(2026, 10, 1)) == []


def test_the_applicant_never_judges_their_own_case(case, cast, at):
    assert case.bars(cast.ada, at.date()) == ["This is the applicant."]
    assert case.acts_as(cast.ada) == frozenset({"applicant"})
