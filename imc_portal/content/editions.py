"""Writing and publishing editions.

A published edition is compared, never changed: where the files say something else, that is a
mistake in the files.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet

from frameworks.models import Area, AreaText, Crosswalk, Edition, Statement, StatementText
from imc_portal.content.frameworks import CENTER, FRENCH, Frameworks, Wording
from imc_portal.content.store import Report, count, store

M = TypeVar("M", bound=Model)
OF_AREA = ("title", "plain_title", "description", "position")
OF_AREA_TEXT = ("title", "plain_title", "description")
OF_STATEMENT_TEXT = ("action", "outcome")
OF_STATEMENT = (
    "action",
    "outcome",
    "concept_prompt",
    "practice_prompt",
    "attitude",
    "safety_critical",
    "position",
)


def write(found: Frameworks, report: Report) -> None:
    frameworks = [wording.framework for wording in found.wordings.values()]
    store(frameworks, lambda framework: framework.key, report)
    for wording in found.wordings.values():
        _edition(wording, report)
    _crosswalk(found, report)
    store(found.scale, lambda level: (level.value, level.language), report)
    store(found.approaches, lambda approach: approach.key, report)
    store(found.terms, lambda term: term.term, report)
    store(found.questions, lambda question: question.code, report)


def publish(found: Frameworks) -> None:
    """Complete, with what each certificate asks for: from here on the database guards it."""
    for wording in found.wordings.values():
        if not wording.was_published:
            wording.edition.published_at = wording.since
            wording.edition.save()


def _edition(wording: Wording, report: Report) -> None:
    edition = Edition.objects.filter(
        framework=wording.framework, label=wording.label
    ).first() or Edition(framework=wording.framework, label=wording.label)
    wording.edition = edition
    if not wording.was_published:
        edition.sample = wording.sample
        edition.save()
        for area in wording.areas.values():
            area.edition = edition
        store(wording.areas.values(), lambda area: (area.edition_id, area.code), report)
        for code, statement in wording.statements.items():
            statement.edition = edition
            statement.area = wording.areas[wording.area_of[code]]
        store(wording.statements.values(), lambda one: (one.edition_id, one.code), report)
    else:
        _compare(wording, report)
    _texts(wording, report)


def _compare(wording: Wording, report: Report) -> None:
    """A published edition and its files must say the same."""
    areas = {area.code: area for area in wording.edition.areas.all()}
    statements = {one.code: one for one in wording.edition.statements.select_related("area").all()}
    if wording.edition.sample != wording.sample:
        wording.rows[""].wrong("sample", wording.frozen)
    gone = (areas.keys() - wording.areas.keys()) | (statements.keys() - wording.statements.keys())
    for code in sorted(gone):
        wording.rows[""].wrong("label", f"{code} is missing: {wording.frozen}")
    for code, area in wording.areas.items():
        if code not in areas or _differing(areas[code], area, OF_AREA):
            wording.rows[code].wrong("area_code", wording.frozen)
    for code, statement in wording.statements.items():
        was = statements.get(code)
        if was is None or was.area.code != wording.area_of[code]:
            wording.rows[code].wrong("code", wording.frozen)
        elif differs := _differing(was, statement, OF_STATEMENT):
            wording.rows[code].wrong(differs[0], wording.frozen)
    wording.areas = areas
    wording.statements = statements
    count(report, Area, same=len(areas))
    count(report, Statement, same=len(statements))


def _differing(was: Model, now: Model, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(was, name) != getattr(now, name)]


def _texts(wording: Wording, report: Report) -> None:
    """A translation may be added to a published edition, and then never changes either."""
    areas = []
    of_areas = _by_owner(AreaText.objects.filter(area__edition=wording.edition), "area")
    for code, text in wording.area_texts.items():
        if code in wording.areas:
            text.area = wording.areas[code]
            areas += _unchanged(wording, code, of_areas.get(code), text, OF_AREA_TEXT)
    store(areas, lambda text: (text.area_id, text.language), report)
    lines = []
    of_lines = _by_owner(
        StatementText.objects.filter(statement__edition=wording.edition), "statement"
    )
    for code, said in wording.statement_texts.items():
        if code in wording.statements:
            said.statement = wording.statements[code]
            lines += _unchanged(wording, code, of_lines.get(code), said, OF_STATEMENT_TEXT)
    store(lines, lambda said: (said.statement_id, said.language), report)


def _by_owner(texts: QuerySet[M], owner: str) -> dict[str, M]:
    """The French texts of an edition by the code of what they translate."""
    french = texts.filter(language=FRENCH).select_related(owner)
    return {getattr(text, owner).code: text for text in french}


def _unchanged(
    wording: Wording, code: str, was: M | None, now: M, names: tuple[str, ...]
) -> list[M]:
    """The text, unless it says something else than before: that is a mistake in the files."""
    if was is not None and _differing(was, now, names):
        row = wording.rows[f"fr {code}"]
        row.wrong("area_code" if names is OF_AREA_TEXT else "code", wording.frozen)
        return []
    return [now]


def _crosswalk(found: Frameworks, report: Report) -> None:
    indicators = found.wordings[CENTER].statements
    statements = found.wordings["mentor"].statements
    links = [
        Crosswalk(indicator=indicators[indicator], statement=statements[statement], link=link)
        for indicator, statement, link in found.links
        if indicator in indicators and statement in statements
    ]
    store(links, lambda link: (link.indicator_id, link.statement_id), report)
