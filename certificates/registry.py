"""What apps above know about a certificate: here it is only asked for.

`attachment`: what else belongs on its paper (in their `attaching.py`). `bar`: why somebody may not
confirm what is proposed about it (in their `bars.py`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from certificates.models import Certificate


class NotYet(Exception):
    """What belongs on the paper cannot be had now; the paper waits without counting an attempt."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    description: str
    content: bytes
    made_at: datetime


Attachment = Callable[["Certificate", datetime], Attached]
Bar = Callable[["User", "Certificate", datetime], Iterable[str]]
ATTACHMENTS: list[Attachment] = []
BARS: list[Bar] = []


def attachment(build: Attachment) -> Attachment:
    """Register a file that every certificate carries. Raises NotYet while it cannot be made."""
    ATTACHMENTS.append(build)
    return build


def bar(find: Bar) -> Bar:
    """Register what finds reasons, in sentences, against a person's confirming."""
    BARS.append(find)
    return find


def bars(person: "User", certificate: "Certificate", at: datetime) -> list[str]:
    return [reason for find in BARS for reason in find(person, certificate, at)]
