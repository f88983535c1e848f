"""manage.py draw: draw every certificate that is owed, without Celery."""

from django.core.management import BaseCommand
from django.utils import timezone

from certificates.printing import draw_due


class Command(BaseCommand):
    help = "Draw every certificate that is owed"

    def handle(self, *_args: object, **_options: object) -> None:
        drawn = 0
        while some := draw_due(timezone.now(), limit=50):
            drawn += some
        self.stdout.write(f"{drawn} drawn")
