"""The words that names in the directory are made of, each once, in step with the entries."""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Func, Q, Value
from django.db.models.fields import BooleanField, FloatField

from directory.folding import apart
from directory.models import Entry, Word

WORDS_LOCK = 4_170_301
NEAR, TRIED, SHORT, LONGEST = 5, 60, 5, 200
ALIKE = 0.2  # of three-letter pieces in common: little, because what is found is measured again


class Similarity(Func):
    function = "similarity"
    output_field = FloatField()


class IsAlike(Func):
    """`text % 'word'`: enough three-letter pieces in common, by the index."""

    template = "%(expressions)s"
    arg_joiner = " %% "
    output_field = BooleanField()


def keep_in_step(before: str, after: str) -> None:
    """A name was shown, changed or hidden. Whoever changes words does it alone until commit: a
    word that two people share must survive one of them leaving."""
    gone, new = set(before.split()) - set(after.split()), set(after.split()) - set(before.split())
    if not gone and not new:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WORDS_LOCK])
    Word.objects.bulk_create(
        [Word(text=word[:LONGEST]) for word in sorted(new)], ignore_conflicts=True
    )
    Word.objects.filter(text__in=[word for word in gone if not _borne(word)]).delete()


def _borne(word: str) -> bool:
    """Does anybody else bear it, as a whole word?"""
    alone, inside = Q(folded_name=word), Q(folded_name__contains=f" {word} ")
    ends = Q(folded_name__startswith=f"{word} ") | Q(folded_name__endswith=f" {word}")
    return Entry.objects.filter(alone | inside | ends, listed_since__isnull=False).exists()


def near(typed: Collection[str]) -> dict[str, list[str]]:
    """For each typed word the few that were probably meant, nearest first. Only PostgreSQL knows
    them by their pieces; elsewhere a name must be typed right."""
    if connection.vendor != "postgresql":
        return {word: [] for word in typed}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL pg_trgm.similarity_threshold = {ALIKE}")
        return {word: _near(word) for word in typed}


def _near(word: str) -> list[str]:
    slips = 1 if len(word) <= SHORT else 2
    alike = Word.objects.filter(IsAlike("text", Value(word)))
    found = alike.annotate(score=Similarity("text", Value(word))).order_by("-score", "text")
    measured = [(apart(word, text), text) for text in found.values_list("text", flat=True)[:TRIED]]
    return [text for slip, text in sorted(measured) if slip <= slips][:NEAR]
