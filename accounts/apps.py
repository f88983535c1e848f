from django.apps import AppConfig

from accounts import checks


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        assert checks  # noqa: S101 - importing registers them
