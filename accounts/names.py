"""Names are written in every script, but carry nothing that turns the text around them."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Left and right joiners are part of Persian and Indic spelling; everything else that is invisible
# can hide or reorder text, and control characters break the signature of a credential.
JOINERS = "\u200c\u200d"
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


def visible(text: str) -> str:
    """The same without characters that nobody sees, to be shown to whoever typed it."""
    return "".join(c for c in text if c in JOINERS or unicodedata.category(c) not in UNSEEN)


def plain_name(value: str) -> None:
    """Refuse control, direction and other invisible characters. Raises ValidationError."""
    if any(unicodedata.category(c) in UNSEEN and c not in JOINERS for c in value):
        raise ValidationError(
            _("This contains an invisible character. Type it instead of pasting it."),
            code="invisible",
        )
