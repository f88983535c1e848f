from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortfoliosConfig(AppConfig):
    name = "portfolios"

    def ready(self) -> None:
        """Apps say in `public_texts.py` what they show to everybody, and in `enclosures.py` what
        they put into a portfolio."""
        autodiscover_modules("public_texts", "enclosures")
