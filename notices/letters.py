"""Who fills in which letter.

The lowest app knows no cases. Each app above registers, in its own `letters.py`, one function per
kind; it reads the present state when the letter is sent and says Obsolete when the fact is gone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from notices.models import Message


class Obsolete(Exception):
    """The fact behind this letter no longer holds: it is dropped, not sent."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    type: str


@dataclass(frozen=True, slots=True)
class Letter:
    """`context` fills the placeholders of the text; `whose_turn` and `by_when` the small block."""

    context: Mapping[str, str]
    attachments: Sequence[Attachment] = field(default_factory=tuple)
    whose_turn: str = ""
    by_when: str = ""
    text: str = ""  # another kind's text, where several kinds share one
    secret: bool = False  # holds a link that opens an account: no copy is kept
    reply_to: str = ""  # whose letter it really is; the body's own address where empty


Builder = Callable[[Message], Letter]
BUILDERS: dict[str, Builder] = {}


def letter(*kinds: str) -> Callable[[Builder], Builder]:
    def register(build: Builder) -> Builder:
        for kind in kinds:
            if kind in BUILDERS:
                raise ValueError(f"two apps write the letter {kind}")
            BUILDERS[kind] = build
        return build

    return register
