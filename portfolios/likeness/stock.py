"""Finding, among everything handed in before, the few entries that share a gram with this one."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, transaction

from portfolios.likeness.passages import Gram, Text
from portfolios.likeness.records import Fingerprint
from portfolios.likeness.registry import PublicText, all_public_texts
from portfolios.models import EntryState, Submission

# Of everything that shares a gram, the earliest: so what everybody writes stays cheap to look up,
# and a text that was copied a thousand times is still found, because its copies agree on these.
POSTINGS = 20
CANDIDATES = 12  # entries that are read word by word
AT_ONCE = 150  # grams that SQLite is asked for in one query

# The same question in the words of each database: PostgreSQL plans one branch instead of hundreds
# (measured: 4 against 43 ms), which SQLite cannot say.
ONE = """
SELECT mark, submission_id, place FROM {table}
WHERE mark = {mark} AND (submission_id, place) < (%s, %s)
ORDER BY submission_id, place LIMIT {limit}
"""
LATERAL = """
SELECT found.* FROM unnest(%s::bigint[]) AS asked(mark) CROSS JOIN LATERAL ({one}) found
"""
EACH = "SELECT * FROM ({one})"


class Place(NamedTuple):
    """An entry as it was handed in: the submission, and its row in the snapshot."""

    submission: int
    place: int


class Stock:
    """The public texts as they are now. Their grams belong to everybody and find nobody."""

    def __init__(self) -> None:
        once = {text.text: text for text in all_public_texts()}
        self.texts: list[tuple[PublicText, Text]] = [(t, Text(t.text)) for t in once.values()]
        self.where: dict[Gram, set[int]] = defaultdict(set)
        for number, (_public, text) in enumerate(self.texts):
            for gram in text.grams:
                self.where[gram].add(number)
        self.grams = frozenset(self.where)

    def sharing(self, text: Text) -> list[tuple[PublicText, Text]]:
        """The public texts with a name that have something in common with this one."""
        numbers = {n for gram in set(text.grams) & self.grams for n in self.where[gram]}
        return [self.texts[n] for n in sorted(numbers) if self.texts[n][0].name]


def written(submission: Submission) -> list[tuple[int, dict[str, Any]]]:
    """What was new in this submission: accepted and carried entries were compared before."""
    rows = enumerate(submission.snapshot["entries"])
    return [(place, row) for place, row in rows if row["state"] == EntryState.READY]


def file_mark(sha256: str) -> int:
    return int.from_bytes(bytes.fromhex(sha256)[:8], signed=True)


def fingerprints(submission: Submission, stock: Stock) -> list[Fingerprint]:
    found = []
    for place, row in written(submission):
        marks = Text(row["text"]).marks(stock.grams)
        marks |= {file_mark(piece["sha256"]) for piece in row["evidence"] if piece["sha256"]}
        found += [
            Fingerprint(mark=mark, submission=submission, place=place) for mark in sorted(marks)
        ]
    return found


def earlier(marks: Iterable[int], before: Place) -> list[Place]:
    """The entries that share most with these marks; a rare one weighs more than a common one."""
    shared: dict[int, list[Place]] = defaultdict(list)
    for mark, submission, place in _rows(sorted(set(marks)), before):
        shared[mark].append(Place(submission, place))
    weights: dict[Place, float] = defaultdict(float)
    for places in shared.values():
        for there in places:
            weights[there] += 1 / len(places)
    return sorted(weights, key=lambda there: (-weights[there], there))[:CANDIDATES]


def lateral() -> str:
    """PostgreSQL's words for it: one descent of the index for each gram, and a few rows behind."""
    one = ONE.format(table=Fingerprint._meta.db_table, mark="asked.mark", limit=POSTINGS)
    return LATERAL.format(one=one)


@transaction.atomic
def _rows(marks: list[int], before: Place) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # It would rather read all places of a gram and sort them, until the table is vacuumed.
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(lateral(), [marks, *before])
            found += cursor.fetchall()
            return found
        one = EACH.format(
            one=ONE.format(table=Fingerprint._meta.db_table, mark="%s", limit=POSTINGS)
        )
        for start in range(0, len(marks), AT_ONCE):
            some = marks[start : start + AT_ONCE]
            values = [value for mark in some for value in (mark, *before)]
            cursor.execute(" UNION ALL ".join([one] * len(some)), values)
            found += cursor.fetchall()
    return found
