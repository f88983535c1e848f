"""Writing and publishing editions.

A published edition is compared, never changed: where the files say something else, that is a
mistake in the files.
"""

from django.db.models import Model

from frameworks.models import Area, AreaText, Crosswalk, Edition, Statement, StatementText
from imc_portal.content.frameworks import CENTER, FRENCH, Frameworks, Wording
from imc_portal.content.store import Report, count, store

OF_AREA = ("title", "plain_title", "description", "position")
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


def _edition(wording: Wording, report: Report) -> None:
    edition = Edition.objects.filter(
        framework=wording.framework, label=wording.label
    ).first() or Edition(framework=wording.framework, label=wording.label)
    wording.edition = edition
    if edition.published_at is None:
        edition.sample = wording.sample
        edition.save()
        for area in wording.areas.values():
            area.edition = edition
        store(wording.areas.values(), lambda area: (area.edition_id, area.code), report)
        for code, statement in wording.statements.items():
            statement.edition = edition
            statement.area = wording.areas[wording.area_of[code]]
        store(wording.statements.values(), lambda one: (one.edition_id, one.code), report)
        edition.published_at = wording.since  # complete, and from here on the database guards it
        edition.save()
    else:
        _compare(wording, report)
    _texts(wording, report)


def _compare(wording: Wording, report: Report) -> None:
    """A published edition and its files must say the same."""
    areas = {area.code: area for area in wording.edition.areas.all()}
    statements = {one.code: one for one in wording.edition.statements.select_related("area").all()}
    gone = (areas.keys() - wording.areas.keys()) | (statements.keys() - wording.statements.keys())
    for code in sorted(gone):
        next(iter(wording.rows.values())).wrong("code", f"{code} is missing: {wording.frozen}")
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
    for code, text in wording.area_texts.items():
        if code in wording.areas:
            text.area = wording.areas[code]
    for code, said in wording.statement_texts.items():
        if code in wording.statements:
            said.statement = wording.statements[code]
    _check_texts(wording)
    areas = [text for code, text in wording.area_texts.items() if code in wording.areas]
    store(areas, lambda text: (text.area_id, text.language), report)
    lines = [said for code, said in wording.statement_texts.items() if code in wording.statements]
    store(lines, lambda said: (said.statement_id, said.language), report)


def _check_texts(wording: Wording) -> None:
    of_areas = {
        text.area.code: (text.title, text.plain_title, text.description)
        for text in AreaText.objects.filter(
            area__edition=wording.edition, language=FRENCH
        ).select_related("area")
    }
    for code, text in wording.area_texts.items():
        if of_areas.get(code, now := (text.title, text.plain_title, text.description)) != now:
            wording.rows[f"fr {code}"].wrong("area_code", wording.frozen)
    of_statements = {
        said.statement.code: (said.action, said.outcome)
        for said in StatementText.objects.filter(
            statement__edition=wording.edition, language=FRENCH
        ).select_related("statement")
    }
    for code, said in wording.statement_texts.items():
        if of_statements.get(code, said_now := (said.action, said.outcome)) != said_now:
            wording.rows[f"fr {code}"].wrong("code", wording.frozen)


def _crosswalk(found: Frameworks, report: Report) -> None:
    indicators = found.wordings[CENTER].statements
    statements = found.wordings["mentor"].statements
    links = [
        Crosswalk(indicator=indicators[indicator], statement=statements[statement], link=link)
        for indicator, statement, link in found.links
        if indicator in indicators and statement in statements
    ]
    store(links, lambda link: (link.indicator_id, link.statement_id), report)
