from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        """Apps above say in `attaching.py` what else belongs on a certificate's paper, and in
        `bars.py` who may not confirm what is proposed about it; in `listening.py`, what keeps in
        step with those that are listed; in `batching.py`, what can be done to many at once."""
        autodiscover_modules("attaching", "bars", "listening", "batching")
