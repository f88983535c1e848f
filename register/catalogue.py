"""The certificates on offer, read from the live catalogue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certificates.models import Facet, Level, Requirement, Tier
from frameworks.models import Framework

CURRENT, EARLIER = "current", "2021"


@dataclass(frozen=True, slots=True)
class Offer:
    """A tier as the catalogue shows it, with what it asks for now."""

    tier: Tier
    also: str  # the name of the same level in the other scheme
    concepts: int
    practices: int

    @property
    def season(self) -> str:
        return {"recognition": "spring", "concepts": "summer", "practice": "autumn"}.get(
            self.tier.level, "winter"
        )

    @property
    def drawing(self) -> str:
        return f"tier{list(Level).index(Level(self.tier.level)) + 1}"


def offers(names: str, at: datetime) -> Sequence[Offer]:
    """One offer per level: under these names, or under the others where these have none."""
    tiers = Tier.objects.offered().select_related("scheme").order_by("rank")
    mine = {tier.level: tier for tier in tiers if tier.scheme.generation == names}
    others = {tier.level: tier for tier in tiers if tier.scheme.generation != names}
    counts = _counts(at)
    return [
        Offer(
            tier=tier,
            also=others[level].name if level in mine and level in others else "",
            concepts=counts[tier.pk, Facet.CONCEPT.value],
            practices=counts[tier.pk, Facet.PRACTICE.value],
        )
        for level, tier in sorted((others | mine).items(), key=lambda one: one[1].rank)
    ]


def _counts(at: datetime) -> Counter[tuple[int, str]]:
    """How many statements each tier asks for now, as concept and as practice."""
    editions = [edition for f in Framework.objects.all() if (edition := f.edition_at(at))]
    asked = Requirement.objects.filter(statement__edition__in=editions)
    return Counter(asked.values_list("tier", "facet"))
