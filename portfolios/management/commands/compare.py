"""manage.py compare: compare what was handed in with earlier work, without Celery."""

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from portfolios.likeness.comparing import compare_again, compare_due


class Command(BaseCommand):
    help = "Compare what was handed in with earlier submissions and public texts"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="forget all hints and compute them anew"
        )

    def handle(self, *_args: object, again: bool, **_options: object) -> None:
        if again:
            compare_again()
        steps = 0
        while some := compare_due(timezone.now(), limit=50):
            steps += some
        self.stdout.write(f"{steps} steps")
