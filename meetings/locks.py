"""One at a time for each person, so that nobody decides over a time that is just being taken."""

from django.db import connection

from accounts.models import User

# Added to a person's number, so that this lock is nobody else's.
PERSON_LOCK = 4_170_242 << 32


def lock(*people: User) -> None:
    """Until the transaction ends, nobody else books for these people. Always in the same order,
    so that two bookings wait for each other once and never in a ring. SQLite has one writer."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for pk in sorted({person.pk for person in people}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PERSON_LOCK + pk])
