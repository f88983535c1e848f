"""The live catalogue: what every certificate asks for under the edition in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from certificates.models import Facet, Requirement, Tier
from frameworks.models import Edition


@dataclass(frozen=True, slots=True)
class Asked:
    """A tier with what it asks. `edition` is None while nothing is published."""

    tier: Tier
    edition: Edition | None
    concepts: int
    practices: int
    also: str  # the name of the same level in the other scheme, or nothing


def asked_by(tiers: Iterable[Tier], at: datetime) -> list[Asked]:
    """In the order of the names in use today: the current scheme first. Three queries a catalogue,
    and one for each framework."""
    tiers = sorted(tiers, key=lambda tier: (tier.scheme.position, tier.rank))
    frameworks = {tier.framework_id: tier.framework for tier in tiers}
    editions = {key: framework.edition_at(at) for key, framework in frameworks.items()}
    shown = [edition for edition in editions.values() if edition]
    counts = {
        row["tier"]: row
        for row in Requirement.objects.filter(statement__edition__in=shown)
        .values("tier")
        .annotate(
            concepts=Count("pk", filter=Q(facet=Facet.CONCEPT)),
            practices=Count("pk", filter=Q(facet=Facet.PRACTICE)),
        )
    }
    names = {(tier.level, tier.scheme_id): tier.name for tier in Tier.objects.all()}
    found = []
    for tier in tiers:
        row: Any = counts.get(tier.pk, {})
        others = [
            name
            for (level, scheme), name in names.items()
            if level == tier.level and scheme != tier.scheme_id
        ]
        found.append(
            Asked(
                tier=tier,
                edition=editions[tier.framework_id],
                concepts=row.get("concepts", 0),
                practices=row.get("practices", 0),
                also=others[0] if others else "",
            )
        )
    return found
