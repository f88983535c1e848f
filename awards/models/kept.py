"""Files of a programme: collected from its first day on, shown with any number of criteria."""

import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.names import plain_name
from accounts.roles import Role
from awards.flow import JUDGES
from awards.models.bids import AwardSubmission, BidPart
from awards.models.organisations import Member, Programme
from files.held import HELD, FileState, HeldFile

if TYPE_CHECKING:
    from accounts.models import User


def kept_path(kept: "KeptFile", name: str) -> str:
    """A name that nobody can guess, outside the web root; only the ending stays."""
    ending = PurePath(name).suffix.lower()[:6]
    return f"programmes/{kept.programme_id}/{secrets.token_urlsafe(16)}{ending}"


class KeptFileQuerySet(models.QuerySet["KeptFile"]):
    def visible_to(self, user: "User") -> Self:
        """Those of one's own programmes; administrators see all; who judges a bid, and has declared
        that nothing binds them, sees what was handed in with it."""
        if Role.ADMINISTRATOR in user.roles:
            return self
        team = Member.objects.filter(
            organisation=OuterRef("programme__organisation"), person=user, ended_at=None
        )
        parts = BidPart.objects.filter(
            person=user, part__in=JUDGES, ended_at=None, declared_at__isnull=False
        )
        handed_in = FrozenFile.objects.filter(
            file=OuterRef("pk"), submission__bid__in=parts.values("bid")
        )
        return self.filter(Q(Exists(team)) | Q(Exists(handed_in)))


class KeptFile(HeldFile):
    """A file in the programme's library. `dated_on` is the day of the document itself."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="files")
    about = models.CharField(max_length=200, blank=True, validators=[plain_name])
    dated_on = models.DateField()
    file = models.FileField(upload_to=kept_path, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "sha256"], name="one_file_per_programme"),
            models.CheckConstraint(
                condition=Q(state=FileState.REFUSED, file="") & ~Q(fault="")
                | Q(state__in=HELD, fault="") & ~Q(file=""),
                name="a_refused_file_is_gone",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="kept_file_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def open_to_others(self) -> bool:
        """Nobody but the team opens what may yet do harm."""
        unscanned = self.state == FileState.TYPE_ONLY and settings.AUDITORS_OPEN_UNSCANNED
        return self.state == FileState.CLEAN or unscanned


class FrozenFile(models.Model):
    """This file was handed in with this submission: from then on it stays."""

    submission = models.ForeignKey(AwardSubmission, models.PROTECT, related_name="files")
    file = models.ForeignKey(KeptFile, models.PROTECT, related_name="handed_in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "file"], name="a_file_is_handed_in_once")
        ]

    def __str__(self) -> str:
        return f"{self.file} in {self.submission}"
