"""The page of one area, composed with four queries however many statements there are.

Words come in the language of the reader; `lang` marks what the body has not put into it yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from applicants.models import Application
from assessments.models import SelfAssessment
from assessments.profile import scale
from certificates.models import Facet, Requirement, RequirementQuerySet
from frameworks.models import Area, Statement, StatementText

if TYPE_CHECKING:
    from assessments.answers import Answer, Conflict, Saved

ORIGINAL = "en"


@dataclass(slots=True)
class Step:
    """One area in the navigator."""

    number: int
    code: str
    title: str
    description: str
    lang: str
    total: int = 0
    rated: int = 0
    url: str = ""  # said by the view, which knows whose sheet it is


@dataclass(frozen=True, slots=True)
class Level:
    value: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The five levels of one facet. `shapes` keeps the rings that were drawn for this page."""

    name: str  # of its fields, before the number of the statement
    legend: str
    ask: str
    levels: list[Level]
    shapes: dict[int | None, str] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """One statement to rate, and what was said about it so far."""

    pk: int
    code: str
    action: str
    outcome: str
    lang: str
    asks_concept: bool
    asks_practice: bool
    concept: int | None
    practice: int | None
    note: str
    revision: int
    conflict: "Conflict | None" = None

    @property
    def rated(self) -> bool:
        return not (
            (self.asks_concept and self.concept is None)
            or (self.asks_practice and self.practice is None)
        )


@dataclass(frozen=True)
class Sheet:
    """An area, its place among the others, and its statements."""

    steps: list[Step]
    step: Step
    lines: list[Line]
    concept: Scale
    practice: Scale

    @property
    def rated(self) -> int:
        return sum(step.rated for step in self.steps)

    @property
    def total(self) -> int:
        return sum(step.total for step in self.steps)

    @property
    def before(self) -> Step | None:
        return self.steps[self.step.number - 2] if self.step.number > 1 else None

    @property
    def after(self) -> Step | None:
        return self.steps[self.step.number] if self.step.number < len(self.steps) else None

    @cached_property
    def focus(self) -> int | None:
        """The first statement that is still open: where to go on."""
        return next((line.pk for line in self.lines if not line.rated), None)


@dataclass(frozen=True, slots=True)
class Grid:
    """What is asked and what is answered, by area and statement, in the order of the profile."""

    asked: dict[int, dict[int, set[str]]]
    open: set[int]

    @classmethod
    def of(cls, application: Application) -> "Grid":
        asked: dict[int, dict[int, set[str]]] = {}
        unrated = set()
        assessment = getattr(application, "self_assessment", None) or SelfAssessment(pk=0)
        rows = assessment.answered(application.asked()).values_list(
            "statement__area_id", "statement_id", "facet", "mine__concept", "mine__practice"
        )
        for area, statement, facet, concept, practice in rows:
            asked.setdefault(area, {}).setdefault(statement, set()).add(facet)
            if (concept if facet == Facet.CONCEPT else practice) is None:
                unrated.add(statement)
        return cls(asked, unrated)

    @classmethod
    def tried(cls, asked: RequirementQuerySet, answers: "Mapping[int, Answer]") -> "Grid":
        """The same of a trial, whose answers are in no table."""
        grid = cls({}, set())
        for area, statement, facet in asked.values_list(
            "statement__area_id", "statement_id", "facet"
        ):
            grid.asked.setdefault(area, {}).setdefault(statement, set()).add(facet)
            said = answers.get(statement)
            if said is None or getattr(said, Facet(facet).value) is None:
                grid.open.add(statement)
        return grid

    @property
    def total(self) -> int:
        return sum(len(statements) for statements in self.asked.values())

    @property
    def first_open_area(self) -> int | None:
        return next((area for area, asked in self.asked.items() if self.open & asked.keys()), None)


def first_open(application: Application) -> str | None:
    """The code of the area in which to go on; None when every statement is rated."""
    return first_open_of(Grid.of(application))


def first_open_of(grid: Grid) -> str | None:
    area = grid.first_open_area
    return Area.objects.get(pk=area).code if area else None


