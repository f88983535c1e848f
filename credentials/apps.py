from django.apps import AppConfig

from credentials import checks


class CredentialsConfig(AppConfig):
    name = "credentials"

    def ready(self) -> None:
        assert checks  # noqa: S101 - importing registers them
