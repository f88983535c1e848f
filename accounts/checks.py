"""Refuse to start the demo's open door where strangers could reach it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}


@register(Tags.security)
def demo_stays_at_home(**_: Any) -> list[CheckMessage]:
    hosts = {*settings.ALLOWED_HOSTS, urlsplit(settings.SITE_URL).hostname or ""}
    if (settings.DEMO or settings.DEBUG) and not hosts <= LOCAL:
        return [
            Error(
                "DEMO and DEBUG are for this machine alone, but a public host is allowed.",
                hint="Unset DEMO and DEBUG, or allow localhost only.",
                id="accounts.E001",
            )
        ]
    return []
