"""What to ask in the meeting: questions of the guide that fit into the minutes, the most needed
first chosen, in the order of the guide. It suggests; the verifier asks what they find right."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from applicants.models import Application
from certificates.models import Level
from frameworks.models import GuideQuestion
from meetings.models import MINUTES, Kind

# Asked in every meeting: how it begins, whose work it is, how it ends.
ALWAYS = frozenset({"opening", "authorship", "closing"})
LEFT_OVER = 12  # more hints than this help nobody in a meeting


@dataclass(frozen=True, slots=True)
class Hint:
    """Why a statement is worth a question, such as a thin entry. `weight` says how much so."""

    code: str
    why: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of the script, and the hints that it answers to."""

    question: GuideQuestion
    codes: Sequence[str]
    hints: Sequence[Hint]


@dataclass(frozen=True, slots=True)
class Script:
    asks: Sequence[Ask]
    planned: int
    minutes: int
    left_over: Sequence[Hint]  # worth asking, and no question of the guide leads there
    left_out: Sequence[Ask] = ()  # what did not fit into the minutes

    @property
    def spare(self) -> int:
        return self.planned - self.minutes

    @property
    def minutes_left_out(self) -> int:
        return sum(ask.question.minutes for ask in self.left_out)


Hinter = Callable[[Application], Iterable[Hint]]
HINTERS: list[Hinter] = []


def hinter(find: Hinter) -> Hinter:
    """Register what knows of statements worth asking about. Done in a `hints.py` further up."""
    HINTERS.append(find)
    return find


def hints_of(application: Application) -> list[Hint]:
    return [hint for find in HINTERS for hint in find(application)]


def meeting_kind(application: Application) -> Kind:
    return Kind.RENEWAL if application.renews_id else Kind.VERIFICATION


def meeting_minutes(application: Application) -> int:
    return MINUTES[meeting_kind(application)]


def guide_of(application: Application) -> str:
    """Which part of the body's guide leads this meeting."""
    if application.renews_id:
        return "renewal_talk"
    if application.tier.level == Level.JOURNEY:
        return "journey_meeting"
    return "verification_meeting"


def script(
    application: Application, minutes: int | None = None, explored: Collection[str] = ()
) -> Script:
    """The questions for this case within the planned minutes. What a first meeting has `explored`
    already comes last in a second one."""
    planned = meeting_minutes(application) if minutes is None else minutes
    hints: dict[str, list[Hint]] = defaultdict(list)
    for hint in dict.fromkeys(hints_of(application)):  # each once, in the order of their finders
        hints[hint.code].append(hint)
    asks = [
        _ask(question, hints)
        for question in GuideQuestion.objects.filter(meeting_type=guide_of(application))
    ]
    chosen = _choose(asks, planned, explored)
    reached = {code for ask in chosen for code in ask.codes}
    left_over = [hint for code, found in hints.items() if code not in reached for hint in found]
    left_over.sort(key=lambda hint: -hint.weight)
    return Script(
        asks=chosen,
        planned=planned,
        minutes=sum(ask.question.minutes for ask in chosen),
        left_over=left_over[:LEFT_OVER],
        left_out=[ask for ask in asks if ask not in chosen],
    )


def _ask(question: GuideQuestion, hints: dict[str, list[Hint]]) -> Ask:
    codes = [code for code in question.covers.split() if code != "general"]
    return Ask(question, codes, [hint for code in codes for hint in hints.get(code, ())])


def _choose(asks: Sequence[Ask], minutes: int, explored: Collection[str]) -> list[Ask]:
    """As many as fit: what is always asked, then where hints lead, then one for every area, then
    the rest in the order of the guide."""
    first_of_area: dict[str, int] = {}
    for ask in asks:
        first_of_area.setdefault(ask.question.area_code, ask.question.pk)

    def need(ask: Ask) -> tuple[bool, bool, int, bool, int]:
        question = ask.question
        return (
            question.stage not in ALWAYS,
            bool(ask.codes) and all(code in explored for code in ask.codes),
            -sum(hint.weight for hint in ask.hints),
            first_of_area[question.area_code] != question.pk,
            question.position,
        )

    chosen, left = [], minutes
    for ask in sorted(asks, key=need):
        if ask.question.minutes <= left:
            chosen.append(ask)
            left -= ask.question.minutes
    return sorted(chosen, key=lambda ask: ask.question.position)
