"""The workers and the clock. The database is the truth; the broker may lose everything."""

import os
from typing import Any

import structlog
from celery import Celery, signals
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imc_portal.settings")
# kombu's own can hand a worker half a message, of which it dies.
TRANSPORT_ALIASES["filesystem"] = "imc_portal.broker:Transport"
app = Celery("imc_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="beat")


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Celery would replace the logging of the settings; this connection alone prevents it."""
    structlog.get_logger(__name__).debug("logging", configured=bool(settings.LOGGING))
