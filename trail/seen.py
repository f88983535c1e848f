"""Who read what. Reading is not a deed: it has a table of its own beside the chain, so that nobody
waits for the chain's lock to open a page (docs/adr/0024)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from trail.models import Sight

if TYPE_CHECKING:
    from accounts.models import User

FILE, PORTFOLIO, DOSSIER = "file", "portfolio", "dossier"


def note_sight(what: str, *, case: str, by: "User", at: datetime) -> None:
    """Remember that this person read it that day. Later that day nothing is written."""
    day = timezone.localdate(at, timezone.get_default_timezone())
    if Sight.objects.filter(person=by, case=case, what=what, day=day).exists():
        return
    row = Sight(person=by, case=case, what=what, day=day, at=at)
    Sight.objects.bulk_create([row], ignore_conflicts=True)
