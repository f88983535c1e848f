from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AwardsConfig(AppConfig):
    name = "awards"

    def ready(self) -> None:
        """Letters about interviews and parts stand in a module of their own."""
        autodiscover_modules("talk_letters")
