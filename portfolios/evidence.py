"""Files and links: collected once, shown with any number of entries. What is written here, or taken
from the log, is in `quoting.py`."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Requirement
from files.uploads import BadFile, clean_title, look
from portfolios.checking import forget
from portfolios.models import WRITABLE, Entry, Evidence, EvidenceKind, FileState, Portfolio
from portfolios.writing import Settled, at_work, entry_for, touch
from trail.flow import Refused

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

WEB = URLValidator(schemes=["http", "https"])


class TooMany(Refused):
    """More than anybody can read."""


class BadLink(Refused):
    """Only pages on the web can be opened by an auditor."""


class HandedIn(Refused):
    """What was handed in stays as it was."""


@transaction.atomic
def add_file(
    portfolio: Portfolio,
    *,
    upload: "UploadedFile[bytes]",
    requirement: Requirement | None = None,
    by: User,
    at: datetime,
) -> tuple[Evidence, bool]:
    """Keep a file, and show it with an entry where one is named. The second value is False when
    the same file was here already. Raises BadFile with the reason; then nothing is stored.

    Others can open it once it has been checked in the background.
    """
    checked = look(upload, upload.name or "")
    row = at_work(portfolio, by)
    evidence = row.evidence.filter(sha256=checked.sha256).first()
    new = evidence is None
    if evidence is None:
        room(row, checked.size)
        evidence = Evidence(
            portfolio=row,
            title=checked.name,
            size=checked.size,
            sha256=checked.sha256,
            state=FileState.WAITING,
            added_at=at,
        )
    elif evidence.fault:
        raise BadFile(evidence.why)
    entry = entry_of(row, requirement, at) if requirement is not None else None
    if new:
        _store(evidence, upload)
    if entry is not None:
        evidence.entries.add(entry)
    touch(row, at)
    return evidence, new


def welcome(evidence: Evidence, *, new: bool) -> str:
    """What is said of a file that was just sent."""
    words = (
        _("“%(name)s” is here. We are checking it.")
        if new
        else _("You have this already, as “%(name)s”. It is kept once.")
    )
    return words % {"name": evidence.title}


def _store(evidence: Evidence, upload: "UploadedFile[bytes]") -> None:
    """Nothing is left behind when the row cannot be written after all."""
    evidence.file.save(evidence.title, File(upload.file), save=False)
    try:
        evidence.save()
    except BaseException:
        evidence.file.delete(save=False)
        raise


@transaction.atomic
def add_link(
    portfolio: Portfolio,
    *,
    url: str,
    title: str = "",
    requirement: Requirement | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    row = at_work(portfolio, by)
    url = url.strip()
    try:
        WEB(url)
    except ValidationError:
        raise BadLink(_("Give a full address that begins with https:// or http://")) from None
    if len(url) > 200:
        raise BadLink(_("This address is longer than 200 characters. Use a shorter one."))
    evidence = row.evidence.filter(url=url).first()
    if evidence is None:
        room(row)
        shown = clean_title(title) or url.partition("://")[2]
        evidence = Evidence.objects.create(
            portfolio=row, kind=EvidenceKind.LINK, title=shown[:200], url=url, added_at=at
        )
    if requirement is not None:
        evidence.entries.add(entry_of(row, requirement, at))
    touch(row, at)
    return evidence


@transaction.atomic
def link(evidence: Evidence, requirement: Requirement, *, by: User, at: datetime) -> None:
    """Show it with this entry too."""
    row = at_work(evidence.portfolio, by)
    evidence.entries.add(entry_of(row, requirement, at))
    touch(row, at)


@transaction.atomic
def unlink(evidence: Evidence, entry: Entry, *, by: User, at: datetime) -> None:
    """No longer show it with this entry; the file itself stays."""
    row = at_work(evidence.portfolio, by)
    fresh = row.entries.get(pk=entry.pk)
    if fresh.state not in WRITABLE:
        raise Settled(_("This entry counts already, so it stays as it is."))
    evidence.entries.remove(fresh)
    touch(row, at)


@transaction.atomic
def remove(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Take it away for good. Once handed in it stays: the auditor saw it."""
    row = at_work(evidence.portfolio, by)
    kept = row.evidence.select_for_update(of=("self",)).filter(pk=evidence.pk).first()
    if kept is None:
        return
    if kept.pk in handed_in(row):
        raise HandedIn(_("You have handed this in, so it stays. You can add something newer."))
    forget(kept)
    kept.delete()
    touch(row, at)


def handed_in(portfolio: Portfolio) -> frozenset[int]:
    """The evidence that stands in a submission: an auditor saw it, so it stays."""
    return frozenset(
        piece["id"]
        for submission in portfolio.submissions.all()
        for entry in submission.snapshot["entries"]
        for piece in entry["evidence"]
    )


def room(portfolio: Portfolio, size: int = 0) -> None:
    """Raises TooMany when this portfolio holds all it may."""
    have = portfolio.evidence.aggregate(pieces=Count("pk"), size=Sum("size"))
    if have["pieces"] >= settings.EVIDENCE_MOST:
        raise TooMany(
            _("There are %(most)s pieces of evidence here. Remove one first.")
            % {"most": settings.EVIDENCE_MOST}
        )
    if (have["size"] or 0) + size > settings.EVIDENCE_TOTAL_BYTES:
        raise TooMany(
            _("All files of a portfolio may have %(most)s together. Remove one first.")
            % {"most": filesizeformat(settings.EVIDENCE_TOTAL_BYTES)}
        )


def entry_of(portfolio: Portfolio, requirement: Requirement, at: datetime) -> Entry:
    """The entry to show something with; it may come before the words."""
    entry = entry_for(portfolio, requirement, at=at)
    if not entry.pk:
        entry.save()
    return entry
