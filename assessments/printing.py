"""Drawing reports: rows that are due are claimed, drawn once, stored with their digest."""

import hashlib
from datetime import datetime

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from assessments.models import Report
from assessments.pdf import render
from certificates.printing import LEASE

log = structlog.get_logger(__name__)


def draw_due(at: datetime, limit: int = 10) -> int:
    """Draw what is owed; returns how many were drawn. Safe to run twice, or twice at once."""
    return sum(_draw(report, at) for report in _claim(at, limit))


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Report]:
    due = Report.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    mine = list(
        due.select_related(
            "assessment__application__applicant",
            "assessment__application__tier",
            "assessment__application__renews",
        )[:limit]
    )
    Report.objects.filter(pk__in=[report.pk for report in mine]).update(
        leased_until=at + LEASE, attempts=F("attempts") + 1
    )
    return mine


def _draw(report: Report, at: datetime) -> bool:
    try:
        content = render(report.assessment, report.language)
    except Exception as error:  # noqa: BLE001 - shown to staff, tried again
        Report.objects.filter(pk=report.pk).update(last_error=repr(error)[:500], leased_until=None)
        log.warning("report not drawn", report=report.pk, error=type(error).__name__)
        return False
    with transaction.atomic():
        row = Report.objects.select_for_update().get(pk=report.pk)
        if row.drawn_at:
            return False
        row.file.save("report.pdf", ContentFile(content), save=False)
        row.sha256 = hashlib.sha256(content).hexdigest()
        row.drawn_at, row.leased_until, row.last_error = at, None, ""
        row.save()
    return True
