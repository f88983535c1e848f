"""Reading profiles and competencies, their French, the crosswalk, and the words around them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from frameworks.models import (
    Approach,
    Area,
    AreaText,
    Crosswalk,
    Edition,
    Framework,
    GuideQuestion,
    ScaleLevel,
    Statement,
    StatementText,
    Term,
)
from imc_portal.content.reader import Folder, Row
from imc_portal.content.store import longest

FRENCH = "fr-ca"
LEVELS = ("recognition", "concepts", "practice", "journey")
CENTER = "center-competencies"
STATEMENTS = {
    "mentor": "mentor_profile.csv",
    "journey": "journey_profile.csv",
    CENTER: "core_competencies.csv",
}
LINKS = {link.value: link.value for link in Crosswalk.Link}


@dataclass(slots=True)
class Wording:
    """One edition as the files have it. `rows` says where each area and statement stands;
    "" is the edition itself."""

    framework: Framework
    label: str
    sample: bool
    since: datetime
    areas: dict[str, Area] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    area_texts: dict[str, AreaText] = field(default_factory=dict)
    statement_texts: dict[str, StatementText] = field(default_factory=dict)
    area_of: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    edition: Edition = field(default_factory=Edition)

    @property
    def was_published(self) -> bool:
        return self.edition.published_at is not None

    @property
    def frozen(self) -> str:
        return (
            f"edition {self.label} of {self.framework.key} is published and cannot change; "
            "give it a new label in editions.csv"
        )


@dataclass(slots=True)
class Frameworks:
    wordings: dict[str, Wording]
    links: list[tuple[str, str, str]]
    scale: list[ScaleLevel]
    approaches: list[Approach]
    terms: list[Term]
    questions: list[GuideQuestion]


def read(folder: Folder) -> Frameworks:
    wordings = {wording.framework.key: wording for wording in _editions(folder)}
    for key, file in STATEMENTS.items():
        if key not in wordings:
            folder.wrong("editions.csv", 0, "key", f"there is no row for “{key}”")
        else:
            _areas(folder, wordings[key])
            _statements(folder, wordings[key], file)
    _french(folder, wordings)
    return Frameworks(
        wordings=wordings,
        links=_links(folder, wordings),
        scale=[
            *_scale(folder, "rating_scale.csv", "en", ""),
            *_scale(folder, "fr/rating_scale_fr.csv", FRENCH, "_fr"),
        ],
        approaches=_approaches(folder),
        terms=_terms(folder),
        questions=_questions(folder),
    )


def _editions(folder: Folder) -> Iterator[Wording]:
    notes = {
        row.text("key"): row.text("status_note", optional=True)
        for row in folder.rows("schemes.csv", "key", "status_note")
    }
    columns = ("key", "title", "publisher", "label", "sample", "in_force_from")
    for row in folder.rows("editions.csv", *columns, key="key"):
        key = row.slug("key")
        framework = Framework(
            key=key,
            title=row.text("title", longest(Framework, "title")),
            publisher=row.text("publisher", longest(Framework, "publisher")),
            note=notes.get("imcenter-core", "") if key == CENTER else "",
        )
        label = row.text("label", longest(Edition, "label"))
        wording = Wording(framework, label, row.yes("sample"), row.day("in_force_from"))
        wording.rows[""] = row
        yield wording


def _areas(folder: Folder, wording: Wording) -> None:
    center = wording.framework.key == CENTER
    if center:
        names = ["area_code", "area_title", "summary"]
        rows = folder.rows("core_competency_areas.csv", *names, key="area_code")
    else:
        names = ["area_code", "profile", "area_title", "plain_title", "description", "position"]
        rows = [
            row
            for row in folder.rows("areas.csv", *names, key="area_code")
            if row.text("profile") == wording.framework.key
        ]
    for position, row in enumerate(rows, start=1):
        code = row.text("area_code", longest(Area, "code"))
        wording.rows[code] = row
        wording.areas[code] = Area(
            code=code,
            title=row.text("area_title", longest(Area, "title")),
            plain_title="" if center else row.text("plain_title", longest(Area, "plain_title")),
            description=row.text("summary" if center else "description"),
            position=position if center else row.whole("position", 1),
        )


def _statements(folder: Folder, wording: Wording, file: str) -> None:
    own = wording.framework.key != CENTER
    columns = ["code", "area_code", "action", "outcome"]
    if own:
        columns += ["concept_prompt", "practice_prompt", "attitude"]
    for position, row in enumerate(folder.rows(file, *columns, key="code"), start=1):
        code = row.text("code", longest(Statement, "code"))
        wording.rows[code] = row
        wording.area_of[code] = row.known("area_code", wording.areas, "area")
        wording.statements[code] = Statement(
            code=code,
            position=position,
            action=row.text("action"),
            outcome=row.text("outcome"),
            concept_prompt=row.text("concept_prompt") if own else "",
            practice_prompt=row.text("practice_prompt") if own else "",
            attitude=row.text("attitude", longest(Statement, "attitude")) if own else "",
            safety_critical=row.yes("safety_critical")
            if wording.framework.key == "journey"
            else False,
        )


def _french(folder: Folder, wordings: Mapping[str, Wording]) -> None:
    of_area = {code: wording for wording in wordings.values() for code in wording.areas}
    columns = ("area_code", "area_title_fr", "plain_title_fr", "description_fr")
    for row in folder.rows("fr/areas_fr.csv", *columns, key="area_code"):
        code = row.known("area_code", of_area, "area")
        text = AreaText(
            language=FRENCH,
            title=row.text("area_title_fr", longest(AreaText, "title")),
            plain_title=row.text("plain_title_fr", longest(AreaText, "plain_title")),
            description=row.text("description_fr"),
        )
        if code in of_area:
            of_area[code].area_texts[code] = text
            of_area[code].rows[f"fr {code}"] = row
    for key in ("mentor", "journey"):
        file = f"fr/{key}_profile_fr.csv"
        mine = wordings.get(key)
        for row in folder.rows(file, "code", "action_fr", "outcome_fr", key="code"):
            code = row.known("code", mine.statements if mine else {}, "statement")
            said = StatementText(
                language=FRENCH, action=row.text("action_fr"), outcome=row.text("outcome_fr")
            )
            if mine:
                mine.statement_texts[code] = said
                mine.rows[f"fr {code}"] = row


def _links(folder: Folder, wordings: Mapping[str, Wording]) -> list[tuple[str, str, str]]:
    indicators = wordings[CENTER].statements if CENTER in wordings else {}
    statements = wordings["mentor"].statements if "mentor" in wordings else {}
    found: dict[tuple[str, str], str] = {}
    for row in folder.rows("crosswalk.csv", "indicator_code", "statement_code", "link"):
        pair = (
            row.known("indicator_code", indicators, "indicator"),
            row.known("statement_code", statements, "statement"),
        )
        if pair in found:
            row.wrong("statement_code", f"{pair[0]} and {pair[1]} are linked already")
        found[pair] = row.one_of("link", LINKS, Crosswalk.Link.DIRECT.value)
    return [(*pair, link) for pair, link in found.items()]


def _scale(folder: Folder, file: str, language: str, ending: str) -> list[ScaleLevel]:
    names = ("label", "anchor_concept", "anchor_practice", "baseline_meaning", "next_step")
    columns = [f"{name}{ending}" for name in names]
    fields = ("label", "anchor_concept", "anchor_practice", "meaning", "next_step")
    return [
        ScaleLevel(
            value=row.whole("value", 0, 4),
            language=language,
            **{
                name: row.text(column, longest(ScaleLevel, name))
                for name, column in zip(fields, columns, strict=True)
            },
        )
        for row in folder.rows(file, "value", *columns, key="value")
    ]


def _approaches(folder: Folder) -> list[Approach]:
    columns = (
        "approach",
        "what_it_does",
        "shared_with_mentoring",
        "different_from_mentoring",
        "when_to_switch",
        *LEVELS,
    )
    return [
        Approach(
            key=row.slug("key"),
            name=row.text("approach", longest(Approach, "name")),
            what_it_does=row.text("what_it_does"),
            shared=row.text("shared_with_mentoring"),
            different=row.text("different_from_mentoring"),
            when_to_switch=row.text("when_to_switch"),
            levels=[level for level in LEVELS if row.yes(level)],
            position=position,
        )
        for position, row in enumerate(
            folder.rows("educating_approaches.csv", "key", *columns, key="key"), start=1
        )
    ]


def _terms(folder: Folder) -> list[Term]:
    return [
        Term(
            term=row.text("term", longest(Term, "term")),
            meaning=row.text("meaning"),
            term_fr=row.text("term_fr", longest(Term, "term_fr"), optional=True),
        )
        for row in folder.rows("glossary.csv", "term", "meaning", "term_fr", key="term")
    ]


def _questions(folder: Folder) -> list[GuideQuestion]:
    columns = (
        "code",
        "meeting_type",
        "stage",
        "area_code",
        "minutes",
        "covers",
        "question",
        "listen_for",
        "follow_up",
        "warning_sign",
    )
    return [
        GuideQuestion(
            **{
                name: row.text(name, longest(GuideQuestion, name))
                for name in (
                    "code",
                    "meeting_type",
                    "stage",
                    "area_code",
                    "covers",
                    "question",
                    "listen_for",
                )
            },
            minutes=row.whole("minutes", 0, 240),
            follow_up=row.text("follow_up", optional=True),
            warning_sign=row.text("warning_sign", optional=True),
            position=position,
        )
        for position, row in enumerate(
            folder.rows("verification_guide.csv", *columns, key="code"), start=1
        )
    ]
