"""An edition as people read it, in their language, with a fixed number of queries.

`lang` marks what is shown in English because the body has not put it into the reader's language.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frameworks.models import (
    ORIGINAL,
    Approach,
    Area,
    AreaText,
    Crosswalk,
    Edition,
    Reflection,
    Statement,
    StatementText,
)
from notices.models import BodyFact

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement of another framework that this one answers, or is answered by."""

    code: str
    link: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class Said:
    code: str
    action: str
    outcome: str
    lang: str
    safety_critical: bool
    answered_by: Sequence[Answer]
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Part:
    """One area with its statements."""

    code: str
    title: str
    plain_title: str
    description: str
    lang: str
    statements: list[Said] = field(default_factory=list)


def in_force(at: datetime) -> dict[int, Edition]:
    """The edition that new cases start under, of each framework, by its number."""
    newest: dict[int, Edition] = {}
    begun = Edition.objects.filter(published_at__lte=at).filter(
        Q(retired_at=None) | Q(retired_at__gt=at)
    )
    for edition in begun.select_related("framework").order_by("published_at", "pk"):
        newest[edition.framework_id] = edition
    return {edition.pk: edition for edition in newest.values()}


def of_another_body(edition: Edition) -> bool:
    """Two bodies share three letters: whose words these are is said on the page."""
    issuer = BodyFact.objects.filter(key="issuer_name").values_list("value", flat=True).first()
    return edition.framework.publisher != issuer


def parts(edition: Edition, language: str, there: Mapping[int, Edition]) -> list[Part]:
    """The areas in order; `there` are the editions in force, which the crosswalk leads to."""
    titles = {
        text.area_id: text
        for text in AreaText.objects.filter(area__edition=edition, language=language)
    }
    texts = {
        text.statement_id: text
        for text in StatementText.objects.filter(statement__edition=edition, language=language)
    }
    found = {
        area.pk: _part(area, titles.get(area.pk), language)
        for area in Area.objects.filter(edition=edition).order_by("position")
    }
    answered_by, answers = _crosswalk(edition, there)
    for one in Statement.objects.filter(edition=edition).order_by("position"):
        text = texts.get(one.pk)
        found[one.area_id].statements.append(
            Said(
                code=one.code,
                action=text.action if text else one.action,
                outcome=text.outcome if text else one.outcome,
                lang="" if text or language == ORIGINAL else ORIGINAL,
                safety_critical=one.safety_critical,
                answered_by=answered_by.get(one.pk, ()),
                answers=answers.get(one.pk, ()),
            )
        )
    return list(found.values())


def _part(area: Area, text: AreaText | None, language: str) -> Part:
    said = text or area
    return Part(
        code=area.code,
        title=said.title,
        plain_title=said.plain_title,
        description=said.description,
        lang="" if text or language == ORIGINAL else ORIGINAL,
    )


Answers = Mapping[int, Sequence[Answer]]


def _crosswalk(edition: Edition, there: Mapping[int, Edition]) -> tuple[Answers, Answers]:
    """Both ways, to the editions in force alone: earlier ones answer the same."""
    links = (
        Crosswalk.objects.filter(Q(indicator__edition=edition) | Q(statement__edition=edition))
        .select_related("indicator", "statement")
        .order_by("indicator__position", "statement__position")
    )
    answered_by: dict[int, list[Answer]] = defaultdict(list)
    answers: dict[int, list[Answer]] = defaultdict(list)
    for link in links:
        words = link.get_link_display()
        ours, theirs = link.statement, link.indicator
        if theirs.edition_id == edition.pk and ours.edition_id in there:
            answer = Answer(ours.code, words, there[ours.edition_id])
            answered_by[theirs.pk].append(answer)
        elif ours.edition_id == edition.pk and theirs.edition_id in there:
            answer = Answer(theirs.code, words, there[theirs.edition_id])
            answers[ours.pk].append(answer)
    return answered_by, answers


# --- The nine educating approaches ------------------------------------------------------------
CERTIFICATES = {
    "recognition": _("Recognition"),
    "concepts": _("Concepts (Achievement)"),
    "practice": _("Practice (Competence)"),
    "journey": _("Journey Mentor"),
}
QUESTIONS = {
    "coaching": _("When did a story of yours help somebody more than another question would have?"),
    "facilitating": _(
        "Think of a group you led. Whose learning would you have followed as a mentor?"
    ),
    "counselling": _("What would tell you that somebody needs more help than a mentor can give?"),
    "teaching": _("What did you once explain that the other person could have found alone?"),
    "training": _("Which skill of yours must be done one right way, and which leaves room?"),
    "tutoring": _("What would stay open between you after the exam is passed?"),
    "consulting": _("When did you last give an answer that was not yours to give?"),
    "supervising": _("How would a talk change if you had no say over the other person’s work?"),
    "sponsoring": _("For whom could you open a door, and what would you ask them first?"),
}
ANY_QUESTION = _("Where in your own mentoring do you come close to this, and how do you notice?")


@dataclass(frozen=True, slots=True)
class Compared:
    """`kept` is the reader's own answer to the question, if there is one."""

    approach: Approach
    question: object
    certificates: Sequence[object]
    kept: Reflection | None


def approaches(reader: "User | AnonymousUser") -> list[Compared]:
    kept = Reflection.objects.filter(person=reader) if reader.is_authenticated else ()
    mine = {one.approach_id: one for one in kept}
    return [
        Compared(
            approach,
            QUESTIONS.get(approach.key, ANY_QUESTION),
            [label for level, label in CERTIFICATES.items() if level in approach.levels],
            mine.get(approach.pk),
        )
        for approach in Approach.objects.all()
    ]


def by_certificate(found: Sequence[Compared]) -> list[tuple[str, object, list[str]]]:
    """What each certificate compares mentoring with."""
    return [
        (level, label, [one.approach.name for one in found if level in one.approach.levels])
        for level, label in CERTIFICATES.items()
    ]
