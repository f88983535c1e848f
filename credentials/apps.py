from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from credentials import checks


class CredentialsConfig(AppConfig):
    name = "credentials"

    def ready(self) -> None:
        """Apps above say in `crediting.py` what else has a credential."""
        autodiscover_modules("crediting")
        assert checks  # noqa: S101 - importing registers them
