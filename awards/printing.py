"""Drawing the papers of awards, and reports: rows that are due are claimed, drawn once, and stored
with their digest."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeVar

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from awards import report_pdf
from awards.granting import credit
from awards.models import AwardPaper, Printout, PrintoutKind
from certificates.paper_keys import NoPaperKey, hand
from certificates.pdf import WORDS, render
from certificates.press import NoPress
from certificates.printing import LATER, LEASE
from certificates.registry import Attached, NotYet
from certificates.signature import NoTimestamp, signed
from credentials.keys import NoKey
from credentials.services import seal
from notices.services import post

Row = TypeVar("Row", AwardPaper, Printout)
Drawn = tuple[bytes, dict[str, object]]
log = structlog.get_logger(__name__)


def draw_due(at: datetime, limit: int = 10) -> int:
    """Draw what is owed; returns how many were drawn. Safe to run twice, or twice at once."""
    papers = sum(_draw(row, at, _paper) for row in _claim(AwardPaper, at, limit))
    return papers + sum(_draw(row, at, _printout) for row in _claim(Printout, at, limit))


@transaction.atomic
def _claim(model: type[Row], at: datetime, limit: int) -> Sequence[Row]:
    rows = model.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    mine = list(rows[:limit])
    model.objects.filter(pk__in=[row.pk for row in mine]).update(
        leased_until=at + LEASE, attempts=F("attempts") + 1
    )
    return mine


def _draw(row: Row, at: datetime, draw: Callable[[Row, datetime], Drawn]) -> bool:
    mine = type(row).objects.filter(pk=row.pk)
    try:
        content, also = draw(row, at)
    except (NotYet, NoKey, NoPaperKey, NoTimestamp, NoPress) as missing:
        # Nobody's fault that time can mend: the attempt does not count.
        mine.update(
            attempts=F("attempts") - 1, leased_until=at + LATER, last_error=str(missing)[:500]
        )
        return False
    except Exception as error:  # noqa: BLE001 - shown to staff, tried again
        mine.update(last_error=repr(error)[:500], leased_until=None)
        log.warning("not drawn", row=str(row), error=type(error).__name__)
        return False
    return _keep(row, content, at, also)


@transaction.atomic
def _keep(row: Row, content: bytes, at: datetime, also: dict[str, object]) -> bool:
    locked = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.drawn_at:
        return False
    locked.file.save("paper.pdf", ContentFile(content), save=False)
    locked.sha256 = hashlib.sha256(content).hexdigest()
    locked.drawn_at, locked.leased_until, locked.last_error = at, None, ""
    for name, value in also.items():
        setattr(locked, name, value)
    locked.save()
    if isinstance(locked, AwardPaper):
        _tell(locked)
    return True


def _tell(paper: AwardPaper) -> None:
    """The team hears of its papers when all of them are there to download."""
    award = paper.award
    if award.papers.filter(drawn_at=None).exists():
        return
    for member in award.programme.organisation.members.filter(ended_at=None):
        post(
            "programme_papers_ready",
            to=member.person,
            key=f"programme_papers_ready:{award.pk}:{member.person_id}",
            award=award.pk,
        )


def _paper(row: AwardPaper, at: datetime) -> Drawn:
    award = row.award
    said = award.words(row.language)
    size: Literal["a4", "letter"] = "letter" if row.paper == "letter" else "a4"
    with hand(at) as own:
        content = render(said, paper=size, attached=[_signed_credential(row, at)])
        words = WORDS[said["language"]]["signature"]
        paper = signed(content, by=own.signer, issuer=said["issuer"], words=words)
        return paper, {"signer": own.row}


def _signed_credential(row: AwardPaper, at: datetime) -> Attached:
    credit(row.award)
    credential = row.award.credential
    if credential is None:
        raise NotYet("the award has no credential yet")
    sealed = seal(credential, at=at)
    return Attached(
        name="credential.json",
        description="Open Badges 3.0 credential of this award",
        content=sealed.document.encode(),
        made_at=sealed.sealed_at or at,
    )


def _printout(row: Printout, at: datetime) -> Drawn:
    build = report_pdf.report if row.kind == PrintoutKind.REPORT else report_pdf.guide
    return build(row, at), {}
