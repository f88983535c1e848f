"""A flow is a table: which move takes a thing from where to where, and whose move it is.

Nothing here knows about databases, certificates or e-mail, so every flow can be
printed, drawn and tested without a database.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _


class Refused(Exception):
    """Understood, but not allowed now. The message is written for the person who asked."""


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
            words = verb.replace("_", " ")
            raise Refused(
                _("Nobody can %(verb)s this now: it is at “%(stage)s”.")
                % {"verb": words, "stage": source.replace("_", " ")}
            ) from None

    def waits_for(self, source: str) -> frozenset[str]:
        """The roles that can move a thing on from here; empty when it has come to rest."""
        return frozenset(move.role for move in self if move.source == source)

    def mermaid(self) -> str:
        arrows = (f"    {m.source} --> {m.target}: {m.verb} ({m.role})" for m in self)
        return "\n".join(["stateDiagram-v2", *arrows])
