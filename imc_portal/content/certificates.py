"""The catalogue: two schemes, seven offers, what each asks for, and what renewal asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from certificates.models import Facet, Level, Requirement, Route, Scheme, Tier
from certificates.steps import Measure, RenewalAmount, RenewalStep
from frameworks.models import Statement
from imc_portal.content.frameworks import Frameworks, Wording
from imc_portal.content.reader import Folder, Row
from imc_portal.content.store import Report, longest, store

PERSONS = "person certification"
SCHEMES = {"imc-current": 1, "imc-2021": 2}  # the newer names stand first
LEVELS = {level.value: level for level in Level}
ROUTES = {
    Level.RECOGNITION: Route.VERBAL_AUDIT,
    Level.CONCEPTS: Route.WRITTEN_AUDIT,
    Level.PRACTICE: Route.VERIFICATION,
    Level.JOURNEY: Route.VERIFICATION,
}
# What the log must show. Sample data of ours: the body has not yet said how much.
LOG = ("log_hours",)

# Which statements an offer asks for, by the columns of mentor_profile.csv; "" is none, "all" all.
ASKED = {
    ("imc-2021", Level.RECOGNITION): ("recognition", "recognition_practice"),
    ("imc-2021", Level.CONCEPTS): ("all", "achievement_practice"),
    ("imc-current", Level.CONCEPTS): ("all", ""),
}
EVERYTHING = ("all", "all")
FRENCH = ("audience_fr", "prerequisite_fr", "summary_fr")


@dataclass(frozen=True, slots=True)
class Task:
    task: str
    what_to_bring: str
    passes_when: str


@dataclass(slots=True)
class Offer:
    """One tier, and the codes of what it asks for as concept and as practice."""

    tier: Tier
    scheme: str
    profile: str
    row: Row
    codes: Mapping[Facet, list[str]]
    tasks: Mapping[str, Task]


@dataclass(slots=True)
class Catalogue:
    schemes: dict[str, Scheme]
    offers: list[Offer]
    steps: list[RenewalStep]
    amounts: list[RenewalAmount]


def read(folder: Folder, found: Frameworks) -> Catalogue:
    schemes = _schemes(folder)
    steps = _steps(folder)
    offers = _offers(folder, found, schemes)
    return Catalogue(schemes, offers, steps, _amounts(folder, steps))


def _schemes(folder: Folder) -> dict[str, Scheme]:
    columns = ("key", "name", "kind", "generation", "issuer", "administered_by", "summary")
    return {
        row.text("key"): Scheme(
            key=row.slug("key"),
            name=row.text("name", longest(Scheme, "name")),
            generation=row.text("generation", longest(Scheme, "generation")),
            issuer=row.text("issuer", longest(Scheme, "issuer")),
            administered_by=row.text("administered_by", longest(Scheme, "administered_by")),
            summary=row.text("summary"),
            status_note=row.text("status_note", optional=True),
            position=SCHEMES.get(row.text("key"), len(SCHEMES) + 1),
        )
        for row in folder.rows("schemes.csv", *columns, key="key")
        if row.text("kind") == PERSONS
    }


def _offers(folder: Folder, found: Frameworks, schemes: Mapping[str, Scheme]) -> list[Offer]:
    of_level = ("key", "rank", "audience", "prerequisite", "profile", "summary", *LOG)
    levels = {row.text("key"): row for row in folder.rows("tiers.csv", *of_level, key="key")}
    french = {
        row.text("key"): row
        for row in folder.rows("fr/tiers_fr.csv", "key", "name_2021_fr", "name_current_fr", *FRENCH)
    }
    offers: list[Offer] = []
    columns = (
        "scheme_key",
        "tier_key",
        "display_name",
        "portfolio_name",
        "concept_statements",
        "practice_statements",
        "recertification_years",
        "offered",
    )
    for row in folder.rows("scheme_tiers.csv", *columns):
        scheme = schemes.get(row.known("scheme_key", schemes, "scheme"))
        level = LEVELS.get(row.known("tier_key", levels.keys() & LEVELS.keys(), "tier"))
        if scheme is None or level is None:
            continue
        if any(o.scheme == scheme.key and o.tier.level == level for o in offers):
            row.wrong("tier_key", f"{scheme.key} offers “{level}” already")
        offer = _offer(row, scheme, levels[level], french.get(level))
        offer.codes = _codes(folder, found, offer)
        offer.tasks = _tasks(folder, offer)
        _check(offer)
        offers.append(offer)
    return offers


def _offer(row: Row, scheme: Scheme, level_row: Row, french: Row | None) -> Offer:
    level = LEVELS[level_row.text("key")]
    prerequisite = level_row.text("prerequisite", longest(Tier, "prerequisite"))
    name = f"name_{scheme.generation}_fr"
    tier = Tier(
        slug=f"{scheme.generation}-{level}",
        level=level,
        rank=level_row.whole("rank", 1),
        title=row.text("display_name", longest(Tier, "title")),
        title_fr=french.text(name, longest(Tier, "title_fr")) if french else "",
        portfolio_name=row.text("portfolio_name", longest(Tier, "portfolio_name")),
        route=ROUTES[level],
        years_valid=row.whole("recertification_years", 0, 99) or None,
        requires=Level.PRACTICE if level == Level.JOURNEY else "",
        nests=Level.CONCEPTS if level == Level.PRACTICE else "",
        renews_with=Level.PRACTICE if level == Level.JOURNEY else "",
        audience=level_row.text("audience", longest(Tier, "audience")),
        prerequisite="" if prerequisite == "none" else prerequisite,
        summary=_summary(level_row.text("summary"), ", plus ", row.whole("practice_statements")),
        offered=row.yes("offered"),
        **_french(french, practices=row.whole("practice_statements")),
        **{name: level_row.whole(name) for name in LOG},
    )
    return Offer(tier, scheme.key, level_row.text("profile"), row, {}, {})


def _summary(summary: str, plus: str, practices: int) -> str:
    """tiers.csv describes the 2021 offer; the current Concepts asks for no practices."""
    return summary if practices else summary.partition(plus)[0].rstrip(".") + "."


def _french(row: Row | None, *, practices: int) -> dict[str, str]:
    if row is None:
        return {}
    said = {name: row.text(name, longest(Tier, name)) for name in FRENCH}
    said["summary_fr"] = _summary(said["summary_fr"], ", et de ", practices)
    if said["prerequisite_fr"] == "aucun":
        said["prerequisite_fr"] = ""
    return said


def _codes(folder: Folder, found: Frameworks, offer: Offer) -> dict[Facet, list[str]]:
    wording = found.wordings.get(offer.profile)
    if wording is None:
        offer.row.wrong("tier_key", f"there is no profile “{offer.profile}”")
        return {Facet.CONCEPT: [], Facet.PRACTICE: []}
    columns = ASKED.get((offer.scheme, Level(offer.tier.level)), EVERYTHING)
    marked = [column for column in columns if column not in {"", "all"}]
    rows = folder.rows(f"{offer.profile}_profile.csv", "code", *marked)

    def codes(column: str) -> list[str]:
        if not column:
            return []
        return [row.text("code") for row in rows if column == "all" or row.yes(column)]

    return {Facet.CONCEPT: codes(columns[0]), Facet.PRACTICE: codes(columns[1])}


def _tasks(folder: Folder, offer: Offer) -> dict[str, Task]:
    """The body sets tasks for the few practices of the smaller certificates of 2021."""
    level = Level(offer.tier.level)
    if ASKED.get((offer.scheme, level), ("", ""))[1] == "":
        return {}
    columns = ("code", "tier_key", "task", "what_to_bring", "passes_when")
    tasks: dict[str, Task] = {}
    for row in folder.rows("starter_practice_tasks.csv", *columns):
        if row.text("tier_key") != level:
            continue
        code = row.known("code", offer.codes[Facet.PRACTICE], "practice of this tier")
        if code in tasks:
            row.wrong("code", f"“{code}” has a task already")
        tasks[code] = Task(row.text("task"), row.text("what_to_bring"), row.text("passes_when"))
    return tasks


def _check(offer: Offer) -> None:
    """What the catalogue promises is what the profile marks."""
    for column, facet in (
        ("concept_statements", Facet.CONCEPT),
        ("practice_statements", Facet.PRACTICE),
    ):
        promised, marked = offer.row.whole(column), len(offer.codes[facet])
        if promised != marked:
            offer.row.wrong(column, f"says {promised}, the profile marks {marked}")


def _steps(folder: Folder) -> list[RenewalStep]:
    columns = ("code", "requirement", "detail", "applies_to", "basis")
    steps = []
    for position, row in enumerate(
        folder.rows("recertification.csv", *columns, key="code"), start=1
    ):
        levels = row.many("applies_to", ";")
        for level in levels:
            if level not in LEVELS:
                row.wrong("applies_to", f"there is no tier “{level}”")
        steps.append(
            RenewalStep(
                code=row.text("code", longest(RenewalStep, "code")),
                title=row.text("requirement", longest(RenewalStep, "title")),
                detail=row.text("detail"),
                levels=levels,
                basis=row.text("basis", longest(RenewalStep, "basis"), optional=True),
                position=position,
            )
        )
    return steps


def _amounts(folder: Folder, steps: list[RenewalStep]) -> list[RenewalAmount]:
    """Each names the step that it belongs to; the step gets its number when it is stored."""
    by_code = {step.code: step for step in steps}
    columns = ("code", "measure", "amount")
    found = []
    for row in folder.rows("recertification_amounts.csv", *columns, key="measure"):
        code = row.known("code", by_code.keys(), "step of renewal")
        measure = row.known("measure", set(Measure.values), "measure")
        amount = row.whole("amount", 1, 9999)
        if code in by_code and measure in Measure.values:
            found.append(RenewalAmount(step=by_code[code], measure=measure, amount=amount))
    return found


# --- Writing ----------------------------------------------------------------------------------
def write(catalogue: Catalogue, found: Frameworks, report: Report) -> None:
    store(catalogue.schemes.values(), lambda scheme: scheme.key, report)
    for offer in catalogue.offers:
        offer.tier.scheme = catalogue.schemes[offer.scheme]
        offer.tier.framework = found.wordings[offer.profile].framework
    store((offer.tier for offer in catalogue.offers), lambda tier: tier.slug, report)
    asked = []
    for offer in catalogue.offers:
        wording = found.wordings[offer.profile]
        mine = _requirements(offer, wording.statements)
        if wording.was_published:
            mine = _unchanged(offer, mine, wording)
        asked += mine
    store(asked, _key, report)
    store(catalogue.steps, lambda step: step.code, report)
    for amount in catalogue.amounts:
        amount.step = amount.step  # the number that it was stored under
    store(catalogue.amounts, lambda amount: amount.measure, report)


_key: Callable[[Requirement], object] = lambda one: (one.tier_id, one.statement_id, one.facet)  # noqa: E731


def _requirements(offer: Offer, statements: Mapping[str, Statement]) -> list[Requirement]:
    nothing = Task("", "", "")
    return [
        Requirement(
            tier=offer.tier,
            statement=statements[code],
            facet=facet.value,
            task=task.task,
            what_to_bring=task.what_to_bring,
            passes_when=task.passes_when,
        )
        for facet, codes in offer.codes.items()
        for code in codes
        for task in [offer.tasks.get(code, nothing) if facet == Facet.PRACTICE else nothing]
    ]


def _unchanged(offer: Offer, mine: list[Requirement], wording: Wording) -> list[Requirement]:
    """What a published edition asks for is as fixed as its words: nothing else is stored."""

    def said(one: Requirement) -> tuple[object, ...]:
        return (one.statement_id, one.facet, one.task, one.what_to_bring, one.passes_when)

    there = Requirement.objects.filter(tier=offer.tier, statement__edition=wording.edition)
    if {said(one) for one in there} == {said(one) for one in mine}:
        return mine
    words = f"{offer.tier.slug} asks for something else: {wording.frozen}"
    offer.row.wrong("tier_key", words)
    return []
