"""Files are checked in the background: opened in a locked process, scanned, drawn as pages.

What fails is removed from the storage; its row stays and says why. While the scanner is away, files
wait: they are never taken for clean.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from applicants.models import Application
from files import boxing, checking, inspecting
from files.uploads import ending_of
from notices.models import Message
from notices.services import post
from portfolios.models import Evidence, FileState
from trail.models import Event

GATHER = timedelta(minutes=5)  # several files of one upload make one letter


def check_due(at: datetime, limit: int = 10) -> int:
    return checking.check_due(Evidence.objects.all(), _looked_at, _refuse, at=at, limit=limit)


def _looked_at(evidence: Evidence) -> tuple[str, dict[str, Any]]:
    """What is wrong, or else the sizes of its pages, which are kept as pictures."""
    with evidence.file.open("rb") as file:
        if fault := inspecting.fault_of(file, evidence.title, number=evidence.pk):
            return fault, {}
        file.seek(0)
        pages = boxing.pages_of(file, ending_of(evidence.title))
    return "", {"pages": _keep_pages(evidence, pages)}


def _keep_pages(evidence: Evidence, pages: list[boxing.Page]) -> list[list[int]]:
    storage = evidence.file.storage
    for number, page in enumerate(pages, start=1):
        name = evidence.page_name(number)
        storage.delete(name)  # left by a worker that was killed half-way
        storage.save(name, ContentFile(page.content))
    return [[page.width, page.height] for page in pages]


@transaction.atomic
def _refuse(evidence: Evidence, fault: str, at: datetime) -> None:
    rows = Evidence.objects.select_for_update(of=("self",))
    row = rows.select_related("portfolio__application__applicant").filter(pk=evidence.pk).first()
    if row is None or row.state == FileState.REFUSED:
        return  # taken away by its owner in between
    forget(row)
    row.file, row.pages = None, []
    row.state, row.fault, row.leased_until = FileState.REFUSED, fault, None
    row.save()
    Event.objects.record(
        "refuse_file",
        about=row.portfolio,
        by=None,
        at=at,
        case=row.portfolio.application.trail_case(),
        evidence=row.pk,
        fault=fault,
    )
    _owe_letter(row.portfolio.application, at)


def _owe_letter(case: Application, at: datetime) -> None:
    """One letter a case and hour, about all that was refused by then. What is refused after that
    letter has left is told in the next hour's."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    when = at + GATHER
    if Message.objects.filter(key=_key(case, hour), attempts__gt=0).exists():
        hour += timedelta(hours=1)
        when = max(when, hour)
    post(
        "file_refused",
        to=case.applicant,
        key=_key(case, hour),
        not_before=when,
        application=case.pk,
    )


def _key(case: Application, hour: datetime) -> str:
    return f"file_refused:{case.pk}:{hour:%Y-%m-%dT%H}"


def forget(evidence: Evidence) -> None:
    """Take the file and its pictures out of the storage, once the row says so for certain."""
    storage = evidence.file.storage
    names = [evidence.page_name(number) for number in range(1, len(evidence.pages) + 1)]
    for name in [*names, evidence.file.name or ""]:
        if name:
            transaction.on_commit(partial(storage.delete, name))