def where(statements: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The code of the area and of the statement, for each of these."""
    rows = Statement.objects.filter(pk__in=statements).values_list("pk", "area__code", "code")
    return {pk: (area, code) for pk, area, code in rows}


def last_area(application: Application) -> str:
    """The code of the area with which the profile ends."""
    last = application.asked().last()
    return last.statement.area.code if last else ""


@dataclass(frozen=True, slots=True)
class Open:
    """A statement without its rating, on the way to the page where it is given."""

    code: str
    area: str
    action: str
    lang: str
    facets: list[str]


def still_open(missing: Iterable[Requirement], language: str) -> list[Open]:
    """What is unanswered, one line a statement, in the words of the reader."""
    facets: dict[Statement, list[str]] = {}
    for requirement in missing:
        label = str(Facet(requirement.facet).label)
        facets.setdefault(requirement.statement, []).append(label)
    texts = StatementText.objects.filter(statement__in=facets, language=language)
    own = dict(texts.values_list("statement", "action"))
    return [
        Open(
            code=statement.code,
            area=statement.area.code,
            action=own.get(statement.pk, statement.action),
            lang="" if statement.pk in own or language == ORIGINAL else ORIGINAL,
            facets=labels,
        )
        for statement, labels in facets.items()
    ]


def sheet(application: Application, code: str, language: str) -> Sheet | None:
    """The page of this area; None where the case does not ask for it."""
    assessment = getattr(application, "self_assessment", None)
    mine = assessment.pk if assessment else 0
    return _sheet(Grid.of(application), code, language, mine)


def tried_sheet(
    asked: RequirementQuerySet, answers: "Mapping[int, Answer]", code: str, language: str
) -> Sheet | None:
    """The page of an area in a trial."""
    page = _sheet(Grid.tried(asked, answers), code, language, 0)
    for line in page.lines if page else ():
        if said := answers.get(line.pk):
            line.concept, line.practice = said.concept, said.practice
            line.revision = said.revision
    return page


def _sheet(grid: Grid, code: str, language: str, mine: int) -> Sheet | None:
    steps = _steps(grid, language)
    found = next((area for area, step in steps.items() if step.code == code), None)
    if found is None:
        return None
    concept, practice = _scales(language)
    return Sheet(
        steps=list(steps.values()),
        step=steps[found],
        lines=_lines(mine, grid.asked[found], language),
        concept=concept,
        practice=practice,
    )


def _scales(language: str) -> tuple[Scale, Scale]:
    levels = scale(language).values()
    return (
        Scale(
            "c",
            str(Facet.CONCEPT.label),
            _("Could I explain it?"),
            [Level(level.value, level.label, level.anchor_concept) for level in levels],
        ),
        Scale(
            "p",
            str(Facet.PRACTICE.label),
            _("When did I last do it?"),
            [Level(level.value, level.label, level.anchor_practice) for level in levels],
        ),
    )


def _own(language: str) -> FilteredRelation:
    return FilteredRelation("texts", condition=Q(texts__language=language))


def _steps(grid: Grid, language: str) -> dict[int, Step]:
    rows = Area.objects.filter(pk__in=grid.asked).annotate(own=_own(language))
    words = ("title", "plain_title", "description")
    found = {
        row["pk"]: row
        for row in rows.values("pk", "code", *words, *(f"own__{word}" for word in words))
    }
    steps = {}
    for number, (pk, asked) in enumerate(grid.asked.items(), start=1):
        row = found[pk]
        own = "own__" if row["own__title"] else ""
        steps[pk] = Step(
            number=number,
            code=row["code"],
            title=row[f"{own}plain_title"] or row[f"{own}title"],
            description=row[f"{own}description"],
            lang="" if own or language == ORIGINAL else ORIGINAL,
            total=len(asked),
            rated=len(asked.keys() - grid.open),
        )
    return steps


def _lines(assessment: int, asked: Mapping[int, set[str]], language: str) -> list[Line]:
    mine = Q(rating__assessment=assessment)
    rows = (
        Statement.objects.filter(pk__in=asked)
        .annotate(own=_own(language), mine=FilteredRelation("rating", condition=mine))
        .values(
            "pk",
            "code",
            "action",
            "outcome",
            "own__action",
            "own__outcome",
            "mine__concept",
            "mine__practice",
            "mine__note",
            "mine__revision",
        )
    )
    found = {row["pk"]: row for row in rows}
    return [_line(found[pk], facets, language) for pk, facets in asked.items()]


def _line(row: Mapping[str, Any], facets: set[str], language: str) -> Line:
    own = "own__" if row["own__action"] else ""
    return Line(
        pk=row["pk"],
        code=row["code"],
        action=row[f"{own}action"],
        outcome=row[f"{own}outcome"],
        lang="" if own or language == ORIGINAL else ORIGINAL,
        asks_concept=Facet.CONCEPT in facets,
        asks_practice=Facet.PRACTICE in facets,
        concept=row["mine__concept"],
        practice=row["mine__practice"],
        note=row["mine__note"] or "",
        revision=row["mine__revision"] or 0,
    )


def keep(page: Sheet, typed: Mapping[int, "Answer"], saved: "Saved | None") -> None:
    """Show what somebody typed again. Where it is in conflict, saving once more chooses it; where
    nothing was saved at all, it still counts from what they had seen."""
    for line in page.lines:
        said = typed.get(line.pk)
        if said is None:
            continue
        line.concept, line.practice, line.note = said.concept, said.practice, said.note
        if saved is None:
            line.revision = said.revision
        else:
            line.conflict = saved.conflicts.get(line.pk)
