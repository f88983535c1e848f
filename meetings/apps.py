from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from meetings import checks


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        """Apps above say in `colleagues.py` what a meeting of theirs means for the case."""
        autodiscover_modules("colleagues")
        assert checks  # noqa: S101 - importing registers them
