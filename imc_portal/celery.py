"""The workers and the clock. The database is the truth; the broker may lose everything."""

import os
from typing import Any

import structlog
from celery import Celery, signals
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imc_portal.settings")
app = Celery("imc_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="beat")


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Celery would replace the logging of the settings; this connection alone prevents it."""
    structlog.get_logger(__name__).debug("logging", configured=bool(settings.LOGGING))
