"""Finding copied passages among many entries, and freezing a full portfolio.

    DATABASE_URL=postgres://... python bench/similarity.py [--quick]

Needs PostgreSQL, as a role that may switch triggers off. It works in a database of its own, which
it drops. Exits with 1 over budget: looking an entry up among 100 times as many touches at most 2.5
times as many blocks of the database, and what was planted is found at every size.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from applicants.flow import Stage  # noqa: E402
from portfolios import evidence, frozen  # noqa: E402
from portfolios.likeness.comparing import compare_due  # noqa: E402
from portfolios.likeness.passages import Text, number, shared  # noqa: E402
from portfolios.likeness.records import Fingerprint, Likeness  # noqa: E402
from portfolios.likeness.stock import Place, earlier, lateral  # noqa: E402
from portfolios.models import FileState, Submission  # noqa: E402
from tests import make  # noqa: E402
from tests.portfolios.files import upload  # noqa: E402

GROWTH, READING, FREEZING = 2.5, 0.05, 3.2
ENTRIES, MARKS, PROBES = 72, 33, 60  # of a submission; of an entry of 170 words; measured
CAST = ("ada", "ina", "aud", "vera", "dee", "noor", "pan", "eve")
HABITS = 4000  # phrases that many people use, some far more often than others
FILL = """
INSERT INTO portfolios_submission (portfolio_id, number, sent_at, declaration, snapshot, sha256)
SELECT %(portfolio)s, 100 + %(have)s + n, now(), '{}', %(snapshot)s, ''
FROM generate_series(1, %(submissions)s) n;
INSERT INTO portfolios_fingerprint (mark, submission_id, place)
SELECT DISTINCT CASE WHEN random() < 0.15
    THEN (%(habits)s::bigint[])[1 + floor(%(count)s * random() ^ 3)::int]
    ELSE ((random() * 4294967295)::bigint << 31) + (random() * 2147483647)::bigint END,
  submission, place
FROM (SELECT id AS submission, place, generate_series(1, %(marks)s)
  FROM portfolios_submission, generate_series(0, %(entries)s - 1) place
  WHERE number > 100 AND id > %(after)s) s;
