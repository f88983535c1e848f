"""What is different between two editions, or between a draft and a table for it: word by word."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from frameworks.importing import Row
from frameworks.layout import LABELS, SAFETY, YES, Kind
from frameworks.models import FRENCH, ORIGINAL, Area, AreaText, Edition, Statement, StatementText
from frameworks.registry import columns_for, marks_of

WORD = re.compile(r"\s+|\w+|[^\w\s]")
FRENCH_COLUMNS = ("action_fr", "outcome_fr", "area_title_fr", "plain_title_fr", "description_fr")
AREA_WORDS = (
    "area_title",
    "plain_title",
    "description",
    "area_title_fr",
    "plain_title_fr",
    "description_fr",
)
STATEMENT_WORDS = tuple(name for name in LABELS if name not in AREA_WORDS)
SAME, GONE, NEW = "same", "gone", "new"
UNLIKE = 0.35  # below this, single words that happen to agree only confuse


@dataclass(frozen=True, slots=True)
class Line:
    """A statement, or an area, as one edition words it. `area` is empty for an area."""

    code: str
    area: str
    words: Mapping[str, str]

    @property
    def title(self) -> str:
        return self.words.get("action") or self.words.get("area_title", "")

    @property
    def outcome(self) -> str:
        return self.words.get("outcome", "")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: the same in both, gone from the old, or new."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Reworded:
    label: str
    lang: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Change:
    """One line that stayed. `moved` says from where, in words; empty where it did not move."""

    old: Line
    new: Line
    moved: str
    reworded: Sequence[Reworded]


@dataclass(slots=True)
class Comparison:
    added: list[Line] = field(default_factory=list)
    removed: list[Line] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)

    @property
    def reworded(self) -> list[Change]:
        return [change for change in self.changed if change.reworded]

    @property
    def moved(self) -> list[Change]:
        return [change for change in self.changed if change.moved]


# --- Reading lines ----------------------------------------------------------------------------
def statements(edition: Edition) -> list[Line]:
    french = {
        text.statement_id: text
        for text in StatementText.objects.filter(statement__edition=edition, language=FRENCH)
    }
    marks = marks_of(edition)
    labels = {column.name: str(column.label) for column in columns_for(edition.framework)}
    found = []
    for one in (
        Statement.objects.filter(edition=edition).select_related("area").order_by("position")
    ):
        said = french.get(one.pk)
        words = {
            "action": one.action,
            "outcome": one.outcome,
            "concept_prompt": one.concept_prompt,
            "practice_prompt": one.practice_prompt,
            "attitude": one.attitude,
            SAFETY: _yes_or_no(one.safety_critical),
            "marks": _marked(labels, marks.get(one.code, frozenset())),
            "action_fr": said.action if said else "",
            "outcome_fr": said.outcome if said else "",
        }
        found.append(Line(one.code, one.area.code, words))
    return found


def areas(edition: Edition) -> list[Line]:
    french = {
        text.area_id: text
        for text in AreaText.objects.filter(area__edition=edition, language=FRENCH)
    }
    found = []
    for area in Area.objects.filter(edition=edition).order_by("position"):
        said = french.get(area.pk)
        words = {
            "area_title": area.title,
            "plain_title": area.plain_title,
            "description": area.description,
            "area_title_fr": said.title if said else "",
            "plain_title_fr": said.plain_title if said else "",
            "description_fr": said.description if said else "",
        }
        found.append(Line(area.code, "", words))
    return found


def _marked(labels: Mapping[str, str], names: Iterable[str]) -> str:
    chosen = set(names)
    return "; ".join(label for name, label in labels.items() if name in chosen)


def after_import(edition: Edition, kind: str, rows: Sequence[Row]) -> tuple[list[Line], list[Line]]:
    """The lines of a draft as they are, and as a table would make them."""
    if kind in {Kind.AREAS, Kind.AREAS_FR}:
        old, key = areas(edition), "area_code"
    else:
        old, key = statements(edition), "code"
    if kind in {Kind.AREAS_FR, Kind.STATEMENTS_FR}:
        said = {row[key]: row for row in rows}
        nothing = dict.fromkeys(FRENCH_COLUMNS, "")
        return old, [
            Line(line.code, line.area, _overlaid(line.words, said.get(line.code, nothing)))
            for line in old
        ]
    before = {line.code: line.words for line in old}
    nothing = dict.fromkeys(AREA_WORDS if key == "area_code" else STATEMENT_WORDS, "")
    labels = {column.name: str(column.label) for column in columns_for(edition.framework)}
    return old, [
        Line(
            row[key],
            row["area_code"] if key == "code" else "",
            _overlaid(before.get(row[key], nothing), _in_words(row, labels)),
        )
        for row in rows
    ]


def _overlaid(words: Mapping[str, str], row: Mapping[str, str]) -> dict[str, str]:
    return {name: row.get(name, text) for name, text in words.items()}


def _in_words(row: Row, labels: Mapping[str, str]) -> dict[str, str]:
    said = dict(row)
    if SAFETY in row:
        said[SAFETY] = _yes_or_no(row[SAFETY] == YES)
    if labels:
        said["marks"] = _marked(labels, (name for name, cell in row.items() if cell == YES))
    return said


def _yes_or_no(said: bool) -> str:  # noqa: FBT001 - it is the answer itself
    return _("yes") if said else _("no")


# --- Comparing --------------------------------------------------------------------------------
def compare(old: Sequence[Line], new: Sequence[Line]) -> Comparison:
    """Lines are paired by code where the words agree, then by words, then by code: so a statement
    put in before others does not make each of them look reworded."""
    pairs = _pairs(old, new)
    moved = _out_of_order(pairs)
    result = Comparison(removed=[line for n, line in enumerate(old) if n not in pairs.values()])
    for place, line in enumerate(new):
        if place not in pairs:
            result.added.append(line)
            continue
        was = old[pairs[place]]
        where = _moved(was, line, out_of_order=place in moved)
        said = list(_reworded(was.words, line.words))
        if where or said:
            result.changed.append(Change(was, line, where, said))
        else:
            result.same += 1
    return result


def _pairs(old: Sequence[Line], new: Sequence[Line]) -> dict[int, int]:
    """Places in the new list, each with its place in the old one."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for key in (_code_and_words, _words, _code):
        free: dict[tuple[str, ...], int] = {}
        for place, line in enumerate(old):
            if place not in taken:
                free.setdefault(key(line), place)
        for place, line in enumerate(new):
            if place not in pairs and key(line) in free:
                pairs[place] = free.pop(key(line))
                taken.add(pairs[place])
    return pairs


