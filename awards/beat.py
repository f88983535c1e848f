"""What the clock starts for awards."""

from celery import shared_task
from django.utils import timezone

from awards import reminders


@shared_task
def remind_of_renewals(**_: object) -> int:
    return reminders.remind_of_renewals(timezone.now())
