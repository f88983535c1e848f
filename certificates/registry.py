"""What else belongs on a certificate's paper: apps above say it, here it is only asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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


Attachment = Callable[[Certificate, datetime], Attached]
ATTACHMENTS: list[Attachment] = []


def attachment(build: Attachment) -> Attachment:
    """Register a file that every certificate carries. Raises NotYet while it cannot be made."""
    ATTACHMENTS.append(build)
    return build
