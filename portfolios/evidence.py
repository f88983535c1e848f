"""Files and links: collected once, shown with any number of entries."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Requirement
from portfolios.models import WRITABLE, Entry, Evidence, Portfolio
from portfolios.uploads import clean_name, look
from portfolios.writing import Settled, at_work, entry_for, touch
from trail.flow import Refused

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST = 200  # files and links in one portfolio
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
    the same file was here already. Raises BadFile with the reason; then nothing is stored."""
    row = at_work(portfolio, by)
    checked = look(upload, upload.name or "")
    evidence = row.evidence.filter(sha256=checked.sha256).first()
    new = evidence is None
    if evidence is None:
        _room(row)
        evidence = Evidence(
            portfolio=row,
            title=checked.name,
            size=checked.size,
            sha256=checked.sha256,
            added_at=at,
        )
        evidence.file.save(checked.name, File(upload.file), save=False)
        try:
            evidence.save()
        except BaseException:
            evidence.file.delete(save=False)
            raise
    if requirement is not None:
        _show(evidence, row, requirement, at)
    touch(row, at)
    return evidence, new


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
        _room(row)
        shown = clean_name(title) if title.strip() else url.partition("://")[2]
        evidence = Evidence.objects.create(portfolio=row, title=shown[:200], url=url, added_at=at)
    if requirement is not None:
        _show(evidence, row, requirement, at)
    touch(row, at)
    return evidence


@transaction.atomic
def link(evidence: Evidence, requirement: Requirement, *, by: User, at: datetime) -> None:
    """Show it with this entry too."""
    row = at_work(evidence.portfolio, by)
    _show(evidence, row, requirement, at)
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
    if row.submissions.filter(sent_at__gte=evidence.added_at).exists():
        raise HandedIn(_("You have handed this in, so it stays. You can add something newer."))
    # The file goes when the row is gone for certain.
    name, storage = evidence.file.name, evidence.file.storage
    Evidence.objects.filter(pk=evidence.pk).delete()
    touch(row, at)
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _room(portfolio: Portfolio) -> None:
    if portfolio.evidence.count() >= MOST:
        raise TooMany(
            _("There are %(most)s files and links here. Remove one first.") % {"most": MOST}
        )


def _show(evidence: Evidence, portfolio: Portfolio, requirement: Requirement, at: datetime) -> None:
    entry = entry_for(portfolio, requirement, at=at)
    if not entry.pk:
        entry.save()
    evidence.entries.add(entry)
