"""A flow is a table: which move takes a thing from where to where, and whose move it is.

Nothing here knows about databases, certificates or e-mail, so every flow can be
printed, drawn and tested without a database.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _


class Refused(Exception):
    """Understood, but not allowed now. The message is written for the person who asked."""


def said(word: str) -> str:
    """A stage or a role as people say it: by its label in their language, where it has one."""
    return str(getattr(word, "label", "") or word.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Move:
    verb: str
    source: str
    target: str
    role: str


class Flow:
    def __init__(self, *moves: Move) -> None:
        self._moves = {(move.source, move.verb): move for move in moves}
        if len(self._moves) != len(moves):
            raise ValueError("two moves share a source and a verb")

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves.values())

    def find(self, source: str, verb: str) -> Move:
        try:
            return self._moves[source, verb]
        except KeyError:
            words = _("That cannot be done now: this is at “%(stage)s”. Look at it again.")
            raise Refused(words % {"stage": self._said(source)}) from None

    def _said(self, stage: str) -> str:
        known = {word: word for move in self for word in (move.source, move.target)}
        return said(known.get(stage, stage))

    def waits_for(self, source: str) -> frozenset[str]:
        """The roles that can move a thing on from here; empty when it has come to rest."""
        return frozenset(move.role for move in self if move.source == source)

    def mermaid(self) -> str:
        arrows = (f"    {m.source} --> {m.target}: {m.verb} ({m.role})" for m in self)
        return "\n".join(["stateDiagram-v2", *arrows])
