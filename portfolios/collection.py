"""What applicants collect as evidence: files, links, texts, and sessions of their log."""

import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from files.held import HELD, FileState, HeldFile
from portfolios.logbook import LogSession

if TYPE_CHECKING:
    from accounts.models import User


def evidence_path(evidence: "Evidence", name: str) -> str:
    """A name that nobody can guess, outside the web root; only the ending stays."""
    ending = PurePath(name).suffix.lower()[:6]
    return f"evidence/{evidence.portfolio.pk}/{secrets.token_urlsafe(16)}{ending}"


class EvidenceKind(models.TextChoices):
    FILE = "file", _("File")
    LINK = "link", _("Link")
    TEXT = "text", _("Text")
    SESSIONS = "sessions", _("Sessions of the log")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(portfolio__application__in=Application.objects.visible_to(user))

    def waiting(self) -> Self:
        return self.filter(state=FileState.WAITING)


# What each kind has, and has not.
FILE_ALONE = Q(kind=EvidenceKind.FILE, url="", text="") & ~Q(sha256="")
NO_FILE = Q(file="", state="", fault="", sha256="")
KINDS = (
    FILE_ALONE & Q(state=FileState.REFUSED, file="") & ~Q(fault="")
    | FILE_ALONE & Q(fault="", state__in=HELD) & ~Q(file="")
    | NO_FILE & Q(kind=EvidenceKind.LINK, text="") & ~Q(url="")
    | NO_FILE & Q(kind=EvidenceKind.TEXT, url="") & ~Q(text="")
    | NO_FILE & Q(kind=EvidenceKind.SESSIONS, url="", text="")
)


class Evidence(HeldFile):
    """A piece of evidence, collected once and shown with any number of entries. Sessions are those
    of the log itself: what is corrected there is correct here, until a submission freezes it."""

    portfolio = models.ForeignKey("portfolios.Portfolio", models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=EvidenceKind, default=EvidenceKind.FILE)
    url = models.URLField(blank=True)
    text = models.TextField(blank=True)
    sessions = models.ManyToManyField(LogSession, related_name="evidence", blank=True)
    file = models.FileField(upload_to=evidence_path, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    entries = models.ManyToManyField("portfolios.Entry", related_name="evidence", blank=True)
    added_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=FileState, blank=True)  # of files alone
    pages = models.JSONField(default=list)  # width and height of each page that was drawn

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=KINDS, name="evidence_is_of_its_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["", *FileState.values]), name="file_state_known"
            ),
            models.UniqueConstraint(
                fields=["portfolio", "sha256"],
                condition=~Q(sha256=""),
                name="one_file_per_portfolio",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="evidence_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_written(self) -> bool:
        """A text, or sessions of the log: there is a page of ours that shows it, and no file."""
        return self.kind in {EvidenceKind.TEXT, EvidenceKind.SESSIONS}

    @property
    def open_to_others(self) -> bool:
        """Nobody but its owner opens what may yet do harm."""
        unscanned = self.state == FileState.TYPE_ONLY and settings.AUDITORS_OPEN_UNSCANNED
        harmless = self.kind != EvidenceKind.FILE or self.state == FileState.CLEAN
        return harmless or unscanned

    def page_name(self, number: int) -> str:
        """Where the picture of a page is kept: beside the file."""
        return f"{PurePath(self.file.name or '').with_suffix('')}/{number}.webp"
