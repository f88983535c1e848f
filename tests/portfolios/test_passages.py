"""What two texts share, and how well that tells copies from honest work, on a labelled set."""

from collections import Counter
from itertools import combinations

import pytest

from portfolios.likeness.passages import Text, shared
from tests.portfolios import labelled

TWELVE = "every mentor whom I met last year kept a small green notebook"
PROMPTS = (
    "Explain how you would prepare a first meeting with a mentee, and what you would agree on.",
    "Show a plan with three goals, dates and people who help, and say how you know it was reached.",
)


def found(mine: str, theirs: str) -> list[str]:
    text = Text(mine)
    return [text.text[p.start : p.end] for p in shared(text, Text(theirs))]


def test_twelve_words_in_a_row_are_a_passage_and_eleven_are_none():
    eleven = " ".join(TWELVE.split()[1:])

    assert found(f"Indeed, {TWELVE}!", f"Look: {TWELVE}.") == [TWELVE]
    assert found(f"Indeed, {eleven}!", f"Look: {eleven}.") == []


def test_case_accents_and_punctuation_hide_nothing():
    said = "Déjà vu: l’élève a noté ses idées, puis elle les a relues à voix haute."

    assert found(said, said.upper().replace("É", "E").replace(",", " –")) == [said.rstrip(".")]


def test_a_composed_accent_is_the_same_as_two_characters():
    assert found("é " * 12, "e\u0301 " * 12) == [("é " * 12).strip()]


def test_words_that_differ_now_and_then_stay_within_one_passage():
    theirs = TWELVE.replace("green", "red") + " and wrote in it each night"
    mine = TWELVE + " and wrote in it each night"

    assert found(mine, theirs) == [mine]


@pytest.mark.parametrize(
    "said",
    [
        "我在每周的会面里先听学员说话然后问一个问题她想了很久才回答",
        "今週の面談ではまず相手の話を聞いてから短い質問をひとつだけしました",
        "ฉันพบกับผู้เรียนทุกสัปดาห์และถามคำถามสั้นๆเพียงข้อเดียวแล้วรอฟังคำตอบ",
        "سألتها في نهاية اللقاء الثاني ما الذي يجعل الحديث أسهل عليك وقالت إن زملاءها يأتون",
        "tôi hỏi em ấy điều gì làm cho cuộc trò chuyện dễ dàng hơn và chờ đợi câu trả lời",
    ],
)
def test_every_script_has_passages(said):
    assert found(f"A. {said}. B", f"X, {said}! Y") == [said]


@pytest.mark.parametrize("marks", ["“{}”", "« {} »", '"{}"', "「{}」", "„{}“", "\n> {}\n"])
def test_what_stands_in_quotation_marks_is_told_apart(marks):
    mine = Text(f"As she wrote: {marks.format(TWELVE)} I agree.")

    assert [p.quoted for p in shared(mine, Text(TWELVE))] == [True]


def test_an_apostrophe_or_an_inch_opens_no_quotation():
    mine = Text(f'The board was 5" wide. {TWELVE}. Another was 7" wide.')

    assert [p.quoted for p in shared(mine, Text(TWELVE))] == [False]


def test_words_that_belong_to_everybody_do_not_count():
    mine = Text(PROMPTS[0].upper())
    common = frozenset(Text(PROMPTS[0]).grams)

    assert shared(mine, Text(PROMPTS[0]), apart=mine.covered(common)) == []
    assert mine.marks(common) == set()


def test_none_of_twelve_equal_words_is_missed_by_what_is_kept():
    """The promise of the windows, whatever stands around the passage."""
    missed = [
        n
        for n in range(300)
        if not set(Text(f"{'a' * (n % 7 + 1)} b{n} {TWELVE} c{n}").numbers(frozenset()))
        & Text(f"x{n} y{n} z{n} {TWELVE} v{n} w{n}").marks(frozenset())
    ]
    assert missed == []


def test_nothing_comes_of_nothing():
    assert (Text("").marks(frozenset()), found("", TWELVE), found(TWELVE, "")) == (set(), [], [])


def verdict(pair: labelled.Pair, common: frozenset) -> str:
    """As the comparing does it: first by what is kept, then word by word."""
    mine, theirs = Text(pair.mine), Text(pair.theirs)
    if not set(mine.numbers(common)) & theirs.marks(common):
        return "nothing"
    passages = shared(mine, theirs, apart=mine.covered(common))
    return "hint" if any(not p.quoted for p in passages) else "quoted" if passages else "nothing"


def test_copies_are_found_and_honest_work_is_left_alone():
    """The floors of docs/adr/0015; the figures stand there."""
    common = frozenset(gram for prompt in PROMPTS for gram in Text(prompt).grams)
    counts = Counter((pair.label, verdict(pair, common)) for pair in labelled.pairs(PROMPTS))
    all_of = Counter()
    for (label, _said), count in counts.items():
        all_of[label] += count

    recall = {label: counts[label, "hint"] / all_of[label] for label in labelled.COPIED}
    alarms = {label: counts[label, "hint"] for label in labelled.HONEST}
    hits = sum(counts[label, "hint"] for label in labelled.COPIED)

    assert alarms == dict.fromkeys(labelled.HONEST, 0)
    assert hits / (hits + sum(alarms.values())) == 1
    assert recall["copy of 40 words"] == 1
    assert recall["copy of 15 words"] >= 0.95  # the others stand in quotation marks, and say so
    assert recall["each 7th word changed"] >= 0.98
    assert recall["each 5th word changed"] >= 0.94
    assert counts["quotation", "quoted"] == all_of["quotation"]


def test_two_honest_entries_on_the_same_things_share_nothing():
    texts = [Text(" ".join(words)) for _language, words in labelled.essays()]

    assert [pair for pair in combinations(texts, 2) if shared(*pair)] == []
