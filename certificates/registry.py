"""What apps above know about a certificate: here it is only asked for.

`attachment`: what else belongs on its paper (in their `attaching.py`). `bar`: why somebody may not
confirm what is proposed about it (in their `bars.py`). `listener`: who else keeps in step, in the
same transaction, when one that is or was listed changes (in their `listening.py`).
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
Listener = Callable[["Certificate", datetime], None]
ATTACHMENTS: list[Attachment] = []
BARS: list[Bar] = []
LISTENERS: list[Listener] = []


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


def listener(hear: Listener) -> Listener:
    """Register what follows the listing of certificates: it is called whenever a holder lists one
    or takes it out, and whenever something happens to one that is listed."""
    LISTENERS.append(hear)
    return hear


def tell(certificate: "Certificate", at: datetime) -> None:
    for hear in LISTENERS:
        hear(certificate, at)
