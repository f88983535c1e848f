"""manage.py drain: send every letter that is due, without Celery."""

from django.core.management import BaseCommand
from django.utils import timezone

from notices import services


class Command(BaseCommand):
    help = "Send every letter that is due"

    def handle(self, *_args: object, **_options: object) -> None:
        sent = 0
        while leaving := services.drain(timezone.now(), limit=50):
            sent += leaving
        self.stdout.write(f"{sent} sent")
