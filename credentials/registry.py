"""What can have a credential. Certificates have; apps above say in `crediting.py` what else has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credentials.linked_data import Document
    from credentials.models import Credential, StatusList

CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Kind:
    """`document`: what it says, unsigned. `revoked`: the places of a list that nothing can make
    valid again. `owe`: give a credential to whatever has none yet, at most so many at once."""

    document: Callable[["Credential"], "Document"]
    revoked: Callable[["StatusList"], Iterable[int]]
    owe: Callable[[int], int]


KINDS: dict[str, Kind] = {}
