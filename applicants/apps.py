from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApplicantsConfig(AppConfig):
    name = "applicants"

    def ready(self) -> None:
        """Apps above say in `grounds.py` what a decision rests on. The letters of the decision,
        those to who works here and those to providers have files of their own."""
        autodiscover_modules("grounds", "decision_letters", "staff_letters", "provider_letters")
