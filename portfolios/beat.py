"""What the clock starts. `manage.py check_files` and `compare` do it without Celery."""

from celery import shared_task
from django.utils import timezone

from portfolios.checking import check_due
from portfolios.likeness.comparing import compare_due
from portfolios.sweeping import sweep


@shared_task
def check_files(**_: object) -> int:
    return check_due(timezone.now())


@shared_task
def sweep_files(**_: object) -> int:
    return sweep(timezone.now())


@shared_task
def compare(**_: object) -> int:
    return compare_due(timezone.now())
