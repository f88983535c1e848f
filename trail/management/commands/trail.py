"""manage.py trail verify | guard"""

from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError
from django.db import connection

from trail.guards import put_up, take_down
from trail.verify import verify


class Command(BaseCommand):
    help = "verify: walk the chain of what happened; guard: put the database's triggers back"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "guard"])

    def handle(self, *_args: object, what: str, **_options: object) -> None:
        if what == "guard":
            take_down(connection)
            put_up(connection)
            self.stdout.write("The trail is guarded.")
            return
        verdict = verify()
        if verdict.broken is not None:
            raise CommandError(f"The chain is broken at event {verdict.broken}.")
        self.stdout.write(f"{verdict.links} links, unbroken. Head: {verdict.head}")
