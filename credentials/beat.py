"""What the clock starts for credentials."""

from celery import shared_task
from django.utils import timezone

from credentials import extending, resealing, services

assert resealing  # noqa: S101 - importing registers how a credential is signed anew


@shared_task
def seal(**_: object) -> int:
    now = timezone.now()
    services.owe()
    return services.seal_due(now) + extending.catch_up(now) + services.seal_lists(now)
