"""Comparing what was handed in with everything before it, in the background: hints, no findings.

Fingerprints find the few entries that are worth reading; reading them says what they share.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import structlog
from django.db import transaction

from portfolios.likeness.passages import Passage, Text, shared
from portfolios.likeness.records import Comparison, ComparisonQuerySet, Fingerprint, Likeness
from portfolios.likeness.stock import (
    Place,
    Stock,
    earlier,
    file_mark,
    fingerprints,
    written,
)
from portfolios.models import Submission

LEASE = timedelta(minutes=10)
SHOWN = 5  # likenesses of one entry
Kind, Source = Likeness.Kind, Likeness.Source
log = structlog.get_logger(__name__)


class Earlier(NamedTuple):
    """An entry that was handed in before, and whose it is."""

    portfolio: int
    person: int
    row: dict[str, Any]
    text: Text


Reader = Callable[[Place], Earlier]
Step = Callable[[Comparison, Stock, datetime], None]


def compare_due(at: datetime, limit: int = 20) -> int:
    """Take up what was handed in and not compared yet; returns how many steps were taken. Safe to
    run twice, or twice at once. What is older is always marked before anything is compared."""
    taken, stock = 0, None
    steps: list[tuple[ComparisonQuerySet, Step]] = [
        (Comparison.objects.to_mark(at), mark),
        (Comparison.objects.to_compare(at), compare),
    ]
    for due, step in steps:
        while taken < limit and (row := _claim(due, at)):
            stock = stock or Stock()
            _attempt(row, step, stock, at)
            taken += 1
    return taken


def compare_again() -> int:
    """Forget what was computed, so that everything is computed anew in the background."""
    return Comparison.objects.update(
        marked_at=None, compared_at=None, leased_until=None, attempts=0, last_error=""
    )


@transaction.atomic
def _claim(due: ComparisonQuerySet, at: datetime) -> Comparison | None:
    row = due.select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None:
        row.attempts += 1
        row.leased_until = at + LEASE
        row.save(update_fields=["attempts", "leased_until"])
    return row


def _attempt(row: Comparison, step: Step, stock: Stock, at: datetime) -> None:
    try:
        with transaction.atomic():
            step(row, stock, at)
    except Exception as error:  # noqa: BLE001 - shown to staff, and tried again when the lease ends
        Comparison.objects.filter(pk=row.pk).update(last_error=repr(error)[:500])
        log.warning("not compared", submission=row.submission_id, error=type(error).__name__)
    else:
        row.leased_until, row.attempts, row.last_error = None, 0, ""
        row.save()


def mark(row: Comparison, stock: Stock, at: datetime) -> None:
    Fingerprint.objects.filter(submission=row.submission).delete()
    Fingerprint.objects.bulk_create(fingerprints(row.submission, stock), batch_size=2000)
    row.marked_at = at


def compare(row: Comparison, stock: Stock, at: datetime) -> None:
    submission = row.submission
    read = cache(_read)
    Likeness.objects.filter(submission=submission).delete()
    Likeness.objects.bulk_create(
        likeness
        for place, entry in written(submission)
        for likeness in _of_entry(submission, Place(submission.pk, place), entry, stock, read)
    )
    row.compared_at = at


def _of_entry(
    submission: Submission, here: Place, row: dict[str, Any], stock: Stock, read: Reader
) -> Iterator[Likeness]:
    about = {"submission": submission, "code": row["code"], "facet": row["facet"]}
    text = Text(row["text"])
    yield from _in_public(about, row, text, stock)
    yield from _in_entries(about, here, text, stock, read)
    yield from _in_files(about, here, row, read)


def _in_public(
    about: dict[str, Any], row: dict[str, Any], text: Text, stock: Stock
) -> list[Likeness]:
    """But for the entry's own statement and prompt, which stand beside it anyway."""
    found = []
    for public, theirs in stock.sharing(text):
        own = public.name == row["code"] and public.source in {Source.STATEMENT, Source.PROMPT}
        passages = [] if own else shared(text, theirs)
        if passages:
            one = Likeness(
                **about,
                kind=Kind.PUBLIC,
                source=public.source,
                name=public.name[:200],
                passages=[
                    {**asdict(p), "text": theirs.text[p.their_start : p.their_end]}
                    for p in passages
                ],
                words=_words(passages),
            )
            found.append(one)
    return _most(found)


def _in_entries(
    about: dict[str, Any], here: Place, text: Text, stock: Stock, read: Reader
) -> list[Likeness]:
    """Of each entry elsewhere the fullest likeness, whatever round it was handed in."""
    mine, common = read(here), text.covered(stock.grams)
    found: dict[tuple[int, str, str], Likeness] = {}
    for there in earlier(text.numbers(stock.grams), here):
        theirs = read(there)
        key = (theirs.portfolio, theirs.row["code"], theirs.row["facet"])
        if key == (mine.portfolio, about["code"], about["facet"]):
            continue  # the same entry in an earlier round
        passages = shared(text, theirs.text, apart=common)
        if passages and (key not in found or found[key].words < _words(passages)):
            found[key] = Likeness(
                **about,
                kind=Kind.OWN if theirs.person == mine.person else Kind.OTHER,
                other_id=there.submission,
                other_place=there.place,
                passages=[asdict(passage) for passage in passages],
                words=_words(passages),
            )
    return _most(found.values())


def _in_files(
    about: dict[str, Any], here: Place, row: dict[str, Any], read: Reader
) -> Iterator[Likeness]:
    mine = read(here)
    for piece in row["evidence"]:
        if not piece["sha256"]:
            continue
        for there in earlier([file_mark(piece["sha256"])], here):
            theirs = read(there)
            same = piece["sha256"] in {other["sha256"] for other in theirs.row["evidence"]}
            if same and theirs.portfolio != mine.portfolio:
                yield Likeness(
                    **about,
                    kind=Kind.OWN_FILE if theirs.person == mine.person else Kind.FILE,
                    other_id=there.submission,
                    other_place=there.place,
                    name=piece["title"][:200],
                )
                break


def _read(there: Place) -> Earlier:
    """One entry out of a snapshot that may hold a hundred and more."""
    found = Submission.objects.filter(pk=there.submission).values_list(
        "portfolio", "portfolio__application__applicant", f"snapshot__entries__{there.place}"
    )
    portfolio, person, row = found.get()
    return Earlier(portfolio, person, row, Text(row["text"]))


def _words(passages: Iterable[Passage]) -> int:
    return sum(passage.words for passage in passages if not passage.quoted)


def _most(found: Iterable[Likeness]) -> list[Likeness]:
    return sorted(found, key=lambda likeness: -likeness.words)[:SHOWN]
