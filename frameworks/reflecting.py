"""Answers to the questions about other approaches, kept for whoever wrote them and nobody else."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from frameworks.models import Approach, Reflection
from trail.flow import Refused

LONGEST = 4000


class TooLong(Refused):
    """A thought, not a portfolio."""


class WrittenElsewhere(Refused):
    """Another window saved other words. They are in `stored`, and nothing was overwritten."""

    def __init__(self, stored: Reflection) -> None:
        self.stored = stored
        super().__init__(_("Another window saved something else. Choose which one to keep."))


@transaction.atomic
def reflect(approach: Approach, *, text: str, revision: int, by: User, at: datetime) -> Reflection:
    """Keep this answer. `revision` is the one that was shown."""
    if len(text) > LONGEST:
        words = _("There is room for %(most)d characters. This has %(count)d.")
        raise TooLong(words % {"most": LONGEST, "count": len(text)})
    mine = Reflection.objects.select_for_update()
    kept, _new = mine.get_or_create(person=by, approach=approach, defaults={"saved_at": at})
    if kept.text == text:
        return kept
    if revision < kept.revision:
        raise WrittenElsewhere(kept)
    kept.text, kept.revision, kept.saved_at = text, kept.revision + 1, at
    kept.save()
    return kept
