from django.apps import AppConfig

from trail import checks


class TrailConfig(AppConfig):
    name = "trail"

    def ready(self) -> None:
        assert checks  # noqa: S101 - importing registers them
