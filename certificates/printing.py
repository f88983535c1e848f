"""Drawing certificates: rows that are due are claimed, drawn and signed once, stored with their
digest."""

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import structlog
from celery.signals import worker_init
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from certificates.paper_keys import NoPaperKey, hand
from certificates.papers import Drawing, EarlierPaper, PaperSigner
from certificates.pdf import WORDS, render, warm
from certificates.press import NoPress
from certificates.registry import ATTACHMENTS, NotYet
from certificates.services import letter_when_drawn
from certificates.signature import NoTimestamp, signed
from certificates.snapshot import ending

if TYPE_CHECKING:
    from certificates.snapshot import Snapshot

LEASE = timedelta(minutes=5)
LATER = timedelta(minutes=1)
log = structlog.get_logger(__name__)


@worker_init.connect  # type: ignore[untyped-decorator]
def warm_before_forking(**_: object) -> None:
    """How wide letters are is read once, by the parent of all workers."""
    warm()


@transaction.atomic
def draw_anew(drawing: Drawing) -> None:
    """Owe the paper once more. Copies of the old one are still recognised as issued by us."""
    row = Drawing.objects.select_for_update().get(pk=drawing.pk)
    if row.drawn_at:
        EarlierPaper.objects.create(
            certificate=row.certificate,
            paper=row.paper,
            sha256=row.sha256,
            drawn_at=row.drawn_at,
            file=row.file.name or "",
        )
    row.sha256, row.drawn_at, row.attempts, row.leased_until = "", None, 0, None
    row.file.name = ""
    row.save()


def draw_due(at: datetime, limit: int = 10) -> int:
    """Draw what is owed; returns how many were drawn. Safe to run twice, or twice at once."""
    return sum(_draw(drawing, at) for drawing in _claim(at, limit))


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Drawing]:
    due = Drawing.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    mine = list(due.select_related("certificate", "certificate__holder")[:limit])
    Drawing.objects.filter(pk__in=[drawing.pk for drawing in mine]).update(
        leased_until=at + LEASE, attempts=F("attempts") + 1
    )
    return mine


def _draw(drawing: Drawing, at: datetime) -> bool:
    try:
        content, signer = _paper(drawing, at)
    except (NotYet, NoPaperKey, NoTimestamp, NoPress) as missing:
        Drawing.objects.filter(pk=drawing.pk).update(
            attempts=F("attempts") - 1, leased_until=at + LATER, last_error=str(missing)[:500]
        )
        return False
    except Exception as error:  # noqa: BLE001 - shown to staff, tried again
        Drawing.objects.filter(pk=drawing.pk).update(
            last_error=repr(error)[:500], leased_until=None
        )
        log.warning("certificate not drawn", drawing=drawing.pk, error=type(error).__name__)
        return False
    with transaction.atomic():
        row = Drawing.objects.select_for_update().get(pk=drawing.pk)
        if row.drawn_at:
            return False
        row.file.save("certificate.pdf", ContentFile(content), save=False)
        row.sha256 = hashlib.sha256(content).hexdigest()
        row.signer, row.drawn_at, row.leased_until, row.last_error = signer, at, None, ""
        row.save()
        letter_when_drawn(row.certificate)
    return True


def draw_over(drawing: Drawing, at: datetime, *, anyway: bool = False) -> bool:
    """Draw and sign a paper anew, now; until the new one is there the earlier one is. False where
    the present key has signed it already, unless it is to be drawn `anyway`."""
    with hand(at) as own:
        if drawing.drawn_at and drawing.signer_id == own.row.pk and not anyway:
            return False
    content, signer = _paper(drawing, at)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        row = Drawing.objects.select_for_update().get(pk=drawing.pk)
        first = row.drawn_at is None
        if row.drawn_at and row.sha256 != digest:
            EarlierPaper.objects.get_or_create(
                sha256=row.sha256,
                defaults={
                    "certificate": row.certificate,
                    "paper": row.paper,
                    "drawn_at": row.drawn_at,
                    "file": row.file.name or "",
                },
            )
        row.file.save("certificate.pdf", ContentFile(content), save=False)
        row.sha256, row.signer, row.drawn_at = digest, signer, at
        row.leased_until, row.last_error = None, ""
        row.save()
        if first:
            letter_when_drawn(row.certificate)
    return True


def _paper(drawing: Drawing, at: datetime) -> tuple[bytes, PaperSigner]:
    snapshot: Snapshot = ending(drawing.certificate.snapshot, drawing.certificate.ends_on)
    paper: Literal["a4", "letter"] = "letter" if drawing.paper == "letter" else "a4"
    words = WORDS[snapshot["language"]]["signature"]
    with hand(at) as own:
        attached = [build(drawing.certificate, at) for build in ATTACHMENTS]
        content = render(snapshot, paper=paper, attached=attached)
        return signed(content, by=own.signer, issuer=snapshot["issuer"], words=words), own.row
