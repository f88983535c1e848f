"""The letter before it leaves: the decider reads the very one that the applicant will get.

It is written by doing the deed and taking it back, so that no second piece of code says what the
letter would be. Its fingerprint comes back with the deed: another letter does not leave.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from notices.models import Message
from notices.services import compose
from trail.flow import Refused


class LetterChanged(Refused):
    """The letter would say something else than what was read."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would leave now."""

    to: str
    subject: str
    text: str
    fingerprint: str


def preview_of(message: Message) -> Preview:
    letter = compose(message)
    words = "\0".join([letter.to[0], str(letter.subject), str(letter.body)])
    digest = hashlib.sha256(words.encode()).hexdigest()
    return Preview(letter.to[0], str(letter.subject), str(letter.body), digest)


def letter_of(deed: Callable[[], str]) -> Preview:
    """The letter that this deed would send. `deed` returns the key of the letter, and everything
    that it did is taken back; whatever refuses the deed refuses here."""
    with transaction.atomic():
        key = deed()
        found = preview_of(Message.objects.select_related("to").get(key=key))
        transaction.set_rollback(True)
    return found


def only_as_read(key: str, read: str | None) -> None:
    """Raises LetterChanged unless this letter is the one with that fingerprint. None: nobody
    was shown one."""
    if read is None:
        return
    message = Message.objects.select_related("to").get(key=key)
    if preview_of(message).fingerprint != read:
        raise LetterChanged(_("The letter has changed since you read it. Read it again below."))
