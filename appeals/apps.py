from django.apps import AppConfig

from appeals import checks


class AppealsConfig(AppConfig):
    name = "appeals"

    def ready(self) -> None:
        assert checks  # noqa: S101 - importing registers them
