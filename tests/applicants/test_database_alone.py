"""Plain SQL, as the role under which the portal runs: the database itself keeps the rules.

Whoever gets into the application gets no further than this. On SQLite there are no roles, and the
same refusals hold for everybody.
"""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.roles import Role
from applicants.flow import Stage
from tests import make

pytestmark = pytest.mark.django_db
# As deploy/README.md sets the role up.
RIGHTS = """
CREATE ROLE portal_in_a_test;
GRANT USAGE ON SCHEMA public TO portal_in_a_test;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_in_a_test;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO portal_in_a_test;
"""
POSTGRESQL = connection.vendor == "postgresql"


@pytest.fixture
def walk(small, cast):
    """Certified, with a whole chain of parts behind it."""
    return make.certified(cast, slug="current-concepts")


@contextmanager
def as_the_portal():
    with transaction.atomic(), connection.cursor() as cursor:
        if POSTGRESQL:
            cursor.execute(RIGHTS)
            cursor.execute("SET LOCAL ROLE portal_in_a_test")
        yield cursor
        if POSTGRESQL:
            cursor.execute("RESET ROLE")


def refused(sql, *values):
    """What the database says to it."""
    with pytest.raises(DatabaseError) as refusal, as_the_portal() as cursor:
        cursor.execute(sql, values)
    return str(refusal.value)


def counted(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own words
        return cursor.fetchone()[0]


def test_the_portal_itself_may_read_and_write(walk, cast):
    with as_the_portal() as cursor:
        cursor.execute("SELECT count(*) FROM applicants_application")
        assert cursor.fetchone()[0] == 1
        cursor.execute("UPDATE accounts_user SET city = 'Lima' WHERE id = %s", [cast.eve.pk])
        assert cursor.rowcount == 1


@pytest.mark.parametrize("role", [Role.DECIDER, Role.VERIFIER, Role.AUDITOR])
def test_a_second_part_for_one_person_in_a_case(walk, cast, role):
    sql = (
        "INSERT INTO applicants_caserole "
        "(application_id, person_id, role, since, ended_at, ended_why) "
        "VALUES (%s, %s, %s, %s, %s, 'recused')"
    )
    for person in (cast.ada, cast.aud, cast.dee):
        said = refused(sql, walk.case.pk, person.pk, role.value, walk.at, walk.at)
        assert "one_part_per_person_and_case" in said or "person_id" in said
    assert counted("applicants_caserole") == 4


def test_a_part_is_not_handed_to_somebody_who_has_one(walk, cast):
    refused("UPDATE applicants_caserole SET person_id = %s WHERE role = 'decider'", cast.aud.pk)


def test_a_grant_is_not_set_aside(walk):
    said = refused("UPDATE applicants_decision SET set_aside_at = at")

    assert "an appeal never makes a result worse" in said


def test_a_certificate_without_a_decision(walk):
    with connection.cursor() as cursor:
        columns = [
            column.name
            for column in connection.introspection.get_table_description(
                cursor, "certificates_certificate"
            )
            if column.name != "id"
        ]
        changed = {"number": "'X-1'", "public_id": "'x-1'", "snapshot": "snapshot"}
        changed["decision"] = "'00000000-0000-4000-8000-000000000000'"
        if not POSTGRESQL:
            changed["decision"] = "'00000000000040008000000000000000'"
    values = ", ".join(changed.get(column, column) for column in columns)
    named = ", ".join(columns)

    table = "certificates_certificate"
    said = refused(f"INSERT INTO {table} ({named}) SELECT {values} FROM {table}")  # noqa: S608

    assert "a certificate needs a granting decision that stands" in said
    assert counted("certificates_certificate") == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE certificates_certificate SET number = 'X-1'",
        "UPDATE certificates_certificate SET expires_on = '2099-01-01'",
        "DELETE FROM certificates_certificate",
        "DELETE FROM certificates_certificateevent",
        "UPDATE certificates_certificateevent SET reason = ''",
        "UPDATE trail_event SET verb = 'nothing' WHERE verb = 'certify'",
        "UPDATE trail_event SET hash = hash",
        "DELETE FROM trail_event WHERE verb = 'certify'",
        "DELETE FROM trail_event",
    ],
)
def test_what_happened_is_neither_changed_nor_removed(walk, sql):
    before = counted("trail_event"), counted("certificates_certificateevent")

    said = refused(sql)

    assert "append-only" in said or "never changed or removed" in said
    assert (counted("trail_event"), counted("certificates_certificateevent")) == before


@pytest.mark.skipif(not POSTGRESQL, reason="SQLite knows no owners")
@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE trail_event",
        "ALTER TABLE trail_event DISABLE TRIGGER trail_append_only",
        "DROP TRIGGER trail_append_only ON trail_event",
        "ALTER TABLE applicants_caserole DROP CONSTRAINT one_part_per_person_and_case",
        "DROP TABLE applicants_caserole",
        "SET session_replication_role = replica",
    ],
)
def test_nobody_takes_the_guards_away(walk, sql):
    refused(sql)


def test_no_exception_for_who_judges_and_none_by_one_person(cast):
    case = make.application(cast, at_stage=Stage.SELF_ASSESSMENT)
    sql = (
        "INSERT INTO applicants_partexception (application_id, person_id, role, bond, reason, "
        "asked_by_id, asked_at, answer, answered_by_id, answered_at, answer_note) "
        "VALUES (%s, %s, %s, %s, 'x', %s, %s, 'granted', %s, %s, '')"
    )
    at, ina, noor, dee = make.NOON, cast.ina.pk, cast.noor.pk, cast.dee.pk

    for role in ("auditor", "second_auditor", "third_auditor", "verifier", "decider"):
        said = refused(sql, case.pk, cast.aud.pk, role, "taught", noor, at, dee, at)
        assert "no_exception_for_who_judges" in said
    for bond in ("family", "interest", "declared", "applicant"):
        said = refused(sql, case.pk, ina, "intake_manager", bond, noor, at, dee, at)
        assert "no_exception_from_hard_bars" in said
    for asked, answered in ((noor, noor), (noor, ina), (ina, noor)):
        refused(sql, case.pk, ina, "intake_manager", "taught", asked, at, answered, at)
    assert counted("applicants_partexception") == 0


def test_nobody_qualifies_themselves(cast):
    refused("UPDATE applicants_qualification SET given_by_id = person_id")
