"""What the clock starts for credentials."""

from celery import shared_task
from django.utils import timezone

from credentials import resealing, services

assert resealing  # noqa: S101 - importing registers how a credential is signed anew


@shared_task
def seal(**_: object) -> int:
    now = timezone.now()
    services.owe()
    return services.seal_due(now) + services.seal_lists(now)
