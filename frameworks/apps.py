from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FrameworksConfig(AppConfig):
    name = "frameworks"

    def ready(self) -> None:
        """Apps above say in `editions.py` what they keep about an edition."""
        autodiscover_modules("editions")
