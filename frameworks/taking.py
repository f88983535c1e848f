"""Writing a checked table into a draft. Called inside a transaction that holds the draft."""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import F, Q

from frameworks import registry
from frameworks.importing import Row
from frameworks.layout import PROMPTS, SAFETY, YES, Kind
from frameworks.models import (
    FRENCH,
    Area,
    AreaText,
    Crosswalk,
    Edition,
    Statement,
    StatementText,
)

# Places are unique at every moment: rows step aside before they are put in order.
ASIDE = 15_000
OF_AREA = ("plain_title", "description")


def take(edition: Edition, kind: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    by_kind: Mapping[str, Callable[[Edition, Sequence[Row]], None]] = {
        Kind.STATEMENTS: _statements,
        Kind.AREAS: _areas,
        Kind.STATEMENTS_FR: _statements_in_french,
        Kind.AREAS_FR: _areas_in_french,
    }
    by_kind[kind](edition, rows)
    if kind == Kind.STATEMENTS:
        Edition.objects.filter(pk=edition.pk).update(columns=list(columns))


def let_go(edition: Edition, codes: Sequence[str]) -> None:
    """Drop statements of a draft, and what was kept about them."""
    leaving = list(Statement.objects.filter(edition=edition, code__in=codes))
    for keeper in registry.KEEPERS:
        keeper.leaving(leaving)
    Crosswalk.objects.filter(Q(statement__in=leaving) | Q(indicator__in=leaving)).delete()
    Statement.objects.filter(pk__in=[one.pk for one in leaving]).delete()


def step_aside(edition: Edition) -> None:
    Statement.objects.filter(edition=edition).update(position=F("position") + ASIDE)


def _statements(edition: Edition, rows: Sequence[Row]) -> None:
    areas = {area.code: area for area in Area.objects.filter(edition=edition)}
    there = {one.code: one for one in Statement.objects.filter(edition=edition)}
    said = {row["code"] for row in rows}
    let_go(edition, [code for code in there if code not in said])
    step_aside(edition)
    new: list[Statement] = []
    old: list[Statement] = []
    for position, row in enumerate(rows, start=1):
        one = there.get(row["code"]) or Statement(edition=edition, code=row["code"])
        one.area, one.position = areas[row["area_code"]], position
        one.action, one.outcome = row["action"], row["outcome"]
        for name in PROMPTS:
            setattr(one, name, row.get(name, getattr(one, name)))
        if SAFETY in row:
            one.safety_critical = row[SAFETY] == YES
        (old if one.pk else new).append(one)
    Statement.objects.bulk_create(new)
    Statement.objects.bulk_update(
        old, ["area", "position", "action", "outcome", *PROMPTS, SAFETY], batch_size=200
    )
    names = [column.name for column in registry.columns_for(edition.framework)]
    registry.settle(
        edition,
        {row["code"]: frozenset(name for name in names if row.get(name) == YES) for row in rows},
    )


def _areas(edition: Edition, rows: Sequence[Row]) -> None:
    there = {area.code: area for area in Area.objects.filter(edition=edition)}
    said = {row["area_code"] for row in rows}
    Area.objects.filter(edition=edition).exclude(code__in=said).delete()
    Area.objects.filter(edition=edition).update(position=F("position") + ASIDE)
    new: list[Area] = []
    old: list[Area] = []
    for row in rows:
        area = there.get(row["area_code"]) or Area(edition=edition, code=row["area_code"])
        area.title, area.position = row["area_title"], int(row["position"])
        for name in OF_AREA:
            setattr(area, name, row.get(name, ""))
        (old if area.pk else new).append(area)
    Area.objects.bulk_create(new)
    Area.objects.bulk_update(old, ["title", "position", *OF_AREA])


def _statements_in_french(edition: Edition, rows: Sequence[Row]) -> None:
    there = dict(Statement.objects.filter(edition=edition).values_list("code", "pk"))
    StatementText.objects.filter(statement__edition=edition, language=FRENCH).delete()
    StatementText.objects.bulk_create(
        StatementText(
            statement_id=there[row["code"]],
            language=FRENCH,
            action=row["action_fr"],
            outcome=row["outcome_fr"],
        )
        for row in rows
    )


def _areas_in_french(edition: Edition, rows: Sequence[Row]) -> None:
    there = dict(Area.objects.filter(edition=edition).values_list("code", "pk"))
    AreaText.objects.filter(area__edition=edition, language=FRENCH).delete()
    AreaText.objects.bulk_create(
        AreaText(
            area_id=there[row["area_code"]],
            language=FRENCH,
            title=row["area_title_fr"],
            plain_title=row["plain_title_fr"],
            description=row["description_fr"],
        )
        for row in rows
    )
