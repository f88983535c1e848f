"""Logs: one line per event, JSON in production, readable on a developer's screen. No secrets."""

import re
from typing import Any

import structlog
from structlog.typing import EventDict

# Addresses that open something for whoever knows them: what comes after stays out of the logs.
SECRET = re.compile(
    r"(/meetings/feed/|/password/reset/key/|/confirm-email/|/providers/requests/"
    r"|/programmes/(?:voices|talks)/)[^/\s?]+"
)
# Who answers a survey leaves no trace: neither where they came from, nor who is signed in there.
NAMELESS = "/programmes/voices/"
TRACES = ("ip", "user_id")


def without_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    if any(isinstance(value, str) and NAMELESS in value for value in event.values()):
        event = {key: value for key, value in event.items() if key not in TRACES}
    return {
        key: SECRET.sub(r"\1…", value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def logging_config(*, level: str, json: bool) -> dict[str, Any]:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": last,
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"propagate": True},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
