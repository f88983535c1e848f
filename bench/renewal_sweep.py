"""The daily sweep of renewal letters over many certificates, against one row at a time.

    DATABASE_URL=postgres://... python bench/renewal_sweep.py [--rows 1000000]

Needs PostgreSQL, as a role that may switch triggers off. It works in a database of its own, which
it drops. Prints ratios; exit code 1 over budget: the set-based sweep costs at most 0.02 of the loop
per letter, and a second run owes nothing.
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from certificates.models import Certificate  # noqa: E402
from certificates.reminders import remind_of_renewals  # noqa: E402
from notices.models import Message  # noqa: E402
from notices.services import post  # noqa: E402

AT = datetime(2026, 9, 1, 16, tzinfo=UTC)
BUDGET = 0.02
FILL = """
INSERT INTO accounts_user (password, is_superuser, email, full_name, called, native_name, pronouns,
  language, time_zone, city, country, phone, support_needs, is_active, is_staff, joined_at)
SELECT '', false, 'p' || n || '@bench.example', 'P', '', '', '', 'en', 'UTC', '', '', '', '', true,
  false, now() FROM generate_series(1, %(people)s) n;
INSERT INTO certificates_certificate (number, public_id, holder_id, tier_id, decision, awarded_on,
  expires_on, anchor_on, term, snapshot, issued_at, visibility)
SELECT 'B' || n, 'b' || n, (SELECT min(id) FROM accounts_user) + n %% %(people)s,
  (SELECT id FROM certificates_tier WHERE slug = 'current-practice'), gen_random_uuid(),
  day - 730, day, day - 730, 1, '{}', now(), 'link'
FROM (SELECT n, date '2026-09-02' + (n %% 730)::int AS day
      FROM generate_series(1, %(rows)s) n) s;
"""


def fill(rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FILL, {"rows": rows, "people": max(rows // 2, 1)})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def timed(work: object) -> tuple[float, int]:
    start = time.perf_counter()
    owed = work()  # type: ignore[operator]
    return time.perf_counter() - start, owed


def one_by_one(limit: int) -> int:
    found = Certificate.objects.filter(expires_on__gt=AT.date())[:limit]
    for certificate in found:
        post(
            "recertification_180",
            to=certificate.holder,
            key=f"loop:{certificate.pk}",
            certificate=certificate.pk,
        )
    return len(found)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    if connection.vendor != "postgresql":
        print("skipped: the sweep is measured on PostgreSQL; set DATABASE_URL")
        return 0
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("load_content", verbosity=0)
        fill(rows)
        catch_up, owed = timed(lambda: remind_of_renewals(AT))
        again, nothing = timed(lambda: remind_of_renewals(AT))
        loop, some = timed(lambda: one_by_one(1000))
        ratio = (catch_up / owed) / (loop / some)
        print(f"{rows} certificates: {owed} letters in {catch_up:.2f} s")
        print(f"again: {nothing} in {again:.2f} s")
        print(
            f"one by one: {some} in {loop:.2f} s; per letter {ratio:.4f} of that (budget {BUDGET})"
        )
        print(f"letters in the table: {Message.objects.count()}")
        return int(ratio > BUDGET or nothing != 0)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    raise SystemExit(main())
