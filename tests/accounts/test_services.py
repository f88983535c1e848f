from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Grant
from accounts.roles import Role
from accounts.services import NotYours, body_day, end_grant, grant
from tests import make
from tests.make import NOON
from trail.flow import Refused
from trail.models import Event

pytestmark = pytest.mark.django_db
TODAY = body_day(NOON)


def give(to, by, role=Role.AUDITOR, starts_on=TODAY, ends_on=None, at=NOON):
    return grant(role, to=to, by=by, at=at, starts_on=starts_on, ends_on=ends_on)


def test_a_grant_says_who_gave_it_and_for_how_long(noor, eve):
    given = give(eve, noor, ends_on=TODAY + timedelta(days=30))

    assert (given.given_by, given.given_at, given.ends_on) == (noor, NOON, date(2026, 10, 1))
    assert eve.roles_on(TODAY - timedelta(days=1)) == frozenset()
    assert eve.roles_on(TODAY) == {Role.AUDITOR}
    assert eve.roles_on(date(2026, 10, 1)) == {Role.AUDITOR}
    assert eve.roles_on(date(2026, 10, 2)) == frozenset()


def test_a_grant_and_its_end_stand_in_the_trail(noor, eve):
    given = give(eve, noor)
    end_grant(given, by=noor, at=NOON)

    events = Event.objects.about(given).values_list("verb", "actor", "facts").order_by("pk")
    facts = {"role": "auditor", "user": eve.pk}
    assert list(events) == [("grant", noor.pk, facts), ("end_grant", noor.pk, facts)]


@pytest.mark.parametrize("name", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
def test_only_administrators_give_roles(cast, name):
    with pytest.raises(NotYours, match="Only an administrator"):
        give(cast.eve, getattr(cast, name))

    assert not cast.eve.grants.exists()


def test_nobody_gives_a_role_to_themselves(noor):
    with pytest.raises(NotYours, match="Nobody gives"):
        give(noor, noor)

    assert noor.roles_on(TODAY) == {Role.ADMINISTRATOR}


def test_the_database_too_refuses_a_role_given_to_oneself(noor):
    with pytest.raises(IntegrityError, match="nobody_grants_to_themselves"), transaction.atomic():
        Grant.objects.create(user=noor, role=Role.DECIDER, starts_on=TODAY, given_by=noor)


def test_nobody_ends_a_role_of_their_own(noor):
    with pytest.raises(NotYours):
        end_grant(noor.grants.get(), by=noor, at=NOON)


def test_an_administrator_whose_role_has_ended_gives_nothing(noor, eve):
    late = make.person("late")
    Grant.objects.create(
        user=late,
        role=Role.ADMINISTRATOR,
        starts_on=date(2020, 1, 1),
        ends_on=TODAY - timedelta(days=1),
    )

    with pytest.raises(NotYours):
        give(eve, late)


@pytest.mark.parametrize("began", [TODAY - timedelta(days=30), TODAY, TODAY + timedelta(days=30)])
def test_an_ended_grant_gives_no_access_from_that_moment(noor, eve, began):
    given = give(eve, noor, starts_on=began)

    end_grant(given, by=noor, at=NOON)

    assert eve.roles_on(TODAY) == frozenset()
    assert eve.roles_on(began + timedelta(days=31)) == frozenset()


def test_an_ended_grant_still_tells_what_was(noor, eve):
    given = give(eve, noor, starts_on=TODAY - timedelta(days=30))

    end_grant(given, by=noor, at=NOON)

    assert eve.roles_on(TODAY - timedelta(days=1)) == {Role.AUDITOR}


def test_a_grant_ends_once(noor, eve):
    given = give(eve, noor)
    end_grant(given, by=noor, at=NOON)

    with pytest.raises(Refused, match="ended already"):
        end_grant(given, by=noor, at=NOON + timedelta(days=3))


def test_a_role_ended_today_can_be_given_again_today(noor, eve):
    end_grant(give(eve, noor), by=noor, at=NOON)

    give(eve, noor)

    assert eve.roles_on(TODAY) == {Role.AUDITOR}


@pytest.mark.parametrize(
    ("starts", "ends", "free"),
    [
        (0, None, False),
        (-9, -1, True),
        (-9, 0, False),
        (5, 8, False),
        (10, 10, False),
        (11, 20, True),
    ],
)
def test_the_same_role_is_not_held_twice_at_a_time(noor, eve, starts, ends, free):
    give(eve, noor, ends_on=TODAY + timedelta(days=10))
    ends_on = None if ends is None else TODAY + timedelta(days=ends)

    if free:
        give(eve, noor, starts_on=TODAY + timedelta(days=starts), ends_on=ends_on)
    else:
        with pytest.raises(Refused, match="already"):
            give(eve, noor, starts_on=TODAY + timedelta(days=starts), ends_on=ends_on)


def test_a_grant_ends_after_it_starts(noor, eve):
    with pytest.raises(Refused, match="last day lies before"):
        give(eve, noor, ends_on=TODAY - timedelta(days=1))


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CLOCK, Role.PROGRAMME_CONTACT])
def test_what_follows_from_deeds_cannot_be_granted(eve, role):
    with pytest.raises(IntegrityError, match="grant_is_a_granted_role"), transaction.atomic():
        Grant.objects.create(user=eve, role=role, starts_on=TODAY)


def test_roles_begin_with_the_bodys_day():
    late_evening_in_toronto = NOON.replace(day=2, hour=3)

    assert body_day(late_evening_in_toronto) == date(2026, 9, 1)
