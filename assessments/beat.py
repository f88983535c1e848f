"""What the clock starts for self-assessments. `manage.py draw_reports` draws without Celery."""

from celery import shared_task
from django.utils import timezone

from assessments import printing


@shared_task
def draw_reports(**_: object) -> int:
    return printing.draw_due(timezone.now())
