"""Passages that two texts share, word for word or nearly so: in any script, without a database.

A word weighs four, a Chinese or Japanese character two, a letter of any other script without
spaces one: so a gram is four words, eight characters or sixteen letters, whatever the language.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

GRAM = 16  # four words: short enough to outlive a changed word here and there
LEAST = 48  # twelve words: what is shorter happens by chance
GAP = 5  # words that may differ within a passage
WINDOW = 9  # of so many grams in a row one is kept: so none of twelve equal words is missed
REPEATS = 8  # places of one gram that are tried
QUOTED = 0.8  # of a passage within quotation marks

IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
BETWEEN = (
    r"\s\x00-/:-@\[-`{-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965"
    r"\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f\ufe30-\ufe4f\uff00-\uff0f\uff1a-\uff20"
)
TOKEN = re.compile(f"([{IDEOGRAPHS}])|([{SPACELESS}])|[^{BETWEEN}{IDEOGRAPHS}{SPACELESS}]+")
QUOTATION = re.compile(
    r'“[^“”]+”|„[^„“”]+[“”]|«[^«»]+»|(?<!\S)"[^"\n]+"(?!\w)|「[^「」]+」|『[^『』]+』|^>.+$',
    re.MULTILINE,
)
Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where it stands in the one text and in the other, in characters."""

    start: int
    end: int
    their_start: int
    their_end: int
    words: int  # that agree, each ideograph half a word
    quoted: bool = False


class Text:
    """A text as the words that count: without case, accents and punctuation."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)
        found = list(TOKEN.finditer(self.text))
        self.keys = [_fold(token[0]) for token in found]
        self.spans = [token.span() for token in found]
        self.weights = [2 if token[1] else 1 if token[2] else 4 for token in found]

    @cached_property
    def grams(self) -> list[Gram]:
        """The gram that begins at each word; none where too little follows."""
        found, end, weight = [], 0, 0
        for start, key_weight in enumerate(self.weights):
            while weight < GRAM and end < len(self.weights):
                weight += self.weights[end]
                end += 1
            if weight < GRAM:
                break
            found.append(tuple(self.keys[start:end]))
            weight -= key_weight
        return found

    @cached_property
    def places(self) -> Mapping[Gram, list[int]]:
        found: dict[Gram, list[int]] = defaultdict(list)
        for place, gram in enumerate(self.grams):
            if len(found[gram]) < REPEATS:
                found[gram].append(place)
        return found

    def covered(self, grams: AbstractSet[Gram]) -> set[int]:
        """The words that stand in one of these grams."""
        return {
            place
            for start, gram in enumerate(self.grams)
            if gram in grams
            for place in range(start, start + len(gram))
        }

    @cached_property
    def in_quotation_marks(self) -> set[int]:
        spans = [match.span() for match in QUOTATION.finditer(self.text)]
        return {
            place
            for place, (start, end) in enumerate(self.spans)
            if any(opens <= start and end <= closes for opens, closes in spans)
        }

    def numbers(self, without: AbstractSet[Gram]) -> list[int]:
        """Every gram as a number, in order, but for those that belong to everybody."""
        return [number(gram) for gram in self.grams if gram not in without]

    def marks(self, without: AbstractSet[Gram]) -> set[int]:
        """What is kept of a text: the least number of each window (“winnowing”)."""
        numbers = self.numbers(without)
        windows = range(max(1, len(numbers) - WINDOW + 1))
        return {min(numbers[place : place + WINDOW]) for place in windows if numbers}


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)) or word


def number(gram: Sequence[str]) -> int:
    """64 bits, signed as databases have it."""
    digest = blake2b("\x1f".join(gram).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


class Run(NamedTuple):
    """So many words in a row that agree."""

    mine: int
    theirs: int
    length: int


def shared(mine: Text, theirs: Text, apart: AbstractSet[int] = frozenset()) -> list[Passage]:
    """The passages of `mine` that stand in `theirs` too. Words named in `apart` do not count."""
    return [
        passage
        for chain in _chains(list(_runs(mine, theirs)))
        if (passage := _passage(chain, mine, theirs, apart)) is not None
    ]


def _runs(mine: Text, theirs: Text) -> Iterator[Run]:
    """From left to right, each time the longest."""
    place = 0
    while place < len(mine.grams):
        runs = [
            Run(place, there, _length(mine.keys, theirs.keys, place, there))
            for there in theirs.places.get(mine.grams[place], ())
        ]
        if not runs:
            place += 1
            continue
        longest = max(runs, key=lambda run: run.length)
        yield longest
        place += longest.length


def _length(mine: Sequence[str], theirs: Sequence[str], place: int, there: int) -> int:
    length = 0
    while (
        place + length < len(mine)
        and there + length < len(theirs)
        and mine[place + length] == theirs[there + length]
    ):
        length += 1
    return length


def _chains(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs that follow each other closely in both texts are one passage."""
    chains: list[list[Run]] = []
    for run in runs:
        last = chains[-1][-1] if chains else None
        if (
            last is not None
            and run.mine - last.mine - last.length <= GAP
            and -1 <= run.theirs - last.theirs - last.length <= GAP
        ):
            chains[-1].append(run)
        else:
            chains.append([run])
    return chains


def _passage(chain: list[Run], mine: Text, theirs: Text, apart: AbstractSet[int]) -> Passage | None:
    agree = {place for run in chain for place in range(run.mine, run.mine + run.length)}
    weight = sum(mine.weights[place] for place in agree - apart)
    if weight < LEAST:
        return None
    first, last = chain[0], chain[-1]
    return Passage(
        start=mine.spans[first.mine][0],
        end=mine.spans[last.mine + last.length - 1][1],
        their_start=theirs.spans[first.theirs][0],
        their_end=theirs.spans[last.theirs + last.length - 1][1],
        words=weight // 4,
        quoted=len(agree & mine.in_quotation_marks) >= QUOTED * len(agree),
    )
