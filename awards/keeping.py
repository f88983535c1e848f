"""The library of a programme: files come in, are shown with criteria, and go; what was handed in
stays. They are checked in the background, as those of portfolios are."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from awards.bidding import MOST_EVIDENCE, writable
from awards.flow import Stage
from awards.models import (
    AwardSubmission,
    Bid,
    Criterion,
    EvidenceItem,
    EvidenceKind,
    FrozenFile,
    KeptFile,
    Programme,
)
from awards.organising import check_member
from certificates.dates import body_day
from files import checking, inspecting
from files.held import FileState
from files.uploads import BadFile, look
from trail.flow import Refused
from trail.models import Event

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class HandedIn(Refused):
    """What was handed in stays as it was."""


@transaction.atomic
def keep(
    programme: Programme,
    *,
    upload: "UploadedFile[bytes]",
    about: str,
    dated_on: date,
    by: User,
    at: datetime,
) -> tuple[KeptFile, bool]:
    """Take a file in. The second value is False when the same file was here already. Raises BadFile
    with the reason; then nothing is stored."""
    check_member(programme.organisation, by)
    checked = look(upload, upload.name or "")
    if dated_on > body_day(at):
        raise Refused(_("That day is still to come."))
    row = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    had = row.files.filter(sha256=checked.sha256).first()
    if had is not None:
        if had.fault:
            raise BadFile(had.why)
        return had, False
    _room(row, checked.size)
    kept = KeptFile(
        programme=row,
        title=checked.name,
        about=about,
        dated_on=dated_on,
        size=checked.size,
        sha256=checked.sha256,
        added_at=at,
        added_by=by,
    )
    kept.file.save(checked.name, File(upload.file), save=False)
    try:
        kept.save()
    except BaseException:
        kept.file.delete(save=False)
        raise
    Event.objects.record("keep_file", about=row, by=by, at=at, file=kept.pk)
    return kept, True


def _room(programme: Programme, size: int) -> None:
    """No more than anybody can read."""
    held = programme.files.exclude(state=FileState.REFUSED)
    if held.count() >= settings.EVIDENCE_MOST:
        raise Refused(_("That is more than assessors can read. Take something away first."))
    used = held.aggregate(total=Sum("size"))["total"] or 0
    if used + size > settings.EVIDENCE_TOTAL_BYTES:
        raise Refused(_("There is no room for this file. Take something away first."))


@transaction.atomic
def show_with(
    bid: Bid, criteria: Iterable[Criterion], *, kept: KeptFile, by: User, at: datetime
) -> int:
    """Show a file with these criteria of the bid; returns with how many it was not shown yet."""
    locked = writable(bid, by, Stage.APPOINTMENT)
    if kept.programme_id != locked.programme_id:
        raise Refused(_("This file belongs to another programme."))
    if kept.fault:
        raise BadFile(kept.why)
    shown = set(locked.evidence.filter(file=kept).values_list("criterion", flat=True))
    new = [criterion for criterion in criteria if criterion.pk not in shown]
    for criterion in new:
        if locked.evidence.filter(criterion=criterion).count() >= MOST_EVIDENCE:
            raise Refused(_("That is much evidence for one criterion. Take something away first."))
        EvidenceItem.objects.create(
            bid=locked,
            criterion=criterion,
            kind=EvidenceKind.DOCUMENT,
            title=kept.title,
            detail=kept.about,
            file=kept,
            added_at=at,
            added_by=by,
        )
        Event.objects.record(
            "add_evidence", about=locked, by=by, at=at, case=bid.trail_case(),
            criterion=criterion.code, file=kept.pk,
        )  # fmt: skip
    return len(new)


@transaction.atomic
def remove(kept: KeptFile, *, by: User, at: datetime) -> None:
    """Take a file out of the library, and from the criteria it was shown with."""
    check_member(kept.programme.organisation, by)
    row = KeptFile.objects.select_for_update(of=("self",)).get(pk=kept.pk)
    if row.handed_in.exists():
        raise HandedIn(_("This file was handed in, so it stays. Take it away from the criteria."))
    for item in EvidenceItem.objects.filter(file=row).select_related("bid"):
        writable(item.bid, by, Stage.APPOINTMENT)
    EvidenceItem.objects.filter(file=row).delete()
    Event.objects.record("remove_file", about=row.programme, by=by, at=at, file=row.pk)
    _forget(row)
    row.delete()


def _forget(row: KeptFile) -> None:
    if row.file:
        transaction.on_commit(partial(row.file.storage.delete, row.file.name or ""))


def freeze(submission: AwardSubmission) -> None:
    """The files of a submission stay with it."""
    items = submission.bid.evidence.exclude(file=None)
    numbers = items.order_by("file").values_list("file", flat=True).distinct()
    FrozenFile.objects.bulk_create(
        FrozenFile(submission=submission, file_id=number) for number in numbers
    )


# --- In the background ---------------------------------------------------------------------------


def check_due(at: datetime, limit: int = 10) -> int:
    return checking.check_due(KeptFile.objects.all(), _looked_at, _refuse, at=at, limit=limit)


def _looked_at(kept: KeptFile) -> tuple[str, dict[str, Any]]:
    with kept.file.open("rb") as file:
        return inspecting.fault_of(file, kept.title, number=kept.pk), {}


@transaction.atomic
def _refuse(kept: KeptFile, fault: str, at: datetime) -> None:
    """The file goes; its row stays and says why, wherever it is shown."""
    row = KeptFile.objects.select_for_update(of=("self",)).filter(pk=kept.pk).first()
    if row is None or row.state == FileState.REFUSED:
        return
    _forget(row)
    KeptFile.objects.filter(pk=row.pk).update(
        file="", state=FileState.REFUSED, fault=fault, leased_until=None
    )
    Event.objects.record(
        "refuse_file", about=row.programme, by=None, at=at, file=row.pk, fault=fault
    )
