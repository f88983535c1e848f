"""What the clock starts."""

from celery import shared_task
from django.utils import timezone

from meetings import holding, reminding


@shared_task
def remind(**_: object) -> int:
    at = timezone.now()
    return reminding.remind(at) + reminding.ask_for_outcomes(at)


@shared_task
def sweep_holds(**_: object) -> int:
    return holding.sweep(timezone.now())
