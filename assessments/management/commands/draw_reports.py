"""manage.py draw_reports: draw every report that is owed, without Celery."""

from django.core.management import BaseCommand
from django.utils import timezone

from assessments.printing import draw_due


class Command(BaseCommand):
    help = "Draw every report of a self-assessment that is owed"

    def handle(self, *_args: object, **_options: object) -> None:
        drawn = 0
        while some := draw_due(timezone.now(), limit=50):
            drawn += some
        self.stdout.write(f"{drawn} drawn")
