"""What is kept of every file that somebody hands in, whichever app it belongs to."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from files.faults import FAULTS


class FileState(models.TextChoices):
    """How far a file is known."""

    WAITING = "waiting", _("Being checked")
    CLEAN = "clean", _("Checked, and scanned for viruses")
    TYPE_ONLY = "type", _("Checked for its type only, not scanned for viruses")
    REFUSED = "refused", _("Refused and removed")


HELD = (FileState.WAITING, FileState.CLEAN, FileState.TYPE_ONLY)  # there is a file


class HeldFile(models.Model):
    """A row with a `title`, a `file` and a `state`, checked in the background."""

    title = models.CharField(max_length=200)
    fault = models.CharField(max_length=20, blank=True)  # why it was refused
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def why(self) -> str:
        """Why it was refused, in the language of the reader."""
        return str(FAULTS[self.fault]) % {"name": self.title} if self.fault else ""


def to_check(at: datetime, *, scanner: bool) -> Q:
    """What nobody is checking now. With a scanner, also what came before there was one."""
    free = Q(leased_until=None) | Q(leased_until__lt=at)
    return free & Q(state__in=[FileState.WAITING, *([FileState.TYPE_ONLY] if scanner else [])])
