"""What the clock starts for certificates. `manage.py draw` draws without Celery."""

from celery import shared_task
from django.utils import timezone

from certificates import printing, redrawing, reminders, working

assert redrawing  # noqa: S101 - importing registers how a paper is drawn anew


@shared_task
def draw(**_: object) -> int:
    return printing.draw_due(timezone.now())


@shared_task
def work_through_batches(**_: object) -> int:
    return working.work_due(timezone.now())


@shared_task
def sweep_exports(**_: object) -> int:
    return working.sweep(timezone.now())


@shared_task
def remind_of_renewals(**_: object) -> int:
    return reminders.remind_of_renewals(timezone.now())
