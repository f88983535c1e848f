"""What the clock starts for cases, across the apps. Each part is safe to run twice or late."""

from celery import shared_task
from django.utils import timezone

from applicants.reminders import remind_of_due_dates, remind_of_plans
from assessments.services import remind_idle as remind_of_self_assessments
from portfolios.writing import remind_idle as remind_of_portfolios


@shared_task
def remind_of_cases(**_: object) -> int:
    at = timezone.now()
    idle = remind_of_self_assessments(at) + remind_of_portfolios(at)
    return idle + remind_of_due_dates(at) + remind_of_plans(at)
