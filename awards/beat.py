"""What the clock starts for awards."""

from celery import shared_task
from django.utils import timezone

from awards import keeping, lateness, printing, reminders, talks


@shared_task
def remind_of_renewals(**_: object) -> int:
    return reminders.remind_of_renewals(timezone.now())


@shared_task
def draw(**_: object) -> int:
    return printing.draw_due(timezone.now())


@shared_task
def remind_of_bids(**_: object) -> int:
    """What is late, who has not answered, and interviews of tomorrow."""
    at = timezone.now()
    talks.forget(at)
    return lateness.remind(at) + talks.remind(at)


@shared_task
def check_files(**_: object) -> int:
    return keeping.check_due(timezone.now())
