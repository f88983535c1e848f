"""manage.py load_content: the body's content from a folder of tables into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from imc_portal.content.loading import load
from imc_portal.content.reader import BadContent


class Command(BaseCommand):
    help = "Loads the body's content. Safe to run again: what is there and equal is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument("--check", action="store_true", help="look, and write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = load(options["folder"], at=timezone.now(), check=options["check"])
        except BadContent as bad:
            for problem in bad.problems:
                self.stderr.write(str(problem))
            count = len(bad.problems)
            raise CommandError(
                f"{count} problem{'' if count == 1 else 's'}. Nothing was loaded."
            ) from None
        if not options["verbosity"]:
            return
        for line in report.lines():
            self.stdout.write(line)
        if options["check"]:
            self.stdout.write("This was a check: nothing was written.")
        elif report.is_quiet:
            self.stdout.write("Everything was there already.")
