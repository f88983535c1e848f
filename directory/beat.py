"""What the clock starts for the directory."""

from celery import shared_task
from django.utils import timezone

from directory import writing


@shared_task
def sweep_letters(**_: object) -> int:
    return writing.sweep(timezone.now())
