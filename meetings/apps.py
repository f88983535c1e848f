from django.apps import AppConfig

from meetings import checks


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        assert checks  # noqa: S101 - importing registers them
