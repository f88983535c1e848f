"""How a test that commits leaves no trace, without emptying seventy tables that are empty.

Django truncates every table, which costs PostgreSQL seconds of work on files, and what ships has to
be loaded again. Here only the tables with rows are emptied, and what ships stays, as long as it is
row by row what was loaded. Wherever that is not so, or rows are guarded against deletion, Django's
own way is taken.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

TRAIL = "trail_event"  # refuses deletion, and nothing refers to it: it can be truncated alone
PEOPLE = "accounts_user"


class Broom:
    def __init__(self):
        self.shipped = {}

    def remember(self):
        """What is here now is what ships: nothing else has been committed yet."""
        found = with_rows(tables())
        self.shipped = {} if PEOPLE in found else digests(found)

    def sweep(self):
        """Leave what ships and nothing else; False where that takes Django's own way."""
        found = with_rows(tables())
        dirt = [table for table in found if table not in self.shipped]
        stuck = guarded() & set(dirt) - {TRAIL}
        if not self.shipped or stuck or digests(self.shipped) != self.shipped:
            return False
        with transaction.atomic(), connection.cursor() as cursor:
            if TRAIL in dirt:  # first: it must not wait for checks of what follows
                cursor.execute(f'TRUNCATE "{TRAIL}"')
                dirt.remove(TRAIL)
            for table in dirt:
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - tables of ours
        return True

    def take_over(self):
        """From now on, this is how a test that commits ends."""
        flush = TransactionTestCase._fixture_teardown

        def teardown(case):
            if not self.sweep():
                flush(case)

        TransactionTestCase._fixture_teardown = teardown


def tables():
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def asked(questions):
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        return cursor.fetchall()


def with_rows(names):
    question = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\")"
    return [name for (name,) in asked(question.format(name) for name in names)]


def digests(names):
    """Each table's rows in one number that changes when any of them does."""
    rows = "md5(string_agg(t::text, '|' ORDER BY t::text))"
    return dict(asked(f"SELECT '{name}', {rows} FROM \"{name}\" t" for name in names))  # noqa: S608


def guarded():
    """Tables with a trigger of ours that looks at deletions."""
    triggers = "pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    wanted = "NOT tgisinternal AND tgtype & 8 > 0"  # the bit for deletions
    found = asked([f"SELECT relname FROM {triggers} WHERE {wanted}"])  # noqa: S608
    return {name for (name,) in found}
