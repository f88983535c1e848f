"""What the clock starts for cases, across the apps. Each part is safe to run twice or late."""

from celery import shared_task
from django.utils import timezone

from appeals.reminders import remind_of_matters
from applicants.lapsing import remind_of_lapsing
from applicants.provider_reminders import remind_of_providers
from applicants.reminders import remind_of_due_dates, remind_of_plans
from applicants.rosters import match
from assessments.services import remind_idle as remind_of_self_assessments
from imc_portal.dossiers import making
from portfolios.writing import remind_idle as remind_of_portfolios


@shared_task
def remind_of_cases(**_: object) -> int:
    at = timezone.now()
    idle = remind_of_self_assessments(at) + remind_of_portfolios(at)
    return (
        idle
        + remind_of_due_dates(at)
        + remind_of_plans(at)
        + remind_of_lapsing(at)
        + remind_of_matters(at)
        + remind_of_providers(at)
    )


@shared_task
def match_rosters(**_: object) -> int:
    return match(timezone.now())


@shared_task
def make_dossiers(**_: object) -> int:
    return making.make_due(timezone.now())


@shared_task
def sweep_dossiers(**_: object) -> int:
    return making.sweep(timezone.now())
