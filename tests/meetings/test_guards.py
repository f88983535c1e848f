"""The database itself: each constraint allows, allows, and refuses. On both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction

from meetings import guards
from meetings.models import MINUTES, Busy, How, Kind, Meeting, State

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 9, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(person):
    host, guest = person("Host"), person("Guest")

    def make(**changes):
        fields = {
            "kind": Kind.INTAKE,
            "host": host,
            "guest": guest,
            "starts_at": NINE,
            "ends_at": NINE + 15 * MINUTE,
            "how": How.VIDEO,
            "booked_at": NINE,
            "changed_at": NINE,
        }
        with transaction.atomic():
            return Meeting.objects.create(**{**fields, **changes})

    return make


@pytest.mark.parametrize("kind", Kind)
def test_a_meeting_is_as_long_as_its_kind(meeting, kind):
    right = MINUTES[kind] * MINUTE

    meeting(kind=kind, ends_at=NINE + right)
    meeting(kind=kind, starts_at=NINE + MINUTE, ends_at=NINE + MINUTE + right)
    for wrong in (right - MINUTE, right + MINUTE, -right, 0 * MINUTE):
        with pytest.raises(IntegrityError, match="meeting_"):
            meeting(kind=kind, ends_at=NINE + wrong)


def test_an_unknown_kind_or_way_is_refused(meeting):
    with pytest.raises(IntegrityError, match="meeting_is_as_long_as_its_kind"):
        meeting(kind="chat")
    with pytest.raises(IntegrityError, match="meeting_how_is_known"):
        meeting(how="pigeon")


def test_nobody_meets_themselves(meeting, person):
    meeting()
    meeting(guest=person("Bea"))

    eve = person("Eve")
    with pytest.raises(IntegrityError, match="nobody_meets_themselves"):
        meeting(host=eve, guest=eve)


def test_booked_or_closed(meeting):
    meeting()
    meeting(state=State.DONE, closed_at=NINE, outcome="proceed")

    with pytest.raises(IntegrityError, match="meeting_is_booked_or_closed"):
        meeting(closed_at=NINE)
    with pytest.raises(IntegrityError, match="meeting_is_booked_or_closed"):
        meeting(state=State.DONE, outcome="proceed")
    with pytest.raises(IntegrityError, match="meeting_is_booked_or_closed"):
        meeting(state="odd", closed_at=NINE)


def test_cancelled_by_somebody_for_a_reason(meeting, person):
    eve = person("Eve")
    meeting(state=State.CANCELLED, closed_at=NINE, cancelled_by=eve, cancel_reason="Ill.")

    with pytest.raises(IntegrityError, match="meeting_is_cancelled_by_somebody"):
        meeting(state=State.CANCELLED, closed_at=NINE, cancel_reason="Ill.")
    with pytest.raises(IntegrityError, match="meeting_is_cancelled_by_somebody"):
        meeting(state=State.CANCELLED, closed_at=NINE, cancelled_by=eve)
    with pytest.raises(IntegrityError, match="meeting_is_cancelled_by_somebody"):
        meeting(cancel_reason="Ill.")


@pytest.fixture
def busy(meeting):
    def make(person, starts, ends):
        row = Busy(meeting=meeting(), person=person)
        row.starts_at, row.ends_at = NINE + starts * MINUTE, NINE + ends * MINUTE
        with transaction.atomic():
            row.save()
        return row

    return make


def test_one_person_is_in_one_meeting_at_a_time(busy, person):
    ada, eve = person("Ada"), person("Eve")
    busy(ada, 0, 15)
    busy(ada, 15, 30)  # right after
    busy(eve, 0, 15)  # somebody else

    for starts, ends in [(0, 15), (14, 16), (-60, 90), (5, 10), (29, 31)]:
        with pytest.raises(IntegrityError, match=guards.NAME):
            busy(ada, starts, ends)


def test_nor_can_a_row_be_pushed_into_another(busy, person):
    ada = person("Ada")
    busy(ada, 0, 15)
    later = busy(ada, 30, 45)
    later.starts_at -= 10 * MINUTE
    later.save()

    later.starts_at -= 10 * MINUTE
    with pytest.raises(IntegrityError, match=guards.NAME), transaction.atomic():
        later.save()


def test_plain_sql_is_refused_too(busy, person):
    row = busy(person("Ada"), 0, 15)
    copy = (
        "INSERT INTO meetings_busy (meeting_id, person_id, starts_at, ends_at) "
        "SELECT m.id, b.person_id, b.starts_at, b.ends_at FROM meetings_busy b, meetings_meeting m "
        "WHERE b.id = %s AND m.id <> b.meeting_id"
    )
    busy(person("Eve"), 0, 15)

    with (
        pytest.raises(IntegrityError, match=guards.NAME),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(copy, [row.pk])


def test_a_missing_guard_is_noticed():
    def found():
        return [error.id for error in run_checks(databases=["default"]) if "meetings" in error.id]

    editor = connection.schema_editor()
    assert found() == []

    guards.remove(None, editor)
    assert found() == ["meetings.E001"]

    guards.install(None, editor)
    assert found() == []


def test_where_there_is_no_table_nothing_is_missing():
    connection.schema_editor().execute("ALTER TABLE meetings_busy RENAME TO elsewhere")

    assert guards.present(connection)