def _code_and_words(line: Line) -> tuple[str, ...]:
    return (line.code, line.title)


def _words(line: Line) -> tuple[str, ...]:
    return (line.title, line.outcome)


def _code(line: Line) -> tuple[str, ...]:
    return (line.code,)


def _out_of_order(pairs: Mapping[int, int]) -> set[int]:
    """The fewest lines that were carried elsewhere: all others keep their order."""
    places = sorted(pairs)
    now = [pairs[place] for place in places]
    stayed: set[int] = set()
    for block in SequenceMatcher(None, sorted(now), now, autojunk=False).get_matching_blocks():
        stayed.update(places[block.b : block.b + block.size])
    return set(places) - stayed


def _moved(old: Line, new: Line, *, out_of_order: bool) -> str:
    if old.code != new.code:
        return _("was %(code)s") % {"code": old.code}
    if old.area != new.area:
        return _("was in area %(area)s") % {"area": old.area}
    return _("stands elsewhere in the order") if out_of_order else ""


def _reworded(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Reworded]:
    for name, label in LABELS.items():
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            yield Reworded(str(label), _language(name), pieces(before, after))


def _language(column: str) -> str:
    """What a column is written in; "" where its words are said in the reader's language."""
    if column in {SAFETY, "marks"}:
        return ""
    return FRENCH if column in FRENCH_COLUMNS else ORIGINAL


def pieces(old: str, new: str) -> list[Piece]:
    """Words that stayed, went and came, in reading order."""
    before, after = WORD.findall(old), WORD.findall(new)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < UNLIKE:
        return [piece for piece in (Piece(GONE, old), Piece(NEW, new)) if piece.text]
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece(SAME, "".join(before[old_from:old_to])))
            continue
        if old_from < old_to:
            found.append(Piece(GONE, "".join(before[old_from:old_to])))
        if new_from < new_to:
            found.append(Piece(NEW, "".join(after[new_from:new_to])))
    return found