"""


def words(dice: Random, count: int) -> list[str]:
    """As people write: some words very often, most of them hardly ever."""
    return [f"w{int(20000 * dice.random() ** 4)}" for _ in range(count)]


def habits() -> list[list[str]]:
    dice = Random(3)
    return [words(dice, 4) for _ in range(HABITS)]


def essay(dice: Random, phrases: list[list[str]]) -> str:
    said = words(dice, 140)
    for _ in range(8):
        place = dice.randrange(len(said))
        said[place:place] = phrases[int(HABITS * dice.random() ** 3)]
    return " ".join(said)


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def verdict(name: str, value: float, budget: float) -> bool:
    kept = value <= budget
    print(f"{name:<52}{value:>8.3f}   budget {budget:<6} {'ok' if kept else 'OVER BUDGET'}")
    return kept


# --- A body of submissions -----------------------------------------------------------------------


def begin(phrases: list[list[str]]) -> Submission:
    """One real portfolio, whose texts will be copied."""
    dice = Random(1)
    walk = make.walk(make.cast(), to=Stage.PORTFOLIO, slug="current-concepts")
    walk.write(lambda _wanted: essay(dice, phrases))
    walk.hand_in()
    compare_due(walk.at)
    return Submission.objects.get()


def fill(real: Submission, entries: int, phrases: list[list[str]]) -> None:
    """So many entries in all, as fingerprints; whoever is read has a text to read."""
    have = Submission.objects.filter(number__gt=100).count()
    last = Submission.objects.order_by("-pk").values_list("pk", flat=True)[0]
    dice = Random(last)
    rows = [
        {"code": "X", "facet": "concept", "text": essay(dice, phrases), "evidence": []}
        for _ in range(ENTRIES)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "ALTER TABLE portfolios_fingerprint DROP CONSTRAINT portfolios_fingerprint_pkey"
        )
        cursor.execute(
            FILL,
            {
                "portfolio": real.portfolio_id,
                "snapshot": connection.ops.adapt_json_value({"entries": rows}, None),
                "have": have,
                "submissions": entries // ENTRIES - have,
                "habits": [number(phrase) for phrase in phrases],
                "count": HABITS,
                "marks": MARKS,
                "entries": ENTRIES,
                "after": last,
            },
        )
        cursor.execute(
            "ALTER TABLE portfolios_fingerprint ADD PRIMARY KEY (mark, submission_id, place)"
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE portfolios_fingerprint, portfolios_submission")


# --- What is measured ----------------------------------------------------------------------------


def probes(real: Submission, phrases: list[list[str]], seed: int) -> list[tuple[int, Text]]:
    """Entries with 25 words of the real portfolio in them, and which entry they come from."""
    dice, found = Random(seed), []
    for _ in range(PROBES):
        place = dice.randrange(ENTRIES)
        theirs = real.snapshot["entries"][place]["text"].split()
        start = dice.randrange(len(theirs) - 25)
        mine = essay(dice, phrases).split()
        found.append((place, Text(" ".join([*mine[:70], *theirs[start : start + 25], *mine[70:]]))))
    return found


def blocks(text: Text, here: Place) -> int:
    """How much of the table and its index one lookup touches, on whatever machine."""
    marks = sorted(set(text.numbers(frozenset())))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {lateral()}", [marks, *here])
        answer = cursor.fetchone()[0]
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def look_up(real: Submission, phrases: list[list[str]], seed: int) -> tuple[float, float, int]:
    """Blocks and milliseconds for one entry, and how many of the planted passages were found."""
    touched, times, hits = [], [], 0
    here = Place(2**40, 0)
    for place, text in probes(real, phrases, seed):
        start = time.perf_counter()
        there = earlier(text.numbers(frozenset()), here)
        times.append(1000 * (time.perf_counter() - start))
        hits += Place(real.pk, place) in there
        touched.append(blocks(text, here))
    return statistics.median(touched), statistics.median(times), hits


def lookups(sizes: list[int]) -> bool:
    phrases = habits()
    real, found, took = begin(phrases), [], []
    for size in sizes:
        fill(real, size, phrases)
        look_up(real, phrases, seed=0)  # once, so that the machine has seen the table
        touched, milliseconds, hits = look_up(real, phrases, seed=size)
        took.append((touched, milliseconds))
        found.append(hits)
        rows = Fingerprint.objects.count()
        print(
            f"{size:>9} entries, {rows:>10} fingerprints: {touched:.0f} blocks,"
            f" {milliseconds:.1f} ms, {hits} of {PROBES}",
            flush=True,
        )
    text = Text(essay(Random(9), phrases))
    others = [Text(row["text"]) for row in real.snapshot["entries"]]
    reading = cpu(lambda: [shared(text, other) for other in others]) / len(others) * sizes[-1]
    return all(
        [
            verdict(f"{sizes[-1]} against {sizes[0]} entries", took[-1][0] / took[0][0], GROWTH),
            verdict("against reading them all", took[-1][1] / reading, READING),
            verdict("planted passages missed", PROBES * len(sizes) - sum(found), 0),
        ]
    )


def freezing() -> bool:
    """A portfolio of 144 entries and 60 files against one of half its size."""
    people = make.Cast(**{name: User.objects.get(email=f"{name}@example.org") for name in CAST})
    took, asked, sizes = [], [], []
    for slug, files in (("current-concepts", 30), ("current-practice", 60)):
        person = make.person(f"frozen-{files}")
        walk = make.walk(people, to=Stage.PORTFOLIO, slug=slug, by=person)
        walk.write()
        for n in range(files):
            wanted = walk.case.asked()[n]
            evidence.add_file(
                walk.case.portfolio,
                upload=upload(f"{n}.txt", f"{slug} {n}".encode()),
                requirement=wanted,
                by=person,
                at=walk.at,
            )
        portfolio = walk.case.portfolio
        portfolio.evidence.update(state=FileState.TYPE_ONLY)  # as if each had been looked into
        with CaptureQueriesContext(connection) as queries:
            kept = frozen.freeze(portfolio, log={})
        asked.append(len(queries))
        sizes.append(len(kept["entries"]))
        took.append(
            statistics.median(cpu(lambda p=portfolio: frozen.freeze(p, log={})) for _ in range(9))
        )
        walk.hand_in()
    marking = cpu(lambda: [compare_due(walk.at)])
    print(f"frozen: {sizes} entries in {took[0]:.1f} and {took[1]:.1f} ms; queries {asked}")
    print(f"compared in the background: {Likeness.objects.count()} hints, {marking:.0f} ms")
    return all(
        [
            verdict("144 entries against 72", took[1] / took[0], FREEZING),
            verdict("queries more for the larger one", asked[1] - asked[0], 0),
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="up to 100,000 entries")
    sizes = [10**3, 10**4, 10**5] if parser.parse_args().quick else [10**4, 10**5, 10**6]
    if connection.vendor != "postgresql":
        print("skipped: looking up is measured on PostgreSQL; set DATABASE_URL")
        return 0
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("load_content", verbosity=0)
        kept = [lookups(sizes), freezing()]
        return 0 if all(kept) else 1
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    raise SystemExit(main())
