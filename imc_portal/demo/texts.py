"""Ordinary words for portfolio entries that have no text of their own.

The same person writes the same words about the same statement each time: what is chosen follows
from who and what, not from chance.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from certificates.models import Facet
from frameworks.models import Statement

FEWEST, MOST = 80, 120  # words


@dataclass(frozen=True, slots=True)
class Voice:
    """Where somebody mentors, and what they call the people they meet there."""

    place: str
    mentees: Sequence[str]


VOICES = {
    "layla": Voice("our network of engineers", ("D.", "R.", "S.", "N.")),
    "bjorn": Voice("the rescue team", ("A.", "G.", "H.")),
    "thandeka": Voice("the hospital", ("L.", "K.", "P.", "G.")),
    "jose": Voice("the workshop", ("Lucía", "Toño")),
    "hemi": Voice("the fishing cooperative", ("T.", "W.", "M.")),
    "sushmita": Voice("the hostel", ("B.", "P.")),
    "elodie": Voice("the group for people returning to work", ("M.", "C.", "F.")),
    "ngoc": Voice("the hotel", ("T.", "H.")),
    "ikaika": Voice("the canoe house", ("K.", "L.", "N.")),
}

CONCEPT_OPENINGS = (
    "“{action}”: that is easier to say than to do.",
    "I understand this statement in a plain way: “{action}”.",
    "A mentor is asked to do this: “{action}”.",
    "The words are simple: “{action}”.",
    "When I first read it, I underlined the whole line: “{action}”.",
    "“{action}” is a line that I would hang on the wall.",
    "Somebody who mentors well knows when this is due: “{action}”.",
)
REASONS = (
    "The reason is written beside it: “{outcome}”.",
    "It has a purpose, too: “{outcome}”.",
    "We do not do it to look skilled, but “{outcome}”.",
    "The second half matters more to me: “{outcome}”.",
    "I keep the purpose in mind: “{outcome}”.",
)
CONCEPT_BODIES = (
    "It is not the same as giving advice: the mentee does the thinking and I hold the frame.",
    "There is a limit, too: if it turns into a routine, it stops being about the person.",
    "A sign that it works is that the mentee begins to do it without being asked.",
    "A sign that it fails is silence, or a polite yes with nothing after it.",
    "At {place}, I would first ask what the person expects, since habits differ.",
    "A trainer shows how a thing is done; here the question is what the person makes of it.",
    "It needs time, a quiet place and an agreement that both of us can name.",
    "If I am unsure, I say so and ask a colleague, without giving away who it is about.",
    "What counts is what the mentee can do afterwards, which may differ from my plan.",
    "Culture matters here: what sounds open to me can sound rude to somebody else.",
    "Small steps are safer than large ones, since each can be looked at together and changed.",
    "The risk is that I talk too much, so I would set myself a clear end.",
)
CONCEPT_CLOSINGS = (
    "If I had to explain it to a beginner, I would start with one example and then ask for theirs.",
    "I would know that I had understood it when I could tell where it does not fit.",
    "A short note after each meeting is enough to see whether I keep to it.",
    "I would check it once a quarter with somebody who is allowed to tell me the truth.",
    "That is why I see it as a habit, and not as a tool for special days.",
)
PRACTICE_OPENINGS = (
    "My example comes from {place}, where I met {mentee} often. The task: “{action}”.",
    "With {mentee}, whom I know from {place}, I worked on one line: “{action}”.",
    "I chose a case from {place}. {mentee} and I had met twice when this was due: “{action}”.",
    "This is about {mentee}, from {place}, and about one line of the profile: “{action}”.",
    "Early in our work at {place}, {mentee} gave me a reason to do this: “{action}”.",
)
PRACTICE_BODIES = (
    "I prepared two questions and wrote them on a card, so that I would not fill the silence.",
    "The first attempt went badly, because I was in a hurry and it showed.",
    "{mentee} thought for a long while, and then gave an answer that I had not expected.",
    "We wrote down what each of us would do by the next meeting, in one line each.",
    "I asked {mentee} what had helped so far, and most of it was already there.",
    "I noticed that I wanted to be right, so I said less and asked once more.",
    "At the following meeting, {mentee} brought a page of notes without being asked.",
    "I said openly what I could not do, and named somebody who could.",
    "It took three meetings instead of one, and that was the right pace.",
    "{mentee} changed the plan halfway, and I kept both versions to see why.",
    "I checked with {mentee} that I may tell this, and left out what could point to a person.",
    "We ended ten minutes early, because there was nothing left to add.",
)
PRACTICE_CLOSINGS = (
    "What came of it: {mentee} now does this alone, and told me so in a message two weeks later.",
    "Looking back, I would begin sooner and explain less.",
    "The proof is small, but it is there: the next step was done, and on the day we had named.",
    "I learned that my part was to wait, and I have the line in my journal to remind me.",
    "Since then I do it with everybody, and I ask them after a month whether it helps.",
)


def entry_text(key: str, statement: Statement, facet: str) -> str:
    """Between 80 and 120 words of this person's on this statement."""
    voice = VOICES[key]
    seed = f"{key} {statement.code} {facet}"
    concept = facet == Facet.CONCEPT
    openings, bodies, closings = (
        (CONCEPT_OPENINGS, CONCEPT_BODIES, CONCEPT_CLOSINGS)
        if concept
        else (PRACTICE_OPENINGS, PRACTICE_BODIES, PRACTICE_CLOSINGS)
    )
    opening = _pick(openings, seed, "opening")
    reason = _pick(REASONS, seed, "reason")
    closing = _pick(closings, seed, "closing")
    words = {
        "action": statement.action.rstrip("."),
        "outcome": statement.outcome,
        "place": voice.place,
        "mentee": _pick(voice.mentees, seed, "mentee"),
    }
    ends = [sentence.format(**words) for sentence in (opening, reason, closing)]
    middle: list[str] = []
    for body in _shuffled(bodies, seed):
        if _count([*ends, *middle]) >= FEWEST:
            break
        middle.append(body.format(**words))
    return " ".join([ends[0], ends[1], *middle, ends[2]])


def _pick(choices: Sequence[str], seed: str, what: str) -> str:
    return choices[_number(f"{seed} {what}") % len(choices)]


def _shuffled(choices: Sequence[str], seed: str) -> list[str]:
    return sorted(choices, key=lambda choice: _number(f"{seed} {choice}"))


def _number(words: str) -> int:
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8])


def _count(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)
