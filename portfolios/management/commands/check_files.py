"""manage.py check_files: check every file that waits, and sweep the storage, without Celery."""

from django.core.management import BaseCommand
from django.utils import timezone

from portfolios.checking import check_due
from portfolios.sweeping import sweep


class Command(BaseCommand):
    help = "Check every file that waits, and delete files that no row knows"

    def handle(self, *_args: object, **_options: object) -> None:
        checked = 0
        while some := check_due(timezone.now(), limit=50):
            checked += some
        self.stdout.write(f"{checked} checked, {sweep(timezone.now())} swept")
