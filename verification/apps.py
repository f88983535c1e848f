from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class VerificationConfig(AppConfig):
    name = "verification"

    def ready(self) -> None:
        """Apps beside this one may know what is worth asking about: whoever knows says so."""
        autodiscover_modules("hints")
