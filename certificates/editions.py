"""What each tier asks for follows the editions: copied into a draft, settled with its words."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models import Facet, Level, Requirement, Tier
from frameworks.models import Edition, Framework, Statement
from frameworks.registry import KEEPERS, Column, Finding, Keeper, Marks

EARLIER, CURRENT = "imc-2021", "imc-current"
Place = tuple[str, str, Facet]  # scheme, level, facet

# The published figures: about so many concepts and practices each certificate asks for.
PUBLISHED: Mapping[tuple[str, str], tuple[int, int]] = {
    (EARLIER, Level.RECOGNITION): (30, 3),
    (EARLIER, Level.CONCEPTS): (72, 5),
    (EARLIER, Level.PRACTICE): (72, 72),
    (EARLIER, Level.JOURNEY): (40, 40),
    (CURRENT, Level.CONCEPTS): (72, 0),
    (CURRENT, Level.PRACTICE): (72, 72),
    (CURRENT, Level.JOURNEY): (40, 40),
}
# Where a certificate asks for some statements only, a column of the profile says which.
COLUMNS: Mapping[str, Place] = {
    "recognition": (EARLIER, Level.RECOGNITION, Facet.CONCEPT),
    "recognition_practice": (EARLIER, Level.RECOGNITION, Facet.PRACTICE),
    "achievement_practice": (EARLIER, Level.CONCEPTS, Facet.PRACTICE),
}
LABELS = {
    "recognition": gettext_lazy("Recognition, as a concept"),
    "recognition_practice": gettext_lazy("Recognition, as a practice"),
    "achievement_practice": gettext_lazy("Achievement, as a practice"),
}


def _tiers(framework: Framework) -> list[Tier]:
    return list(Tier.objects.filter(framework=framework).select_related("scheme"))


def _place(tier: Tier, facet: str) -> Place:
    return (tier.scheme.key, tier.level, Facet(facet))


def columns(framework: Framework) -> list[Column]:
    there = {(tier.scheme.key, tier.level) for tier in _tiers(framework)}
    return [
        Column(name, LABELS[name])
        for name, (scheme, level, _facet) in COLUMNS.items()
        if (scheme, level) in there
    ]


def marks(edition: Edition) -> dict[str, frozenset[str]]:
    names = {place: name for name, place in COLUMNS.items()}
    found: dict[str, set[str]] = defaultdict(set)
    asked = Requirement.objects.filter(statement__edition=edition)
    for scheme, level, facet, code in asked.values_list(
        "tier__scheme__key", "tier__level", "facet", "statement__code"
    ):
        name = names.get((scheme, level, Facet(facet)))
        if name:
            found[code].add(name)
    return {code: frozenset(said) for code, said in found.items()}


def drafted(source: Edition, draft: Edition) -> None:
    """Each tier asks of the draft what it asked of its source, statement by statement."""
    there = dict(Statement.objects.filter(edition=draft).values_list("code", "pk"))
    asked = list(Requirement.objects.filter(statement__edition=source).select_related("statement"))
    for one in asked:
        one.pk, one.statement_id = None, there[one.statement.code]
    Requirement.objects.bulk_create(asked)


def settle(edition: Edition, said: Marks) -> None:
    """Bring the requirements to the marks. A tier that asks for the whole profile asks for what
    was added too; a tier that is nobody's column and not published stays as it is."""
    tiers = _tiers(edition.framework)
    there = dict(Statement.objects.filter(edition=edition).values_list("code", "pk"))
    names = {place: name for name, place in COLUMNS.items()}
    known: set[tuple[int, str]] = set()
    wanted: set[tuple[int, int, str]] = set()
    for tier in tiers:
        published = PUBLISHED.get((tier.scheme.key, tier.level))
        if published is None:
            continue
        for facet, count in zip(Facet, published, strict=True):
            name = names.get(_place(tier, facet))
            known.add((tier.pk, facet.value))
            for code, pk in there.items():
                if count and (name is None or name in said.get(code, ())):
                    wanted.add((tier.pk, pk, facet.value))
    asked = {
        (one.tier_id, one.statement_id, one.facet): one.pk
        for one in Requirement.objects.filter(statement__edition=edition)
    }
    gone = [
        pk for key, pk in asked.items() if key not in wanted and (key[0], key[2]) in known
    ]  # fmt: skip
    Requirement.objects.filter(pk__in=gone).delete()
    Requirement.objects.bulk_create(
        Requirement(tier_id=tier, statement_id=statement, facet=facet)
        for tier, statement, facet in sorted(wanted - asked.keys())
    )


def leaving(statements: Sequence[Statement]) -> None:
    Requirement.objects.filter(statement__in=statements).delete()


def check(edition: Edition) -> Iterator[Finding]:
    asked = Requirement.objects.filter(statement__edition=edition).select_related("statement")
    counts = Counter((one.tier_id, one.facet) for one in asked)
    for tier in _tiers(edition.framework):
        yield from _counted(tier, [counts[tier.pk, facet.value] for facet in Facet])
    silent = {
        (one.statement.position, one.statement.code, one.facet) for one in asked if not one.prompt
    }
    for _position, code, facet in sorted(silent):
        words = {"code": code, "facet": Facet(facet).label}
        text = _("%(code)s is asked for as a %(facet)s and has no words for what an answer shows.")
        yield Finding(text % words, stops=True, code=code)


def _counted(tier: Tier, counts: Sequence[int]) -> Iterator[Finding]:
    if not any(counts):
        if tier.offered:
            text = _("%(tier)s would ask for nothing.") % {"tier": tier.title}
            yield Finding(text, stops=True)
        return
    published = PUBLISHED.get((tier.scheme.key, tier.level))
    if published and tuple(counts) != published:
        words = {
            "tier": tier.title,
            "concepts": counts[0],
            "practices": counts[1],
            "published_concepts": published[0],
            "published_practices": published[1],
        }
        text = _(
            "%(tier)s asks for %(concepts)d concepts and %(practices)d practices. "
            "Published are about %(published_concepts)d and %(published_practices)d."
        )
        yield Finding(text % words)


def rests_on(framework: Framework) -> list[str]:
    return [tier.title for tier in _tiers(framework) if tier.offered]


KEEPERS.append(
    Keeper(
        columns=columns,
        marks=marks,
        drafted=drafted,
        settle=settle,
        leaving=leaving,
        check=check,
        rests_on=rests_on,
    )
)
