"""The check page over many certificates, against the empty view: ratios measured in one run.

    DATABASE_URL=postgres://... python bench/check_page.py [--rows 1000000]

Needs PostgreSQL, as a role that may switch triggers off. It works in a database of its own, which
it drops. Exit code 1 over budget: the data of a check keeps at least 0.45 of the empty view's
throughput (CPU of one worker), every page asks one question, and with all those rows it costs
PostgreSQL at most twice what it costs with a thousandth of them.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

QUERIES, GROWTH, EMPTY, ROUNDS = 1, 2.0, 0.45, 60
AT = datetime(2026, 9, 1, 16, tzinfo=UTC)
PEOPLE = """
INSERT INTO accounts_user (password, is_superuser, email, full_name, called, native_name, pronouns,
  language, time_zone, city, country, phone, support_needs, is_active, is_staff, joined_at)
SELECT '', false, 'p' || n || '@bench.example', 'P', '', '', '', 'en', 'UTC', '', '', '', '', true,
  false, now() FROM generate_series(1, 1000) n
"""
CERTIFICATES = """
INSERT INTO certificates_certificate (number, public_id, holder_id, tier_id, decision, awarded_on,
  expires_on, anchor_on, term, snapshot, issued_at, visibility)
SELECT 'IMC-B' || n, 'bench-' || n, (SELECT min(id) FROM accounts_user) + n %% 1000,
  (SELECT id FROM certificates_tier WHERE slug = 'current-practice'), gen_random_uuid(),
  day - 730, day, day - 730, 1, jsonb_build_object('language', 'en', 'holder', 'Person ' || n,
  'title', 'Certificate of Practice - Mentor', 'also', 'Certificate of Competence (Mentor)',
  'level', 'practice', 'scope', 'has shown every statement.', 'scope_detail', '72 and 72',
  'number', 'IMC-B' || n, 'awarded_on', (day - 730)::text, 'valid_until', day::text,
  'issuer', 'Issuer', 'administrator', 'Administrator', 'signatories', '[]'::jsonb,
  'check_url', 'https://portal.example/c/bench-' || n || '/', 'sample', false), now(), 'link'
FROM (SELECT n, date '2027-09-02' + (n %% 730)::int AS day
      FROM generate_series(%(first)s, %(last)s) n) s
"""
EVENTS = """
INSERT INTO certificates_certificateevent (certificate_id, kind, effective_at, recorded_at, reason)
SELECT id, 'issued', issued_at, issued_at, '' FROM certificates_certificate c
WHERE NOT EXISTS (SELECT 1 FROM certificates_certificateevent e WHERE e.certificate_id = c.id)
"""


def fill(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        if first == 1:
            cursor.execute(PEOPLE)
        cursor.execute(CERTIFICATES, {"first": first, "last": last})
        cursor.execute(EVENTS)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def measured(*sides: Callable[[], object]) -> list[float]:
    """CPU seconds of this process for each side, medians, the sides taking turns."""
    found: list[list[float]] = [[] for _ in sides]
    for n in range(ROUNDS):
        for times, side in zip(found, sides, strict=True):
            start = time.process_time()
            side()
            if n > ROUNDS // 10:  # after warming up
                times.append(time.process_time() - start)
    return [statistics.median(times) for times in found]


class Stopwatch:
    """How long each question to the database takes; Django itself counts milliseconds alone."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, execute: Callable[..., object], *told: object) -> object:
        start = time.perf_counter()
        try:
            return execute(*told)
        finally:
            self.times.append(time.perf_counter() - start)


def waited(rows: int, dice: Random) -> float:
    """Median seconds that PostgreSQL takes for the questions of one page."""
    client, times = Client(), []
    for _ in range(ROUNDS):
        watch = Stopwatch()
        with connection.execute_wrapper(watch):
            answer = client.get(f"/c/bench-{dice.randint(1, rows)}/")
        if answer.status_code != 200 or len(watch.times) > QUERIES:
            raise SystemExit(f"{answer.status_code} after {len(watch.times)} queries")
        times.append(sum(watch.times))
    return statistics.median(times)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    if connection.vendor != "postgresql":
        print("skipped: the check page is measured on PostgreSQL; set DATABASE_URL")
        return 0
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("load_content", verbosity=0)
        dice, client, few = Random(3), Client(), max(rows // 1000, 100)
        fill(1, few)
        small = waited(few, dice)
        fill(few + 1, rows)
        large = waited(rows, dice)
        data, page, empty = measured(
            lambda: client.get(f"/c/bench-{dice.randint(1, rows)}.json"),
            lambda: client.get(f"/c/bench-{dice.randint(1, rows)}/"),
            lambda: client.get("/livez"),
        )
        growth, share = large / small, empty / data
        print(f"{rows} certificates, at most {QUERIES} query a page")
        print(f"PostgreSQL: {growth:.2f} of its time at {few} (budget {GROWTH})")
        print(f"data of a check: {share:.2f} of the empty view's throughput (budget {EMPTY})")
        print(f"whole page: {empty / page:.2f} of it")
        return int(growth > GROWTH or share < EMPTY)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    raise SystemExit(main())
