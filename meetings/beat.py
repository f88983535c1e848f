"""What the clock starts."""

from celery import shared_task
from django.utils import timezone

from meetings import services


@shared_task
def remind(**_: object) -> int:
    return services.remind(timezone.now())
