from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        """Every app that owes people letters says in `letters.py` what stands in them."""
        autodiscover_modules("letters")
