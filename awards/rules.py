"""How points become an award: whole numbers, compared as fractions, never rounded up.

Three kinds of rule, and one sentence for all of them: *have* out of *most* must be at least *need*
out of *of*, that is, have × of ≥ need × most. Nothing here knows about databases, so every scheme
can be tried without one.

- overall: the points of all criteria (85 of 100 is 85 percent),
- standard: the points of each standard by itself,
- count: how many criteria reach at least `level` points (18 of 22).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db import models
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    OVERALL = "overall", _("All points together")
    STANDARD = "standard", _("Points in each standard")
    COUNT = "count", _("Number of criteria")


@dataclass(frozen=True, slots=True)
class Rule:
    kind: str
    need: int
    of: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class BandRules:
    """A band is reached when all of its rules hold."""

    key: str
    label: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one criterion that counts."""

    code: str
    standard: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison, so that a page can show it: have × of against need × most."""

    rule: Rule
    about: str  # the standard, where the rule looks at each
    have: int
    most: int

    @property
    def left(self) -> int:
        return self.have * self.rule.of

    @property
    def right(self) -> int:
        return self.rule.need * self.most

    @property
    def passed(self) -> bool:
        return self.left >= self.right

    @property
    def least(self) -> int:
        """The fewest points, or criteria, with which this would pass."""
        return -(-self.right // self.rule.of)


def percentage(points: int, most: int, *, least_digits: int = 0) -> str:
    """As the reader's language writes it: cut off after two digits, never rounded up."""
    whole, part = divmod(10_000 * points // most, 100) if most else (0, 0)
    digits = f"{part:02d}".rstrip("0").ljust(least_digits, "0")
    return f"{whole}{get_format('DECIMAL_SEPARATOR')}{digits}" if digits else str(whole)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`band` is the key of the best band whose rules all hold, and "" where there is none."""

    band: str
    label: str
    points: int
    most: int
    checks: tuple[tuple[BandRules, tuple[Check, ...]], ...]

    @property
    def percent(self) -> str:
        return percentage(self.points, self.most)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a bid was started under. It is kept with the bid as data and never changes for it.

    `bands` stand best first. A difference that was not accepted brings at most
    `difference_most` points, whatever was given.
    """

    scheme: str
    title: str
    years_valid: int
    full_cycle: bool
    verbal: bool
    difference_most: int
    team_interviews: int
    participant_interviews: int
    bands: tuple[BandRules, ...]
    survey_least: int = 5  # answers before those of a group are shown

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        bands = tuple(
            BandRules(band["key"], band["label"], tuple(Rule(**rule) for rule in band["rules"]))
            for band in data["bands"]
        )
        return cls(**{**data, "bands": bands})


def judge(scores: Sequence[Score], bands: Iterable[BandRules]) -> Verdict:
    """The best band of these points, with every comparison that was made."""
    checks = tuple((band, tuple(_checks(scores, band))) for band in bands)
    reached = next((band for band, made in checks if made and all(c.passed for c in made)), None)
    points, most = sum(s.points for s in scores), sum(s.most for s in scores)
    known = reached if most else None
    return Verdict(known.key if known else "", known.label if known else "", points, most, checks)


def _checks(scores: Sequence[Score], band: BandRules) -> Iterable[Check]:
    for rule in band.rules:
        if rule.kind == Kind.STANDARD:
            for standard in dict.fromkeys(score.standard for score in scores):
                inside = [score for score in scores if score.standard == standard]
                yield _points(rule, inside, standard)
        elif rule.kind == Kind.COUNT:
            enough = sum(score.points >= rule.level for score in scores)
            yield Check(rule, "", enough, len(scores))
        else:
            yield _points(rule, scores, "")


def _points(rule: Rule, scores: Sequence[Score], about: str) -> Check:
    return Check(rule, about, sum(s.points for s in scores), sum(s.most for s in scores))


@dataclass(frozen=True, slots=True)
class Lift:
    """What one criterion would bring if it had all its points."""

    code: str
    gain: int
    label: str  # the band that this alone would reach, where it is a better one


def lifts(scores: Sequence[Score], bands: Sequence[BandRules]) -> list[Lift]:
    """What would lift the result most: what reaches a better band first, then by points, and in
    the order of the criteria where both are equal."""
    rank = {band.key: len(bands) - n for n, band in enumerate(bands)}
    now = judge(scores, bands)
    found: list[tuple[tuple[int, int, int], Lift]] = []
    for place, score in enumerate(scores):
        gain = score.most - score.points
        if not gain:
            continue
        full = Score(score.code, score.standard, score.most, score.most)
        then = judge([*scores[:place], full, *scores[place + 1 :]], bands)
        better = max(rank.get(then.band, 0) - rank.get(now.band, 0), 0)
        lift = Lift(score.code, gain, then.label if better else "")
        found.append(((-better, -gain, place), lift))
    return [lift for _order, lift in sorted(found, key=lambda row: row[0])]
