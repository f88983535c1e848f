"""Pairs of entries that are labelled: what was copied, and what only looks so. Always the same."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from django.conf import settings

# Words to build sentences from where the demo has no entries of its own.
BANKS = {
    "vi": "tôi đã gặp người học trò của mình mỗi tuần ở quán cà phê gần nhà ga và chúng tôi nói về "
    "công việc gia đình ước mơ nỗi sợ khi đứng trước đám đông sau đó em ấy viết nhật ký ngắn lắng "
    "nghe câu hỏi im lặng kế hoạch bước nhỏ thành công thất bại bài học tin tưởng tôn trọng thời "
    "gian lời hứa buổi sáng cuối tháng bạn bè thầy cô trường làng sông núi mưa nắng",
    "zh": "我在每周的会面里先听学员说话然后问一个问题她想了很久才回答我们一起写下下一步的计划并约定"
    "两周以后再看结果这次经历让我明白沉默也是一种力量因为答案早已在她心中而我只需要等待与信任",
    "ja": "私は毎週の面談でまず相手の話を聞きそのあと短い質問をしました彼女は長く考えてから答え次の"
    "一歩を一緒に紙に書きました二週間後に結果を確かめ沈黙にも力があることを学びました",
}
QUOTES = {"en": "“{}”", "fr": "« {} »", "ar": "«{}»", "vi": "“{}”", "zh": "“{}”", "ja": "「{}」"}
UNQUOTED = str.maketrans("", "", '“”„«»「」"')
STOCK = (
    "at the end of the session",
    "I asked her what she wanted",
    "in my own words",
    "one thing I learned is that",
    "the next time that we met",
)
COPIED = ("copy of 40 words", "copy of 15 words", "each 7th word changed", "each 5th word changed")
HONEST = ("unrelated", "quotation", "prompts", "stock phrases")
REWRITTEN = ("each 3rd word changed",)  # nobody finds this word by word


@dataclass(frozen=True)
class Pair:
    label: str
    language: str
    mine: str
    theirs: str


def spaced(language: str) -> str:
    return "" if language in {"zh", "ja"} else " "


def words_of(language: str) -> list[str]:
    bank = BANKS.get(language, "")
    return bank.split() if spaced(language) else list(bank)


def essays() -> list[tuple[str, list[str]]]:
    """Entries as lists of words (of characters, where there are no spaces)."""
    with (settings.BASE_DIR / "fixtures/demo/portfolio_entries.csv").open(encoding="utf-8") as rows:
        found = [(row["language"], row["text"].split()) for row in csv.DictReader(rows)]
    dice = Random(5)
    for language in BANKS:
        bank = words_of(language)
        long = 2 if spaced(language) else 4
        found += [(language, dice.choices(bank, k=90 * long)) for _ in range(8)]
    return found


def changed(words: list[str], every: int, bank: list[str], dice: Random) -> list[str]:
    """Each so many words one is another; now and then one is left out."""
    found = []
    for n, word in enumerate(words, start=1):
        if n % (every * 3) == 0:
            continue
        found.append(dice.choice(bank) if n % every == 0 else word)
    return found


def pairs(prompts: list[str]) -> Iterator[Pair]:
    dice, all_essays = Random(11), essays()
    for language, theirs in all_essays:
        space, half = spaced(language), 2 if not spaced(language) else 1
        same = [words for tongue, words in all_essays if tongue == language and words is not theirs]
        if not same:
            same = [changed(list(reversed(theirs)), 2, theirs, dice)]
        mine = dice.choice(same)
        join = space.join

        def cut(count: int, words: list[str] = theirs, half: int = half) -> list[str]:
            count = min(count * half, len(words))
            start = dice.randrange(len(words) - count + 1)
            return words[start : start + count]

        def planted(piece: list[str], mine: list[str] = mine, join=join) -> str:
            return join([*mine, *piece, *reversed(mine[:20])])

        bank = words_of(language) or [w for words in same for w in words]
        there = join(theirs)
        yield Pair("copy of 40 words", language, planted(cut(40)), there)
        yield Pair("copy of 15 words", language, planted(cut(15)).upper(), there)
        for nth, name in ((7, "7th"), (5, "5th"), (3, "3rd")):
            reworded = changed(cut(60), nth * half, bank, dice)
            yield Pair(f"each {name} word changed", language, planted(reworded), there)
        yield Pair("unrelated", language, join(mine), there)
        quote = QUOTES[language].format(join(cut(30)).translate(UNQUOTED))
        yield Pair("quotation", language, planted([quote]), there)
        prompt = dice.choice(prompts)
        yield Pair("prompts", language, f"{prompt} {join(mine)}", f"{there} {prompt}")
        if language == "en":
            stock = [words for phrase in STOCK for words in phrase.split()]
            scattered = mine.copy()
            for n, phrase in enumerate(STOCK):
                scattered[n * 20 : n * 20] = phrase.split()
            yield Pair("stock phrases", language, join(scattered), join([*theirs[:80], *stock]))
