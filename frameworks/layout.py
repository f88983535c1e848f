"""The tables in which editions travel: their columns, in the order and with the limits of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from frameworks.models import Edition, PendingImport, Statement
from frameworks.registry import columns_for

Kind = PendingImport.Kind
YES, NO = "yes", "no"

# How many characters fit, by column.
LONGEST: Mapping[str, int] = {
    "code": 10,
    "area_code": 10,
    "area_title": 200,
    "area_title_fr": 200,
    "plain_title": 200,
    "plain_title_fr": 200,
    "description": 1000,
    "description_fr": 1000,
    "action": 400,
    "action_fr": 400,
    "outcome": 400,
    "outcome_fr": 400,
    "concept_prompt": 2000,
    "practice_prompt": 2000,
    "attitude": 200,
    "profile": 50,
}
MAY_RUN_ON = frozenset({"description", "description_fr", "concept_prompt", "practice_prompt"})
LABELS = {
    "area_title": _("Title"),
    "plain_title": _("In plain words"),
    "description": _("Description"),
    "action": _("Action: what a mentor does"),
    "outcome": _("Outcome: so that …"),
    "concept_prompt": _("What a concept answer shows"),
    "practice_prompt": _("What a practice answer shows"),
    "attitude": _("Attitude"),
    "safety_critical": _("Safety critical"),
    "marks": _("Asked for by"),
    "area_title_fr": _("Title in French"),
    "plain_title_fr": _("In plain words, French"),
    "description_fr": _("Description in French"),
    "action_fr": _("Action in French"),
    "outcome_fr": _("Outcome in French"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """`key` names a row. `filled` may not be empty. `known` is everything the table may hold."""

    key: str
    filled: tuple[str, ...]
    known: tuple[str, ...]
    required: tuple[str, ...]


WORDS = ("code", "area_code", "area_title", "action", "outcome")
PROMPTS = ("concept_prompt", "practice_prompt", "attitude")
SAFETY = "safety_critical"
AREA = (
    "area_code",
    "profile",
    "area_title",
    "plain_title",
    "description",
    "statement_count",
    "position",
)
AREA_FR = ("area_code", "area_title_fr", "plain_title_fr", "description_fr")
WORDS_FR = ("code", "action_fr", "outcome_fr")


def layout(edition: Edition, kind: str) -> Layout:
    if kind == Kind.AREAS:
        return Layout("area_code", ("area_code", "area_title"), AREA, AREA)
    if kind == Kind.AREAS_FR:
        return Layout("area_code", ("area_code", "area_title_fr"), AREA_FR, AREA_FR)
    if kind == Kind.STATEMENTS_FR:
        return Layout("code", WORDS_FR, WORDS_FR, WORDS_FR)
    marks = tuple(column.name for column in columns_for(edition.framework))
    known = (*WORDS, *PROMPTS, SAFETY, *marks)
    return Layout("code", WORDS, known, tuple(statement_columns(edition)))


def statement_columns(edition: Edition) -> list[str]:
    """The columns of an edition's table: as it came in, and whatever else it says something in.

    So the Center's indicators have no prompts, and the Journey profile alone speaks of safety.
    """
    said = Statement.objects.filter(edition=edition)
    prompts = said.exclude(concept_prompt="", practice_prompt="", attitude="").exists()
    safety = said.filter(safety_critical=True).exists()
    marks = [column.name for column in columns_for(edition.framework)]
    wanted = [*WORDS, *(PROMPTS if prompts else ()), *([SAFETY] if safety else ()), *marks]
    known = {*WORDS, *PROMPTS, SAFETY, *marks}
    came = [name for name in edition.columns if name in known]
    return [*came, *(name for name in wanted if name not in came)]


def yes_no_columns(edition: Edition) -> frozenset[str]:
    return frozenset({SAFETY, *(column.name for column in columns_for(edition.framework))})
