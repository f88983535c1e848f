"""Making dossiers: rows that are due are claimed, made once, stored with their hashes, and swept
when their time is over."""

import hashlib
from datetime import datetime, timedelta
from typing import IO

import structlog
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from imc_portal.dossiers.collecting import collect
from imc_portal.dossiers.drawing import render
from imc_portal.dossiers.packing import CHUNK, pack
from imc_portal.models import Dossier, Step
from trail.models import Event

LEASE = timedelta(minutes=6)  # longer than a task may run
log = structlog.get_logger(__name__)


def make_due(at: datetime, limit: int = 2) -> int:
    """Make what is owed; returns how many were made. Safe to run twice, or twice at once."""
    return sum(_make(dossier, at) for dossier in _claim(at, limit))


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Dossier]:
    due = Dossier.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    mine = list(
        due.select_related("application__applicant", "application__tier__scheme", "asked_by")[
            :limit
        ]
    )
    Dossier.objects.filter(pk__in=[dossier.pk for dossier in mine]).update(
        leased_until=at + LEASE, attempts=F("attempts") + 1
    )
    return mine


def _make(dossier: Dossier, at: datetime) -> bool:
    try:
        with translation.override(dossier.language), timezone.override(dossier.asked_by.zone):
            _come_to(dossier, Step.READING)
            data = collect(dossier.application, at)
            _come_to(dossier, Step.DRAWING)
            pdf, pages = render(data, dossier.language)
            _come_to(dossier, Step.PACKING)
            with pack(dossier.application, data, pdf) as box:
                return _keep(dossier, pdf, pages, box, at)
    except Exception as error:  # noqa: BLE001 - shown to staff, tried again
        Dossier.objects.filter(pk=dossier.pk).update(
            last_error=repr(error)[:500], leased_until=None, step=Step.ASKED
        )
        log.warning("dossier not made", dossier=dossier.pk, error=type(error).__name__)
        return False


def _come_to(dossier: Dossier, step: Step) -> None:
    """Whoever waits sees how far it is."""
    Dossier.objects.filter(pk=dossier.pk).update(step=step)


@transaction.atomic
def _keep(dossier: Dossier, pdf: bytes, pages: int, box: IO[bytes], at: datetime) -> bool:
    row = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if row.made_at:
        return False
    row.pdf.save("dossier.pdf", ContentFile(pdf), save=False)
    row.box.save("dossier.zip", File(box), save=False)
    row.pdf_sha256, row.box_sha256 = hashlib.sha256(pdf).hexdigest(), _digest(box)
    row.pages, row.step = pages, Step.DONE
    row.made_at, row.leased_until, row.last_error = at, None, ""
    row.save()
    Event.objects.record(
        "make_dossier",
        about=row,
        by=None,
        at=at,
        case=row.application.trail_case(),
        pdf=row.pdf_sha256,
        zip=row.box_sha256,
    )
    return True


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def sweep(at: datetime) -> int:
    """Remove the files of dossiers whose time is over; that they were made, and who took them
    away, stays in the trail."""
    old = list(Dossier.objects.to_sweep(at))
    for dossier in old:
        dossier.pdf.delete(save=False)
        dossier.box.delete(save=False)
        Dossier.objects.filter(pk=dossier.pk).update(swept_at=at, pdf="", box="")
    return len(old)
